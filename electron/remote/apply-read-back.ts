import { contentColumns } from '../../shared/catalog/catalog.ts';
import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import { cellOf } from '../../shared/sync/row.ts';
import type { Cell, TreeRow } from '../../shared/sync/plan.ts';
import { batchRows, contentText, digestOf, payloadWidth } from './apply-payload.ts';
import { beside, effectTable, isBulk, journalBeside, ofTable } from './apply-sql.ts';
import type { RunSql } from './apply-sql.ts';
import { copyRows } from './copy-text.ts';
import { rowDecoder } from './decode-row.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgSession } from './pg-session.ts';
import type { ApplyRequest, EffectList } from './remote.ts';
import { columnOf, contentTexts, inSchema } from './row-sql.ts';

/** Cells in front of the content: place in the run, table's place in the catalog, version, whether the row is there. */
const headCells = 4;

/** A row that is not on the server as it was written; `column` null: it is there and should not be, or the other way round. */
export interface Difference {
  readonly table: string;
  readonly pk: string;
  readonly column: string | null;
}

/** Reads what was written, all tables in one answer, in the order of the run. The versions of a large run come from one look at what it wrote in the journal. */
function readBackSql(run: RunSql): string {
  const width = payloadWidth(run.catalog);
  const bulk = isBulk(run);
  const cells = Array.from({ length: width }, (_, index) => `c${index + 1}`);
  const parts = run.shape.tablesWith().map((table) => {
    const texts = contentTexts(table, 't');
    const content = cells.map((name, index) => `${texts[index] ?? 'NULL::text'} AS ${name}`);
    const place = run.catalog.tables.indexOf(table);
    const versions = bulk ? '' : ` LEFT JOIN ${journalBeside(run, 's.ver')} s ON true`;
    return `SELECT e.ord, e.tbl, e.pk, ${place} AS place, ${bulk ? '' : 's.ver, '}${columnOf('t', run.catalog.scopeColumn)} IS NOT NULL AS there, ${content.join(', ')}
FROM ${effectTable} e LEFT JOIN ${beside(run, table, 't.*')} t ON true${versions} WHERE ${ofTable(table)} AND e.state IS NULL`;
  });
  const versions = bulk
    ? ` LEFT JOIN ${inSchema(run.catalog, 'row_state')} s ON s.scope = ${quoteLiteral(run.scope)}::uuid AND s.xid = txid_current() AND s.tbl = x.tbl AND s.pk = x.pk`
    : '';
  return `COPY (SELECT ord, place, ver, there, ${cells.join(', ')} FROM (SELECT x.*${bulk ? ', s.ver' : ''} FROM (${parts.join(' UNION ALL ')}) x${versions}) y ORDER BY ord) TO STDOUT`;
}

interface ReadRow {
  readonly ord: number;
  readonly ver: string | null;
  readonly table: CatalogTable;
  readonly row: TreeRow;
}

/**
 * Reads back what was written and compares it, column by column, with what was meant to be written: a trigger may have changed it on the way. Rows go to
 * `onReadBack` as they arrive; neither they nor the run's effects are ever held as a whole. Answers the first row that differs, null when none does.
 */
export async function readBack(
  session: PgSession,
  run: RunSql,
  request: ApplyRequest,
  there: ReadonlySet<number>,
  silenceMs: number,
): Promise<Difference | null> {
  const decoders = run.catalog.tables.map((table) => ({ table, decode: rowDecoder(table) }));
  const digests = run.shape.digests();
  let difference: Difference | null = null;
  let batch: ReadRow[] = [];
  let number = 0;
  const closeBatch = (): void => {
    const differs =
      difference === null && digestOf(batch.map(({ table, row }) => contentText(table, row))) !== digests[number];
    if (differs) difference = differenceIn(request.effects, number * batchRows, batch, there);
    number += 1;
    batch = [];
  };
  const stream = session.copyOut(readBackSql(run), { signal: request.signal, silenceMs });
  // Read to the end even when a row differs: a COPY that is left half read costs the connection.
  for await (const lines of copyRows(stream, batchRows)) {
    const rows = lines.map((cells) => readRow(decoders, cells));
    for (const row of rows) {
      while (row.ord >= (number + 1) * batchRows) closeBatch();
      batch.push(row);
    }
    if (difference === null) request.onReadBack(rows);
  }
  while (number < digests.length) closeBatch();
  return difference;
}

function readRow(
  decoders: readonly {
    readonly table: CatalogTable;
    readonly decode: (cells: readonly Cell[], offset: number) => TreeRow;
  }[],
  cells: readonly Cell[],
): ReadRow {
  const decoder = decoders[Number(cells[1])];
  if (decoder === undefined) throw new Error('a row of no table was read back');
  const row = cells[3] === 't' ? decoder.decode(cells, headCells) : null;
  return { ord: Number(cells[0]), ver: cells[2] ?? null, table: decoder.table, row };
}

/** Looks at the rows of a batch one by one. Rows that were already there were not written and are not in the answer. */
function differenceIn(
  effects: EffectList,
  from: number,
  batch: readonly ReadRow[],
  there: ReadonlySet<number>,
): Difference | null {
  const found = new Map(batch.map((row) => [row.ord, row]));
  for (const [index, { table, pk, result }] of effects.slice(from, from + batchRows).entries()) {
    if (there.has(from + index)) continue;
    const read = found.get(from + index);
    const row = read?.row ?? null;
    if (read === undefined || (row === null) !== (result === null)) return { table, pk, column: null };
    if (row === null || result === null) continue;
    const differing = contentColumns(read.table).find(({ name }) => cellOf(row, name) !== cellOf(result, name));
    if (differing !== undefined) return { table, pk, column: differing.name };
  }
  return null;
}
