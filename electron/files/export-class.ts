import { z } from 'zod';
import { syncedTables } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import { keysAfter, readRow } from '../store/catalog-rows.ts';
import { changeSeq } from '../store/sync/peer-store.ts';
import { readClassInfo, type ClassStore } from '../store/class-store.ts';

/** Records in one part. */
const PART_ROWS = 2_000;

/** A part of a document, and where the next one begins; null after the last. */
export interface ExportPart {
  readonly text: string;
  readonly next: string | null;
}

/**
 * Every record of a class as one JSON document, in parts that join to it: `{ "format": "tallybook-class", "version": 1, "app", "at", "class": { "id", "name" },
 * "tables": { "student": [ … ], … } }`. Rows hold canonical text or null by column, as every plan shows them. Tables whose rows others need come first. A part
 * of another moment than the ones before is refused with `concurrent-change`, so that no record stands in the document without what it needs: whoever asks begins
 * again.
 */
export function exportPart(
  store: ClassStore,
  { after, at, version }: { readonly after: string | null; readonly at: string; readonly version: string },
): ExportPart {
  const tables = syncedTables(store.catalog);
  const seq = changeSeq(store);
  const [place, pk, since] = placeOf(after) ?? [0, null, seq];
  if (since !== seq) throw new AppError('concurrent-change');
  const table = tables[place];
  if (table === undefined) throw new AppError('invalid-params', { field: 'after' });
  const keys = keysAfter(store, table, pk, PART_ROWS);
  const rows = keys.map((key) => JSON.stringify(readRow(store, table, key)));
  const last = keys.at(-1);
  const more = keys.length === PART_ROWS && last !== undefined;
  const isLast = place === tables.length - 1;
  const opening =
    pk === null ? `${place === 0 ? headOf(store, at, version) : ',\n'}${JSON.stringify(table.name)}: [` : '';
  const before = pk !== null && rows.length > 0 ? ',\n' : '';
  const ending = more ? '' : isLast ? ']\n}}\n' : ']';
  const next = more ? [place, last, seq] : isLast ? null : [place + 1, null, seq];
  return { text: `${opening}${before}${rows.join(',\n')}${ending}`, next: next === null ? null : JSON.stringify(next) };
}

function headOf(store: ClassStore, at: string, version: string): string {
  const { id, name } = readClassInfo(store.db);
  const head = { format: 'tallybook-class', version: 1, app: version, at, class: { id, name } };
  return `${JSON.stringify(head).slice(0, -1)}, "tables": {\n`;
}

const placeShape = z.tuple([z.number().int().nonnegative(), z.string().nullable(), z.number().int()]);

function placeOf(after: string | null): z.infer<typeof placeShape> | null {
  if (after === null) return null;
  try {
    return placeShape.parse(JSON.parse(after));
  } catch (error) {
    throw new AppError('invalid-params', { field: 'after' }, { cause: error });
  }
}
