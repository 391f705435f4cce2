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
  const sums: [bigint, bigint] = [0n, 0n];
  for (let after = ''; ;) {
    const page = rawStatement(store.db, sql).all(peerId, table, after, BigInt(READ_AT_ONCE)) as [string, string][];
    addHashes(sums, page);
    rows += page.length;
    yield;
    const end = page.at(-1);
    if (end === undefined || page.length < READ_AT_ONCE) return { rows, sums: [String(sums[0]), String(sums[1])] };
    [after] = end;
  }
}

/**
 * Adds the halves of the hashes of some rows, each a whole number of 64 bits with its sign. A few rows are added up in numbers, which hold the sums of their parts of 32
 * bits exactly. The hash comes as text of a character for each byte: as bytes it takes twice as long.
 */
function addHashes(sums: [bigint, bigint], rows: readonly (readonly [string, string])[]): void {
  let [high, low, secondHigh, secondLow] = [0, 0, 0, 0];
  for (const [, text] of rows) {
    const bytes = hash('sha256', text, 'binary');
    high += bitsAt(bytes, 0);
    low += bitsAt(bytes, 4) >>> 0;
    secondHigh += bitsAt(bytes, 8);
    secondLow += bitsAt(bytes, 12) >>> 0;
  }
  sums[0] += BigInt(high) * 0x1_0000_0000n + BigInt(low);
  sums[1] += BigInt(secondHigh) * 0x1_0000_0000n + BigInt(secondLow);
}

/** Four bytes as a whole number with its sign. */
function bitsAt(bytes: string, at: number): number {
  return (
    (bytes.charCodeAt(at) << 24) |
    (bytes.charCodeAt(at + 1) << 16) |
    (bytes.charCodeAt(at + 2) << 8) |
    bytes.charCodeAt(at + 3)
  );
}
