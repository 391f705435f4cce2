import type { ClassStore } from '../class-store.ts';
import { readStored } from '../read-stored.ts';
import { statement } from '../statement.ts';

/** A row a server refused in a run. It is told as what cannot be sent until it, or what the server's tables and rules are, has changed. */
export interface RefusedBefore {
  readonly table: string;
  readonly pk: string;
  /** Hash of what was to be written. */
  readonly content: string;
  /** What refused it: a constraint, a column, a trigger; '' where nothing was named. */
  readonly rule: string;
  /** Whether writing the row alone shows whether it is still refused. */
  readonly canBeTried: boolean;
  /** Fingerprint of the server's tables and rules then. */
  readonly print: string;
}

/** So many are remembered of a server, the last ones. */
const MOST = 200;

/** The rows this server refused in runs. */
export function refusedRows(store: ClassStore, peerId: string): readonly RefusedBefore[] {
  const row = statement(store.db, 'SELECT refused FROM peer WHERE id = ?').get(peerId) as
    | { readonly refused: string | null }
    | undefined;
  return row?.refused === null || row === undefined ? [] : (readStored(row.refused) as RefusedBefore[]);
}

/** Remembers a row a run was refused for, in the place of what was remembered of it. */
export function noteRefused(store: ClassStore, peerId: string, refused: RefusedBefore): void {
  const others = refusedRows(store, peerId).filter(({ table, pk }) => table !== refused.table || pk !== refused.pk);
  keepRefused(store, peerId, [...others, refused].slice(-MOST));
}

/** Remembers these rows only. */
export function keepRefused(store: ClassStore, peerId: string, refused: readonly RefusedBefore[]): void {
  const text = refused.length === 0 ? null : JSON.stringify(refused);
  statement(store.db, 'UPDATE peer SET refused = ? WHERE id = ? AND refused IS NOT ?').run(text, peerId, text);
}
