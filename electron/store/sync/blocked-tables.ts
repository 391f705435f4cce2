import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';

/*
 * Tables of a server that could not be read when it was observed, because a column was missing or another. The horizon moves on without them, so
 * once they can be read again everything is: otherwise what changed meanwhile would never be seen.
 */

/** The tables that were left out of an observation since everything was last read. */
export function blockedTables(store: ClassStore, peerId: string): readonly string[] {
  const found = statement(store.db, 'SELECT tbl FROM blocked_table WHERE peer_id = ? ORDER BY tbl').all(peerId);
  return (found as { tbl: string }[]).map(({ tbl }) => tbl);
}

/** Notes tables that an observation is about to leave out, beside those noted before. */
export function noteBlockedTables(store: ClassStore, peerId: string, tables: readonly string[]): void {
  const insert = statement(store.db, 'INSERT INTO blocked_table (peer_id, tbl) VALUES (?, ?) ON CONFLICT DO NOTHING');
  for (const table of tables) insert.run(peerId, table);
}

/** Forgets a table: everything was read, and it with everything else. */
export function forgetBlockedTable(store: ClassStore, peerId: string, table: string): void {
  statement(store.db, 'DELETE FROM blocked_table WHERE peer_id = ? AND tbl = ?').run(peerId, table);
}
