import { contentColumns, type CatalogColumn, type CatalogTable } from '../catalog/catalog.ts';
import type { Cell, FieldDiff, Row, Trees } from './plan.ts';
import { countOn, larger } from './arithmetic.ts';
import { cellOf, isDeleted, isDeletionColumn } from './row.ts';

/** Which side was edited later, where both clocks can tell; `null` when they cannot. */
export type Newer = 'local' | 'server' | null;

/** The row merged column by column; `clashes` are the columns no rule settles, whose cells in `row` are not decided. */
export interface Merge {
  readonly row: Row;
  readonly clashes: readonly string[];
  /** Columns a "newest" policy settled by the clocks. */
  readonly byTime: readonly string[];
}

type Verdict = { readonly kind: 'take'; readonly cell: Cell; readonly byTime?: boolean } | { readonly kind: 'clash' };

/** A column of two present rows as the three trees have it; `base` is undefined where both sides never agreed on the row. */
interface Column {
  readonly column: CatalogColumn;
  readonly base: Cell | undefined;
  readonly local: Cell;
  readonly server: Cell;
}

/** What the policy of a column makes of two sides that differ from the base and from each other. */
function settleClash({ column, base, local, server }: Column, newer: Newer): Verdict {
  switch (column.policy) {
    case 'ask':
      return { kind: 'clash' };
    case 'newest':
      if (newer === null) return { kind: 'clash' };
      return { kind: 'take', cell: newer === 'local' ? local : server, byTime: true };
    case 'server':
      return { kind: 'take', cell: server };
    case 'local':
      return { kind: 'take', cell: local };
    case 'counter': {
      const counted =
        base === undefined || base === null || local === null || server === null
          ? null
          : countOn(column, base, local, server);
      return counted === null ? { kind: 'clash' } : { kind: 'take', cell: counted };
    }
    case 'max': {
      const largest = local === null ? server : server === null ? local : larger(column, local, server);
      return largest === null ? { kind: 'clash' } : { kind: 'take', cell: largest };
    }
  }
}

/** What columns that travel together become as one: all of one side, never a mixture. */
function settleTogether(columns: readonly Column[], newer: Newer): 'local' | 'server' | 'by-time' | 'clash' {
  const differs = columns.filter(({ local, server }) => local !== server);
  if (differs.length === 0 || columns.every(({ base, local }) => base === local)) return 'server';
  if (columns.every(({ base, server }) => base === server)) return 'local';
  const policies = new Set(differs.map(({ column }) => column.policy));
  const [policy] = policies;
  if (policies.size > 1) return 'clash';
  if (policy === 'server' || policy === 'local') return policy;
  return policy === 'newest' && newer !== null ? 'by-time' : 'clash';
}

/** Merges two present rows column by column against the base. Columns of a deletion both sides made take the server's text. */
export function mergeRows(
  table: CatalogTable,
  base: Row | null | undefined,
  local: Row,
  server: Row,
  newer: Newer,
): Merge {
  const row: Record<string, Cell> = {};
  const clashes: string[] = [];
  const byTime: string[] = [];
  const bothDeleted = isDeleted(table, local) && isDeleted(table, server);
  const known = base === null ? undefined : base;
  const columns = contentColumns(table).map((column) => ({
    column,
    base: known === undefined ? undefined : cellOf(known, column.name),
    local: cellOf(local, column.name),
    server: cellOf(server, column.name),
  }));
  for (const one of columns) {
    const { base: b, local: l, server: s, column } = one;
    if (l === s || b === l || (bothDeleted && isDeletionColumn(table, column.name))) row[column.name] = s;
    else if (b === s) row[column.name] = l;
    else {
      const verdict = settleClash(one, newer);
      row[column.name] = verdict.kind === 'take' ? verdict.cell : (b ?? null);
      if (verdict.kind === 'clash') clashes.push(column.name);
      else if (verdict.byTime === true) byTime.push(column.name);
    }
  }
  const merge = { row, clashes, byTime };
  for (const names of table.atomicGroups)
    mergeTogether(
      columns.filter(({ column }) => names.includes(column.name)),
      newer,
      merge,
    );
  return merge;
}

/** Settles one atomic group over what its columns came to one by one. */
function mergeTogether(
  columns: readonly Column[],
  newer: Newer,
  merge: { readonly row: Record<string, Cell>; readonly clashes: string[]; readonly byTime: string[] },
): void {
  const side = settleTogether(columns, newer);
  const taken = side === 'by-time' ? (newer ?? 'server') : side;
  for (const { column, base, local, server } of columns) {
    for (const list of [merge.clashes, merge.byTime]) {
      const place = list.indexOf(column.name);
      if (place >= 0) list.splice(place, 1);
    }
    if (taken !== 'clash') merge.row[column.name] = taken === 'local' ? local : server;
    if (local === server) continue;
    if (side === 'by-time') merge.byTime.push(column.name);
    if (side !== 'clash') continue;
    merge.row[column.name] = base ?? null;
    merge.clashes.push(column.name);
  }
}

/** The columns worth showing: those that differ from the base or between the sides. `result` undefined means the row is undecided. */
export function fieldDiffs(
  table: CatalogTable,
  trees: Trees,
  result: Row | null | undefined,
  merge: Merge | null,
): readonly FieldDiff[] {
  const fields: FieldDiff[] = [];
  for (const { name } of contentColumns(table)) {
    if (table.key.includes(name)) continue;
    const base = cellOf(trees.base, name);
    const local = cellOf(trees.local, name);
    const server = cellOf(trees.server, name);
    if (base === local && local === server) continue;
    const clash = result === undefined && (merge?.clashes.includes(name) ?? local !== server);
    const decided = result !== undefined || (merge !== null && !clash);
    fields.push({
      name,
      base,
      local,
      server,
      result: decided ? cellOf(result ?? merge?.row ?? null, name) : null,
      decided,
      clash,
    });
  }
  return fields;
}
