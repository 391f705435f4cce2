/** A reason every new class starts with. Two fresh installs have the very same rows, whatever language they speak. */
export interface BuiltInReason {
  /** Names its words in `shared/text/<language>/built-in.json`. */
  readonly key: BuiltInReasonKey;
  readonly id: string;
  /** What is stored: English, always. */
  readonly text: string;
  readonly delta: number;
  readonly category: string;
  readonly sort: number;
}

/** The categories of the built-in reasons: the stored text and the name of its words. */
export const builtInCategories = { Study: 'study', Together: 'together', Conduct: 'conduct' } as const;
type StoredCategory = keyof typeof builtInCategories;

const list = [
  ['homework', 'Homework', 2, 'Study'],
  ['helped', 'Helped', 1, 'Together'],
  ['answered', 'Answered', 1, 'Study'],
  ['late', 'Late', -1, 'Conduct'],
  ['question', 'Good question', 1, 'Study'],
  ['progress', 'Progress', 2, 'Study'],
  ['teamwork', 'Teamwork', 2, 'Together'],
  ['duty', 'Classroom duty', 1, 'Together'],
  ['disruptive', 'Disruptive', -1, 'Conduct'],
  ['no-homework', 'No homework', -2, 'Study'],
] as const satisfies readonly (readonly [string, string, number, StoredCategory])[];

/** What names the words of a built-in reason. */
export type BuiltInReasonKey = (typeof list)[number][0];

/**
 * The built-in reasons, in the order the class page offers them. A released entry never changes and never goes: its id is in people's files.
 * A new one is added at the end, with a migration for the classes that exist.
 */
export const builtInReasons: readonly BuiltInReason[] = list.map(([key, text, delta, category], sort) => ({
  key,
  id: `019b76da-a800-7000-8000-${(sort + 1).toString(16).padStart(12, '0')}`,
  text,
  delta,
  category,
  sort,
}));

/**
 * The words to show instead of a stored text: of a built-in reason nobody has renamed, and of the events given with it.
 * Null for everything a person wrote.
 */
export function builtInReasonKey(reasonId: string | null, text: string): BuiltInReasonKey | null {
  return builtInReasons.find((reason) => reason.id === reasonId && reason.text === text)?.key ?? null;
}
