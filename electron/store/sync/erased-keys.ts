import { createHash } from 'node:crypto';
import type { ErasureRules } from '../../../shared/sync/erasure-rules.ts';
import type { ClassStore } from '../class-store.ts';
import { statement } from '../statement.ts';

/*
 * Which rows went with erased records, as far as others may hang on them: a server that has not heard of an erasure, or somebody who writes there past it, may bring
 * such a row later, and nothing else says whose it is. That a row names one this PC does not know says nothing: a policy may hide that one. Kept as hashes, because a
 * key may name what was erased.
 */

/** Whether rows of covered tables hang on rows of this one. Of the records themselves the erasures say which are gone. */
function isParent({ of, covered }: ErasureRules, table: string): boolean {
  return table !== of.name && covered.some(({ through }) => through.some(({ references }) => references === table));
}

/** Notes keys that went with erased records. Inside a transaction of the caller. */
export function noteErasedKeys(store: ClassStore, rules: ErasureRules, table: string, pks: Iterable<string>): void {
  if (!isParent(rules, table)) return;
  for (const pk of pks)
    statement(store.db, 'INSERT OR IGNORE INTO erased_key (tbl, hash) VALUES (?, ?)').run(
      table,
      hashOf(store, table, pk),
    );
}

/** Whether the row of this key went with an erased record. */
export function isErasedKey(store: ClassStore, table: string, pk: string): boolean {
  const found = statement(store.db, 'SELECT 1 FROM erased_key WHERE tbl = ? AND hash = ?');
  return found.get(table, hashOf(store, table, pk)) !== undefined;
}

function hashOf({ classId }: ClassStore, table: string, pk: string): string {
  return createHash('sha256').update(`${classId} ${table} ${pk}`).digest('hex');
}
