import { tableOf, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';
import type { Cell, Row, TreeRow } from '../../shared/sync/plan.ts';
import { cellOf } from '../../shared/sync/row.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { serverTree, type Trees } from '../store/sync/trees.ts';

/** What is shown of a name, in UTF-16 units. */
const LONGEST = 400;

/** Names rows for people: their own label columns, and for events and memberships the record they belong to. */
export interface Labels {
  of(table: CatalogTable, row: Row): string;
  /** Label of the row a foreign key points to; null when it points nowhere or its target is unknown. */
  target(table: CatalogTable, column: string, row: TreeRow): string | null;
  /** What the entry holds that a row of this table voids; null for tables that void nothing, and where it is not known. */
  voided(table: CatalogTable, row: TreeRow): Row | null;
}

/** Labels from the local rows, or what is known of a server (`trees`) where there is none. Remembers what it looked up. */
export function createLabels(store: ClassStore, catalog: Catalog, trees: Trees | null): Labels {
  const known = new Map<string, string | null>();

  function rowAt(table: CatalogTable, pk: string): TreeRow {
    return (
      readRow(store, table, pk) ?? (trees === null ? null : serverTree(trees, { table: table.name, pk }).row) ?? null
    );
  }

  function labelAt(tableName: string, pk: string): string | null {
    const address = `${tableName} ${pk}`;
    const found = known.get(address);
    if (found !== undefined) return found;
    const table = tableOf(catalog, tableName);
    const row = rowAt(table, pk);
    const label = row === null ? null : ofRow(table, row);
    known.set(address, label);
    return label;
  }

  function owner(table: CatalogTable, row: Row): string | null {
    if (table.kind !== 'append-only' && table.kind !== 'set') return null;
    // An erasure is called what its record is called, as long as anybody knows.
    const key = table.foreignKeys.find((candidate) => !candidate.soft || table.name === catalog.roles.erasure);
    if (key === undefined) return null;
    return labelAt(key.references, pkFromCells(key.columns.map((column) => cellOf(row, column) ?? '')));
  }

  function ofRow(table: CatalogTable, row: Row): string {
    const own = table.label.filter(
      (column) => !table.key.includes(column) || table.kind === 'set' || table.kind === 'register',
    );
    const parts = [owner(table, row), ...own.map((column) => cellOf(row, column))];
    const label = parts
      .filter((part): part is string => part !== null && part !== '')
      .map(shortened)
      .join(' · ');
    return label === '' ? table.key.map((column) => cellOf(row, column)).join(' · ') : label;
  }

  return {
    of: ofRow,
    target(table, column, row) {
      const key = table.foreignKeys.find((candidate) => candidate.columns.includes(column));
      const cell = cellOf(row, column);
      if (key === undefined || cell === null) return null;
      return labelAt(key.references, pkFromCells([cell]));
    },
    voided({ name }, row) {
      const table = catalog.tables.find(({ voidedBy }) => voidedBy?.table === name);
      const key = table?.voidedBy === undefined ? null : cellOf(row, table.voidedBy.column);
      return table === undefined || key === null ? null : rowAt(table, pkFromCells([key]));
    },
  };
}

/** What the entry holds that a row voids, as a list of changes tells it. */
export function voidedBy(table: CatalogTable, row: TreeRow, labels: Labels): Record<string, Cell> | null {
  const voided = labels.voided(table, row);
  return voided === null ? null : { ...voided };
}

/** A server may hold a name of any length; what is shown of it, searched and sorted by is not. */
function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** What the references that change from one version to another point to, as those records are called now. */
export function changedNames(
  table: CatalogTable,
  { before, after }: { readonly before: TreeRow; readonly after: TreeRow },
  labels: Labels,
): Record<string, { before: string | null; after: string | null }> {
  const changed = table.foreignKeys
    .flatMap((key) => key.columns)
    .filter((column) => !table.key.includes(column) && cellOf(before, column) !== cellOf(after, column));
  return Object.fromEntries(
    changed.map((column) => [
      column,
      { before: labels.target(table, column, before), after: labels.target(table, column, after) },
    ]),
  );
}
