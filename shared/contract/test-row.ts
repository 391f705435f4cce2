import type { PlanRowItem } from './sync.ts';

type Field = PlanRowItem['fields'][number];

/** A field of a row for tests; what is left out is null. */
export function field(name: string, values: Partial<Field>): Field {
  return { name, base: null, local: null, server: null, result: null, clash: false, ...values };
}

/** A row of a plan for tests: an update to the server unless said otherwise. */
export function planRow(change: Partial<PlanRowItem>): PlanRowItem {
  return {
    ordinal: 0,
    table: 'student',
    key: { id: '00000000-0000-7000-8000-000000000001' },
    label: 'Li Wei · 12',
    kind: 'update',
    conflict: null,
    restored: false,
    direction: 'up',
    fields: [],
    times: { base: null, local: null, server: null },
    by: { local: null, server: null },
    recommended: null,
    reason: null,
    blockedBy: null,
    refused: null,
    left: null,
    choice: null,
    included: true,
    newChildren: 0,
    group: null,
    rival: null,
    other: null,
    unchanged: [],
    alike: [],
    names: {},
    sides: null,
    makes: [],
    voids: null,
    ...change,
  };
}
