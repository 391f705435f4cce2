import { hash } from 'node:crypto';
import type { ClassStore } from '../class-store.ts';
import { rawStatement } from '../statement.ts';

/** What all rows of a table come to that both sides agreed on: how many there are, and the sums of the two halves of their hashes. */
export interface KnownDigest {
  readonly rows: number;
  readonly sums: readonly [string, string];
}

/** From so many rows on a table is compared as a whole first. */
const fewest = 1_000;
/** Rows gone through in one step. */
const READ_AT_ONCE = 250;

/** Whether a table is compared as a whole first: where its rows are many, and none is known to differ on the server. */
export function isDigested(store: ClassStore, peerId: string, table: string): boolean {
  const differs = 'SELECT 1 FROM remote WHERE peer_id = ? AND tbl = ? LIMIT 1';
  if (rawStatement(store.db, differs).get(peerId, table) !== undefined) return false;
  const many = 'SELECT 1 FROM base WHERE peer_id = ? AND tbl = ? AND row IS NOT NULL LIMIT 1 OFFSET ?';
  return rawStatement(store.db, many).get(peerId, table, BigInt(fewest - 1)) !== undefined;
}

/** The digest of what both sides agreed on in a table, a few rows at a time: whoever goes through it decides when to stop for a while. */
export function* knownDigest(store: ClassStore, peerId: string, table: string): Generator<void, KnownDigest> {
  const sql =
    'SELECT pk, row FROM base WHERE peer_id = ? AND tbl = ? AND pk > ? AND row IS NOT NULL ORDER BY pk LIMIT ?';
  let rows = 0;
  let [first, second] = [0n, 0n];
  for (let after = ''; ;) {
    const page = rawStatement(store.db, sql).all(peerId, table, after, BigInt(READ_AT_ONCE)) as [string, string][];
    for (const [, text] of page) {
      const bytes = hash('sha256', text, 'buffer');
      first += bytes.readBigInt64BE(0);
      second += bytes.readBigInt64BE(8);
    }
    rows += page.length;
    yield;
    const end = page.at(-1);
    if (end === undefined || page.length < READ_AT_ONCE) return { rows, sums: [String(first), String(second)] };
    [after] = end;
  }
}
