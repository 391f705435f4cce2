/** Every area of a class: what a change can touch, and a run of a sync may touch as a whole. Apart from the schemas, because the page does without those. */
export const allAreas = [
  'students',
  'groups',
  'reasons',
  'events',
  'connections',
  'plans',
  'runs',
  'settings',
] as const;
