/** Why a catalog made from a server's tables says what it says: guesses a person should look at, and what could not be taken over. */
const guesses = [
  'kind-entity',
  'kind-set',
  'kind-register',
  'kind-append-only-rights',
  'kind-append-only-name',
  'key-sequence',
  'scope-column',
  'scope-added',
  'schema-renamed',
  'soft-delete',
  'timestamp-server',
  'timestamp-client',
  'timestamp-added',
  'generated',
] as const;

/** What could not be taken over, each with what becomes of it (texts `inference` of the command line). */
const problems = [
  'no-key',
  'key-left-out',
  'not-a-table',
  'partitioned',
  'inherits',
  'name-reserved',
  'name-unusable',
  'name-taken',
  'too-many',
  'type-unsupported',
  'column-required',
  'soft-delete-cascade',
  'reference-elsewhere',
  'reference-not-key',
  'reference-type',
  'reference-circle',
  'reference-action',
  'unique-expression',
  'unique-type',
  'unique-fixed',
  'unique-nulls',
  'check-left-out',
  'exclusion-left-out',
  'trigger-changes-rows',
  'refused',
] as const;

/** The reason of a guess. */
export type GuessReason = (typeof guesses)[number];
/** The reason something was left out or changed. */
export type InferenceProblemReason = (typeof problems)[number];

/** One thing to know about an inferred catalog. `detail` is the name, type or rule it is about. */
export interface InferenceNote {
  readonly kind: 'guess' | 'problem';
  readonly table: string | null;
  readonly column: string | null;
  readonly why: GuessReason | InferenceProblemReason;
  readonly detail: string | null;
}

/** What a note is about. */
export interface NoteAt {
  readonly table?: string;
  readonly column?: string;
  readonly detail?: string;
}

/** A guess, with what speaks for it. */
export function guessed(why: GuessReason, at: NoteAt = {}): InferenceNote {
  return { kind: 'guess', ...place(at), why, detail: short(at.detail) };
}

/** Something that could not be taken over as it is. */
export function leftOut(why: InferenceProblemReason, at: NoteAt = {}): InferenceNote {
  return { kind: 'problem', ...place(at), why, detail: short(at.detail) };
}

function place({ table, column }: NoteAt): Pick<InferenceNote, 'table' | 'column'> {
  return { table: short(table), column: short(column) };
}

function short(text: string | undefined): string | null {
  return text === undefined ? null : text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
