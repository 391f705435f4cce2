import type { ClassStore } from '../class-store.ts';
import { rawStatement } from '../statement.ts';

/** A row as a server has it: its key, and its text as Base holds it. */
export interface RowText {
  readonly pk: string;
  readonly text: string;
}

/** Up to so many times the rows asked about, what lies between the first and the last of them is read at once. */
const DENSE = 2;

const between = 'WHERE peer_id = ? AND tbl = ? AND pk BETWEEN ? AND ? LIMIT ?';
const baseBetween = `SELECT pk, row FROM base ${between}`;
const marksBetween = `SELECT pk FROM (SELECT pk, peer_id, tbl FROM remote UNION ALL SELECT pk, peer_id, tbl FROM dirty) ${between}`;
const known = `SELECT j.key, b.row, EXISTS (SELECT 1 FROM remote AS r WHERE r.peer_id = ? AND r.tbl = ? AND r.pk = j.value)
    OR EXISTS (SELECT 1 FROM dirty AS d WHERE d.peer_id = ? AND d.tbl = ? AND d.pk = j.value)
    FROM json_each(?) AS j LEFT JOIN base AS b ON b.peer_id = ? AND b.tbl = ? AND b.pk = j.value`;

/**
 * Of some rows of a table as a server has them, those that are not known to be just so: Base is another or none, or something is known to differ on either side.
 * A row without a mark is here what it is in Base. Rows come mostly in the order of their keys: then what is known of them lies side by side, and is read as it lies.
 */
export function differingRows(
  store: ClassStore,
  peerId: string,
  table: string,
  rows: readonly RowText[],
): readonly string[] {
  return differingAmong(store, peerId, table, rows) ?? differingByKey(store, peerId, table, rows);
}

/** Null where other rows lie between these: then each is better looked up. A row that is not found differs, so a key that sorts otherwise is only read once more. */
function differingAmong(
  store: ClassStore,
  peerId: string,
  table: string,
  rows: readonly RowText[],
): readonly string[] | null {
  let [first, last] = [rows[0]?.pk ?? '', rows[0]?.pk ?? ''];
  for (const { pk } of rows) {
    if (pk < first) first = pk;
    if (pk > last) last = pk;
  }
  const most = rows.length * DENSE;
  const range = [peerId, table, first, last, BigInt(most + 1)];
  const marks = rawStatement(store.db, marksBetween).all(...range) as [string][];
  if (marks.length > most) return null;
  const found = rawStatement(store.db, baseBetween).all(...range) as [string, string | null][];
  if (found.length > most) return null;
  const texts = new Map(found);
  for (const [pk] of marks) texts.delete(pk);
  return rows.flatMap(({ pk, text }) => (texts.get(pk) === text ? [] : [pk]));
}

function differingByKey(store: ClassStore, peerId: string, table: string, rows: readonly RowText[]): readonly string[] {
  const keys = JSON.stringify(rows.map(({ pk }) => pk));
  const place = [peerId, table];
  const answers = rawStatement(store.db, known).all(...place, ...place, keys, ...place) as [
    number,
    string | null,
    number,
  ][];
  return answers.flatMap(([index, base, differs]) => {
    const row = rows[index];
    return row === undefined || (differs === 0 && base === row.text) ? [] : [row.pk];
  });
}
