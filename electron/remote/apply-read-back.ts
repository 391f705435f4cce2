import { contentColumns } from '../../shared/catalog/catalog.ts';
import type { CatalogColumn, CatalogTable } from '../../shared/catalog/catalog.ts';
import { cellOf } from '../../shared/sync/row.ts';
import type { Cell, TreeRow } from '../../shared/sync/plan.ts';
import { payloadWidth } from './apply-payload.ts';
import { beside, cell, effectTable, isBulk, journalBeside, ofTable } from './apply-sql.ts';
import type { RunSql } from './apply-sql.ts';
import { copyRows } from './copy-text.ts';
import { rowDecoder } from './decode-row.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgSession } from './pg-session.ts';
import type { ApplyRequest, EffectList } from './remote.ts';
import { columnOf, contentTexts, inSchema } from './row-sql.ts';

/** Cells in front of the content: place in the run, table's place in the catalog, version, whether the row is there, whether it is as it shall be. */
const headCells = 5;
/** Rows looked at at a time. */
const batchRows = 512;

/** A row that is not on the server as it was written; `column` null: it is there and should not be, or the other way round. */
export interface Difference {
  readonly table: string;
  readonly pk: string;
  readonly column: string | null;
}

/**
 * Whether a cell of a table (t) has the text that was sent (e). Compared as what is sent would be read back, so nothing passes that is another value; where the
 * server writes a value otherwise than we do, the row comes back and is looked at here. Only times and numbers, which it always writes otherwise, are compared as values.
 */
function isAsSent(table: CatalogTable, { name, type }: CatalogColumn): string {
  const [found, sent] = [columnOf('t', name), cell(table, name, 'r')];
  switch (type) {
    case 'timestamptz':
    case 'timestamp':
    case 'numeric':
      return `${found} IS NOT DISTINCT FROM ${sent}::${type}`;
    default:
      return `${found}::text COLLATE "C" IS NOT DISTINCT FROM ${sent}`;
  }
}

/**
 * Reads what was written, all tables in one answer, in the order of the run. Every row is compared on the server, under the settings of reading; only those come that
 * are not as they shall be, and those whose version is asked for: of a first upload that is none. The versions of a large run come from one look at what it wrote in
 * the journal.
 */
function readBackSql(run: RunSql): string {
  const width = payloadWidth(run.catalog);
  const bulk = isBulk(run);
  const cells = Array.from({ length: width }, (_, index) => `c${index + 1}`);
  const joined = bulk && run.shape.asksVersions;
  const parts = run.shape.tablesWith().map((table) => {
    const texts = contentTexts(table, 't');
    const content = cells.map((name, index) => `${texts[index] ?? 'NULL::text'} AS ${name}`);
    const place = run.catalog.tables.indexOf(table);
    const there = `${columnOf('t', run.catalog.scopeColumn)} IS NOT NULL`;
    const same = `CASE WHEN ${there} THEN e.op <> 'delete' AND ${contentColumns(table)
      .map((column) => isAsSent(table, column))
      .join(' AND ')} ELSE e.op = 'delete' END`;
    const versions = bulk ? '' : ` LEFT JOIN ${journalBeside(run, 's.ver')} s ON true`;
    const head = `e.ord, e.tbl, e.pk, ${place} AS place, ${bulk ? '' : 's.ver, '}${there} AS there, ${same} AS same`;
    return `SELECT ${head}, ${content.join(', ')}
FROM ${effectTable} e LEFT JOIN ${beside(run, table, 't.*')} t ON true${versions} WHERE ${ofTable(table)} AND e.state IS NULL AND (e.asks_ver OR NOT (${same}))`;
  });
  const versions = joined
    ? ` LEFT JOIN ${inSchema(run.catalog, 'row_state')} s ON s.scope = ${quoteLiteral(run.scope)}::uuid AND s.xid = txid_current() AND s.tbl = x.tbl AND s.pk = x.pk`
    : '';
  const ver = joined ? ', s.ver' : bulk ? ', NULL AS ver' : '';
  return `COPY (SELECT ord, place, ver, there, same, ${cells.join(', ')} FROM (SELECT x.*${ver} FROM (${parts.join(' UNION ALL ')}) x${versions}) y ORDER BY ord) TO STDOUT`;
}

interface ReadRow {
  readonly ord: number;
  readonly ver: string | null;
  readonly table: CatalogTable;
  readonly row: TreeRow;
  /** Whether the server itself found it to be as it shall be. */
  readonly same: boolean;
}

/**
 * Reads back everything the run wrote and looks at every row that may not be as it shall be. Rows that were already there were not written and are not in the
 * answer. The others go to `onReadBack` as they arrive; neither they nor the run's effects are ever held as a whole. Answers the first row that differs, null when
 * none does.
 */
export async function readBack(
  session: PgSession,
  run: RunSql,
  request: ApplyRequest,
  silenceMs: number,
): Promise<Difference | null> {
  const decoders = run.catalog.tables.map((table) => ({ table, decode: rowDecoder(table) }));
  let difference: Difference | null = null;
  const stream = session.copyOut(readBackSql(run), { signal: request.signal, silenceMs });
  // Read to the end even when a row differs: a COPY that is left half read costs the connection.
  for await (const lines of copyRows(stream, batchRows)) {
    if (difference !== null) continue;
    const rows = lines.map((cells) => readRow(decoders, cells));
    difference = differenceIn(
      request.effects,
      rows.filter(({ same }) => !same),
    );
    if (difference === null) request.onReadBack(rows);
  }
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
  return { ord: Number(cells[0]), ver: cells[2] ?? null, table: decoder.table, row, same: cells[4] === 't' };
}

/** Compares rows the server could not tell to be as they shall be, as canonical text, and names the first that is not. */
function differenceIn(effects: EffectList, rows: readonly ReadRow[]): Difference | null {
  for (const [window, read] of Map.groupBy(rows, ({ ord }) => Math.floor(ord / batchRows))) {
    const wanted = effects.slice(window * batchRows, (window + 1) * batchRows);
    for (const { ord, table, row } of read) {
      const effect = wanted[ord - window * batchRows];
      if (effect === undefined) throw new Error('a row was read back that the run does not have');
      const { pk, result } = effect;
      if ((row === null) !== (result === null)) return { table: table.name, pk, column: null };
      const differing = contentColumns(table).find(({ name }) => cellOf(row, name) !== cellOf(result, name));
      if (differing !== undefined) return { table: table.name, pk, column: differing.name };
    }
  }
  return null;
}
