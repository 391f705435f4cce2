import { contentColumns, tableOf } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';
import { cellOf } from '../../shared/sync/row.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { claimedCells } from '../../shared/catalog/claimed-cells.ts';
import { copyLine } from './copy-text.ts';
import type { ApplyRequest } from './remote.ts';

/** What a run does to a row of the server. */
export type WriteOp = 'add' | 'update' | 'delete';

/** One change of a run that goes to the server. */
export type UpEffect = ApplyRequest['effects'][number];

/** One row of the run's temporary table. */
export interface WriteRow {
  readonly table: string;
  readonly pk: string;
  readonly op: WriteOp;
  /** Number of the update group; null for adds and deletes. */
  readonly group: number | null;
  /** Column that first takes a parked value, because another row of the run wants the value it holds. */
  readonly park: string | null;
  readonly effect: UpEffect;
}

/** Updates of one table that change the same columns and go in the same phase. */
export interface UpdateGroup {
  readonly group: number;
  readonly table: string;
  readonly columns: readonly string[];
  /** The rows leave the predicate of partial unique indexes, so they go before anything that claims their values. */
  readonly leaving: boolean;
}

/** Everything a run writes, in the form the statements need. */
export interface Payload {
  readonly rows: readonly WriteRow[];
  readonly groups: readonly UpdateGroup[];
}

/** Sorts the effects of a run into writes: adds, deletes and updates by changed columns, with the rows to park. */
export function makePayload(catalog: Catalog, effects: readonly UpEffect[]): Payload {
  const groups = new Map<string, UpdateGroup>();
  const parked = parkedColumns(catalog, effects);
  const rows = effects.map((effect): WriteRow => {
    const { table, pk, trees, result } = effect;
    const place = { table, pk, effect };
    if (result === null) return { ...place, op: 'delete', group: null, park: null };
    if (trees.server === null) return { ...place, op: 'add', group: null, park: null };
    const group = groupOf(tableOf(catalog, table), trees.server, result, groups);
    return { ...place, op: 'update', group, park: parked.get(effect) ?? null };
  });
  return { rows, groups: [...groups.values()] };
}

function groupOf(table: CatalogTable, from: Row, to: Row, groups: Map<string, UpdateGroup>): number {
  const columns = contentColumns(table)
    .map((column) => column.name)
    .filter((name) => cellOf(from, name) !== cellOf(to, name));
  const leaving = leavesRule(table, from, to);
  const key = JSON.stringify([table.name, leaving, columns]);
  const known = groups.get(key);
  if (known !== undefined) return known.group;
  const made = { group: groups.size, table: table.name, columns, leaving };
  groups.set(key, made);
  return made.group;
}

/**
 * Rows that must let go of a unique value before another row of the run takes it: swaps, chains and cycles. An index is checked row by row, so no order of
 * plain updates can swap two values.
 */
function parkedColumns(catalog: Catalog, effects: readonly UpEffect[]): ReadonlyMap<UpEffect, string> {
  const parked = new Map<UpEffect, string>();
  for (const [name, ofTable] of Map.groupBy(effects, (effect) => effect.table)) {
    const table = tableOf(catalog, name);
    for (const unique of table.unique) {
      const claims = new Set<string>();
      for (const effect of ofTable) {
        const claim = claimOf(table, unique, effect.result);
        if (claim !== null && claim !== claimOf(table, unique, effect.trees.server)) claims.add(claim);
      }
      for (const effect of ofTable) {
        const { result, trees } = effect;
        const held = claimOf(table, unique, trees.server);
        if (held === null || result === null || !claims.has(held)) continue;
        if (leavesRule(table, trees.server, result)) continue;
        const column = unique.columns.find(
          (candidate) => cellOf(trees.server, candidate) !== cellOf(result, candidate),
        );
        if (column !== undefined) parked.set(effect, column);
      }
    }
  }
  return parked;
}

/** Whether a row lets go of a value of a unique rule and takes none: it goes before everything that claims values. */
function leavesRule(table: CatalogTable, from: Row | null, to: Row): boolean {
  const claims = table.unique.map((unique) => [claimOf(table, unique, from), claimOf(table, unique, to)] as const);
  return (
    claims.some(([held, wanted]) => held !== null && wanted === null) &&
    claims.every(([held, wanted]) => wanted === null || wanted === held)
  );
}

/** The value a row holds in a unique rule, or null when it holds none: absent, outside the predicate, or with NULL in it. */
export function claimOf(table: CatalogTable, unique: CatalogTable['unique'][number], row: Row | null): string | null {
  const cells = claimedCells(table, unique, row);
  return cells === null ? null : JSON.stringify(cells);
}

/** Up to this many rows, and this many characters, travel as one parameter. */
const parameterRows = 1_000;
const parameterLength = 1_000_000;

/** Whether a payload is small enough for one parameter; otherwise it goes by COPY. */
export function fitsParameter(payload: Payload): boolean {
  if (payload.rows.length > parameterRows) return false;
  let length = 0;
  for (const { effect } of payload.rows) {
    for (const row of [effect.trees.server, effect.result]) {
      if (row !== null) for (const cell of Object.values(row)) length += cell?.length ?? 0;
    }
  }
  return length <= parameterLength;
}

/** The rows as one JSON text for a parameter. */
export function payloadJson(payload: Payload): string {
  return JSON.stringify(
    payload.rows.map((row, ord) => ({
      ord,
      tbl: row.table,
      pk: row.pk,
      op: row.op,
      grp: row.group,
      park: row.park,
      expected: row.effect.trees.server,
      result: row.effect.result,
      ver: row.effect.serverVer,
      edited_from: row.effect.editedFrom,
      edited_to: row.effect.editedTo,
    })),
  );
}

/** The rows as lines of a COPY, in the order of `payloadColumns`. */
export function* payloadLines(payload: Payload): Generator<string> {
  for (const [ord, row] of payload.rows.entries()) {
    const { trees, result, serverVer, editedFrom, editedTo } = row.effect;
    yield copyLine([
      String(ord),
      row.table,
      row.pk,
      row.op,
      row.group === null ? null : String(row.group),
      row.park,
      trees.server === null ? null : JSON.stringify(trees.server),
      result === null ? null : JSON.stringify(result),
      serverVer,
      editedFrom,
      editedTo,
    ]);
  }
}
