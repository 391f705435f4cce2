import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import type { Cell } from '../../shared/sync/plan.ts';
import { copyRows } from './copy-text.ts';
import { rowTextDecoder } from './decode-row.ts';
import {
  changedRowsSql,
  dataRowsSql,
  plainRowsSql,
  rowsAtSql,
  serverRowDecoder,
  tombstonesSql,
  wholeTables,
} from './observe-sql.ts';
import type { RemoteContext } from './remote-context.ts';
import type { ObserveRequest, ServerRow } from './remote.ts';
import { canDigest, digestStatement, readDigest, shared } from './table-digest.ts';

/** Rows handed over at a time. */
const chunkRows = 2_000;
/** Up to this many changed rows are asked for in one message instead of table by table. */
const fewRows = 2_000;
/** Keys asked for in one message: with the longest rows the answer stays far below what one may take. */
const keysAtOnce = 200;
/** Up to this many rows of a table that differ are asked for by their keys. */
const mostDiffering = 20_000;

/** What reading rows came to. */
export interface ReadResult {
  readonly rows: number;
  /** Rows that are there, by table. */
  readonly present: ReadonlyMap<string, number>;
  /** The journal calls a row alive that is not there. */
  readonly gap: boolean;
}

/** Where nothing was read. */
export const nothingRead: ReadResult = { rows: 0, present: new Map(), gap: false };

/**
 * Reads the rows of an observation and hands them over: all of them, or those of the tables in which something changed, by table and how many. Where whoever asks
 * knows most rows already, everything is read in its plainest form, and what the journal says only of those that differ.
 */
export async function readRows(
  context: RemoteContext,
  request: ObserveRequest,
  counts: ReadonlyMap<string, number>,
): Promise<ReadResult> {
  const { catalog } = context;
  const { scope, since, tables, settled } = request;
  if (since === null) {
    const read = await inTurn(tables, async (table) => {
      const data = await readAll(context, request, table);
      const tombstones = await stream(context, request, table, tombstonesSql(catalog, table, scope));
      return { ...tombstones, rows: data.rows + tombstones.rows, present: data.present, gap: false };
    });
    return read;
  }
  const changed = tables.filter((table) => (counts.get(table.name) ?? 0) > 0);
  if (changed.length === 0) return nothingRead;
  const total = changed.reduce((sum, table) => sum + (counts.get(table.name) ?? 0), 0);
  // Images make rows large: they are always streamed.
  const small = (table: CatalogTable): boolean =>
    total <= fewRows && !table.columns.some((column) => column.type === 'bytea');
  const rowsOf = (table: CatalogTable): string => changedRowsSql(catalog, table, scope, since, settled);
  const answers = await context.session.pipeline(
    changed.filter(small).map((table) => ({ sql: rowsOf(table) })),
    { signal: request.signal },
  );
  const answered = new Map(changed.filter(small).map((table, index) => [table, answers[index]?.rows ?? []]));
  return await inTurn(changed, async (table) => {
    const rows = answered.get(table);
    if (rows === undefined) return await stream(context, request, table, rowsOf(table));
    return await handOver(request, table, rows);
  });
}

async function readAll(context: RemoteContext, request: ObserveRequest, table: CatalogTable): Promise<ReadResult> {
  const { catalog } = context;
  const { scope, differing } = request;
  // Images are few, and make rows large.
  if (differing !== undefined && !table.columns.some((column) => column.type === 'bytea')) {
    const known = await rowsAsKnown(context, request, table);
    if (known !== null) return { ...nothingRead, present: new Map([[table.name, known]]) };
    const { keys, present } = await differingKeys(context, request, table, differing);
    if (keys !== null) {
      let rows = 0;
      for (let from = 0; from < keys.length; from += keysAtOnce)
        rows += (await rowsAt(context, request, table, keys.slice(from, from + keysAtOnce))).rows;
      // The same snapshot holds them all: a key that finds no row would be a row passed over in silence.
      if (rows === keys.length) return { ...nothingRead, rows, present: new Map([[table.name, present]]) };
    }
  }
  return await stream(context, request, table, dataRowsSql(catalog, table, scope));
}

/** How many rows a table has where all of them are just as they are known; null where that has to be found out row by row. */
async function rowsAsKnown(
  { session, catalog }: RemoteContext,
  { scope, signal, wholly }: ObserveRequest,
  table: CatalogTable,
): Promise<number | null> {
  if (wholly === undefined || !canDigest(table)) return null;
  return await wholly(table, async (rows) => {
    const [, answer] = await session.pipeline(
      [{ sql: shared.begin }, digestStatement(catalog, table, scope, rows), { sql: shared.end }],
      { signal },
    );
    return readDigest(answer?.rows[0]);
  });
}

/** Reads all rows of a table and asks which of them differ from what is known. `keys` is null where they are so many that everything is better read at once. */
async function differingKeys(
  { session, catalog }: RemoteContext,
  { scope, signal }: ObserveRequest,
  table: CatalogTable,
  differing: NonNullable<ObserveRequest['differing']>,
): Promise<{ readonly keys: readonly string[] | null; readonly present: number }> {
  const textOf = rowTextDecoder(table);
  const keys: string[] = [];
  let present = 0;
  const copy = session.copyOut(`COPY (${plainRowsSql(catalog, table, scope)}) TO STDOUT`, { signal });
  for await (const chunk of copyRows(copy, chunkRows)) {
    present += chunk.length;
    if (keys.length > mostDiffering) continue;
    const rows = chunk.map((cells) => ({ pk: cells[0] ?? '', text: textOf(cells, 1) }));
    keys.push(...(await differing(table, rows)));
  }
  return { keys: keys.length > mostDiffering ? null : keys, present };
}

async function rowsAt(
  { session, catalog }: RemoteContext,
  request: ObserveRequest,
  table: CatalogTable,
  keys: readonly string[],
): Promise<ReadResult> {
  const [, answer] = await session.pipeline(
    [
      // Row by row here, whatever holds for the tables as wholes.
      { sql: 'SET LOCAL enable_nestloop = on' },
      { sql: rowsAtSql(catalog, table, request.scope), params: [keys] },
      { sql: wholeTables },
    ],
    { signal: request.signal },
  );
  return await handOver(request, table, answer?.rows ?? []);
}

/** One table after the other, parents before children. */
async function inTurn(
  tables: readonly CatalogTable[],
  read: (table: CatalogTable) => Promise<ReadResult>,
): Promise<ReadResult> {
  let sum = nothingRead;
  for (const table of tables) sum = added(sum, await read(table));
  return sum;
}

async function stream(
  context: RemoteContext,
  request: ObserveRequest,
  table: CatalogTable,
  sql: string,
): Promise<ReadResult> {
  const copy = context.session.copyOut(`COPY (${sql}) TO STDOUT`, { signal: request.signal });
  let sum = nothingRead;
  for await (const chunk of copyRows(copy, chunkRows)) sum = added(sum, await handOver(request, table, chunk));
  return sum;
}

async function handOver(
  request: ObserveRequest,
  table: CatalogTable,
  cells: readonly (readonly Cell[])[],
): Promise<ReadResult> {
  const decode = serverRowDecoder(table);
  const decoded = cells.map(decode);
  const rows: ServerRow[] = decoded.filter((row) => row !== null);
  if (rows.length > 0) await request.onRows(rows);
  const present = new Map([[table.name, rows.filter(({ row }) => row !== null).length]]);
  return { rows: rows.length, present, gap: rows.length < decoded.length };
}

function added(one: ReadResult, other: ReadResult): ReadResult {
  const present = new Map(one.present);
  for (const [table, count] of other.present) present.set(table, (present.get(table) ?? 0) + count);
  return { rows: one.rows + other.rows, present, gap: one.gap || other.gap };
}
