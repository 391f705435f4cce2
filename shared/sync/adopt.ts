import { tableOf, type CatalogForeignKey, type CatalogTable } from '../catalog/catalog.ts';
import { keyOf, pkOf } from '../catalog/key.ts';
import type { Lookup } from './lookup.ts';
import type { Choice, PlanRow, Row, TreeRow, Trees } from './plan.ts';
import { picked } from './resolve.ts';
import { cellOf } from './row.ts';

/** A row a decision makes that is not listed by itself: the copy of "keep both", an alias, a row under its new key. */
export interface MadeRow {
  readonly table: string;
  readonly pk: string;
  readonly trees: Trees;
  readonly result: TreeRow;
}

/** What taking the server's key means for other rows: new results of listed ones, and rows made. They go together, or none of them. */
export interface Adoption {
  readonly results: ReadonlyMap<number, TreeRow>;
  readonly made: readonly MadeRow[];
}

/** What the planner must know of a row's result under the choices made; undefined while undecided. */
export type ResultAt = (ordinal: number) => TreeRow | undefined;

/**
 * This PC's record becomes the one the server has: its key goes, everything here that points at it points at the other key, and an alias says so to devices that
 * meet the old key later. Null where it cannot be done now: a row that points at the record is not in the plan yet, or not decided.
 */
export function adopt(
  lookup: Lookup,
  row: PlanRow,
  ordinal: number,
  choice: Choice,
  resultAt: ResultAt,
): Adoption | null {
  const table = tableOf(lookup.catalog, row.table);
  const [key] = table.key;
  const rival = row.rival === undefined ? null : lookup.ordinal(row.table, row.rival);
  const alias = lookup.catalog.roles.alias;
  if (alias === null || key === undefined || row.rival === undefined) return null;
  const fields = choice.fields ?? {};
  // A record that is here already needs nothing, unless something of it is to change.
  if (rival === null && Object.keys(fields).length > 0) return null;
  // With what was changed here of that record, and not sent yet: two records become one, and neither loses anything by it.
  const theirs = rival === null ? lookup.trees(table, row.rival).local : resultAt(rival);
  const oldId = cellOf(row.trees.local, key);
  if (theirs === undefined || theirs === null || oldId === null) return null;
  const moving: Moving = { lookup, resultAt, results: new Map(), made: [] };
  if (rival !== null) moving.results.set(rival, { ...theirs, ...picked(fields, row.trees.local, theirs) });
  if (!movePointers(moving, table, row.pk, row.rival)) return null;
  moving.results.set(ordinal, null);
  make(moving, tableOf(lookup.catalog, alias), { tbl: row.table, old_id: oldId, new_id: cellOf(theirs, key) });
  return moving;
}

interface Moving {
  readonly lookup: Lookup;
  readonly resultAt: ResultAt;
  readonly results: Map<number, TreeRow>;
  readonly made: MadeRow[];
}

/** Lets every row here that points at one key point at another. */
function movePointers(moving: Moving, parent: CatalogTable, from: string, to: string): boolean {
  return moving.lookup.catalog.tables.every((child) =>
    child.foreignKeys
      .filter((foreignKey) => foreignKey.references === parent.name)
      .every((foreignKey) =>
        moving.lookup.childrenHere(child, foreignKey, from).every((pk) => {
          // What both sides hold and may point at nothing goes on as it is; the alias says where it leads.
          if (foreignKey.soft && moving.lookup.ordinal(child.name, pk) === null) return true;
          return movePointer(moving, child, pk, {
            from: pointing(parent, foreignKey, from),
            to: pointing(parent, foreignKey, to),
          });
        }),
      ),
  );
}

/** The cells with which a foreign key points at a row. */
function pointing(parent: CatalogTable, foreignKey: CatalogForeignKey, pk: string): Row {
  const key = keyOf(parent, pk);
  return Object.fromEntries(foreignKey.columns.map((column, index) => [column, key[parent.key[index] ?? ''] ?? null]));
}

function movePointer(
  moving: Moving,
  child: CatalogTable,
  pk: string,
  { from, to }: { readonly from: Row; readonly to: Row },
): boolean {
  const ordinal = moving.lookup.ordinal(child.name, pk);
  if (ordinal === null) return false;
  const intended = moving.results.get(ordinal) ?? moving.resultAt(ordinal);
  if (intended === undefined) return false;
  // A row that goes, or points elsewhere by what was decided, stays as it is.
  if (intended === null || Object.entries(from).some(([column, cell]) => intended[column] !== cell)) return true;
  const moved = { ...intended, ...to };
  if (!Object.keys(to).some((column) => child.key.includes(column))) {
    moving.results.set(ordinal, moved);
    return true;
  }
  moving.results.set(ordinal, null);
  make(moving, child, moved);
  return movePointers(moving, child, pk, pkOf(child, moved));
}

/** Makes a row unless it is there already, or listed as coming. */
function make(moving: Moving, table: CatalogTable, row: Row): void {
  const pk = pkOf(table, row);
  const trees = moving.lookup.trees(table, pk);
  const known = trees.local !== null || trees.server !== null || moving.lookup.ordinal(table.name, pk) !== null;
  if (!known && !moving.made.some((made) => made.table === table.name && made.pk === pk))
    moving.made.push({ table: table.name, pk, trees, result: row });
}
