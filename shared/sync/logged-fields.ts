import type { FieldChoice } from './plan.ts';

/** Which side a column took in a merge; a typed value is not repeated in a log. */
export type LoggedField = 'local' | 'server' | 'typed';

/**
 * One line of the resolution log: which content lost to which, at one key. Content stands there as hashes under the secret of the class, so that the log names
 * no value. A merge in which both sides lost something is two lines.
 */
export interface Resolution {
  /** Made from the run and the row, so that writing a line twice is harmless. */
  readonly id: string;
  readonly table: string;
  readonly pk: string;
  readonly baseHash: string;
  readonly loserHash: string;
  readonly winnerHash: string;
  readonly choice: string;
  /** Of a decision by column: which side each took. */
  readonly fields: Readonly<Record<string, LoggedField>> | null;
  /** Name of the device on which it was decided. */
  readonly who: string;
  readonly runId: string;
  readonly at: string;
}

/** What the log may say of the columns of a choice. */
export function loggedFields(fields: Readonly<Record<string, FieldChoice>>): Readonly<Record<string, LoggedField>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, pick]) => [name, typeof pick === 'object' ? 'typed' : pick]),
  );
}
