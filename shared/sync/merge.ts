import { contentColumns, type CatalogColumn, type CatalogTable } from '../catalog/catalog.ts';
import type { Cell, FieldDiff, Row, Trees } from './plan.ts';
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

/** The three-way merge of one column whose two sides differ from the base and from each other. */
function settleClash(column: CatalogColumn, base: Cell | undefined, local: Cell, server: Cell, newer: Newer): Verdict {
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
    case 'counter':
      if (base === undefined || base === null || local === null || server === null) return { kind: 'clash' };
      return { kind: 'take', cell: (BigInt(server) + (BigInt(local) - BigInt(base))).toString() };
    case 'max':
      if (local === null) return { kind: 'take', cell: server };
      if (server === null) return { kind: 'take', cell: local };
      return { kind: 'take', cell: BigInt(local) > BigInt(server) ? local : server };
  }
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
  for (const column of contentColumns(table)) {
    const name = column.name;
    const l = cellOf(local, name);
    const s = cellOf(server, name);
    const b = known === undefined ? undefined : cellOf(known, name);
    if (l === s || b === l || (bothDeleted && isDeletionColumn(table, name))) row[name] = s;
    else if (b === s) row[name] = l;
    else {
      const verdict = settleClash(column, b, l, s, newer);
      row[name] = verdict.kind === 'take' ? verdict.cell : (b ?? null);
      if (verdict.kind === 'clash') clashes.push(name);
      else if (verdict.byTime === true) byTime.push(name);
    }
  }
  return { row, clashes, byTime };
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
