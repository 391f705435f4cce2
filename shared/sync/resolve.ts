import { columnNamed, contentColumns, type CatalogTable } from '../catalog/catalog.ts';
import { claimedCells } from '../catalog/claimed-cells.ts';
import { heldBy, naturalOf, partsOf, type Claim } from './claims.ts';
import { mergeRows } from './merge.ts';
import type { Cell, Choice, FieldChoice, PlanRow, Row, Trees, TreeRow } from './plan.ts';
import { cellOf, isDeleted } from './row.ts';

/** Why a choice does not fit a row. */
export type Misfit = 'not-for-this-row' | 'unknown-column' | 'column-missing' | 'columns-together' | 'value-taken';

/** A choice's effect on one row: its result and, of "keep both", the copy beside it; nothing yet (`undecided`); or why the choice does not fit the row. */
export type Resolved =
  | { readonly kind: 'decided'; readonly result: TreeRow; readonly copy: Row | null }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'invalid'; readonly reason: Misfit };

/** The part of a plan row a choice works on. */
export type Resolvable = Pick<PlanRow, 'trees' | 'conflict' | 'intended' | 'rival' | 'claimed' | 'gone'>;

type Fields = NonNullable<Choice['fields']>;

/** Carries out a choice on a conflict. Keep local and keep server take the whole row; merge takes each clashing column as named. */
export function resolveRow(table: CatalogTable, row: Resolvable, choice: Choice): Resolved {
  if (choice.choice === 'skip') return { kind: 'undecided' };
  if (row.conflict === 'same-identity') return resolveIdentity(table, row, choice);
  const trees = askedTrees(row);
  switch (choice.choice) {
    case 'local':
      return decided(trees.local);
    case 'server':
      return decided(trees.server);
    case 'merge':
      return mergeByField(table, trees, choice.fields ?? {});
    case 'both':
      return row.conflict === 'parent-deleted' ? invalid('not-for-this-row') : keepBoth(table, trees, choice);
    case 'rename':
    case 'adopt':
      return invalid('not-for-this-row');
  }
}

/** The versions a question is about: of a row the server lost, its own is what it held then. */
export function askedTrees({ trees, gone }: Pick<PlanRow, 'trees' | 'gone'>): Trees {
  return gone === undefined ? trees : { ...trees, server: gone };
}

function decided(result: TreeRow, copy: Row | null = null): Resolved {
  return { kind: 'decided', result, copy };
}

function invalid(reason: Misfit): Resolved {
  return { kind: 'invalid', reason };
}

/** Whether new rows of a table may be made with a key of our own. */
export function takesNewKeys(table: CatalogTable): boolean {
  const [key] = table.key;
  if (key === undefined || table.key.length > 1 || table.kind !== 'entity' || table.keyAllocation !== 'client')
    return false;
  return columnNamed(table, key).type === 'uuid';
}

/** What of a version is left empty when it becomes a record beside the other: values only one record may have, in columns that may be empty. */
export function keptBeside(table: CatalogTable, local: TreeRow): Fields {
  const held = table.unique.filter((unique) => claimedCells(table, unique, local) !== null);
  const free = held.flatMap(({ columns }) =>
    columns.filter((name) => columnNamed(table, name).nullable && !table.key.includes(name)),
  );
  return Object.fromEntries(free.map((name) => [name, { value: null }]));
}

/** The server's version keeps the key and its children; this PC's becomes a record of its own, with another value where only one may have it. */
function keepBoth(table: CatalogTable, { local, server }: Trees, choice: Choice): Resolved {
  const [key] = table.key;
  if (local === null || isDeleted(table, local) || key === undefined || !takesNewKeys(table))
    return invalid('not-for-this-row');
  const fields = choice.fields ?? {};
  const changeable = [...table.unique.flatMap(({ columns }) => columns), ...table.naturalKeys.flat()];
  if (Object.keys(fields).some((name) => !changeable.includes(name) || table.key.includes(name)))
    return invalid('unknown-column');
  if (choice.newId === undefined) return invalid('not-for-this-row');
  // A row that points at itself is copied as one that does.
  const own = table.foreignKeys
    .filter(
      (foreign) => foreign.references === table.name && foreign.columns.every((name) => local[name] === local[key]),
    )
    .flatMap((foreign) => foreign.columns);
  const moved = Object.fromEntries([key, ...own].map((name) => [name, choice.newId ?? null]));
  const copy: Row = { ...local, ...picked(fields, local, server), ...moved };
  const claims = new Set(heldBy(table, server));
  return heldBy(table, copy).some((claim) => claims.has(claim)) ? invalid('column-missing') : decided(server, copy);
}

/**
 * Two records claim one value: this PC's takes another one or none (`rename`, `both`), leaves it to the server's (`server`), or becomes the server's record
 * (`adopt`), which only a record can that was never shared. Where the value only names a thing and nothing forbids it twice, `both` leaves both as they are.
 */
function resolveIdentity(table: CatalogTable, row: Resolvable, choice: Choice): Resolved {
  const { intended, trees } = row;
  if (intended === undefined || intended === null) return invalid('not-for-this-row');
  const fields = choice.fields ?? {};
  const columns = row.claimed ?? table.unique.flatMap((unique) => unique.columns);
  switch (choice.choice) {
    case 'adopt':
      return canAdopt(row) ? adoptable(table, fields) : invalid('not-for-this-row');
    case 'server':
      return leftToServer(table, intended, columns, trees.server);
    case 'both':
      if (Object.keys(fields).length === 0)
        return isForbidden(table, columns) ? invalid('column-missing') : decided(intended);
      return renamed(intended, columns, fields);
    case 'rename':
      return renamed(intended, columns, fields);
    default:
      return invalid('not-for-this-row');
  }
}

/** The record without the value, as the server has it; one that is not there lets go of what may be empty, and keeps the rest. */
function leftToServer(table: CatalogTable, intended: Row, columns: readonly string[], server: TreeRow): Resolved {
  const free = columns.filter((name) => server !== null || columnNamed(table, name).nullable);
  const result = { ...intended, ...Object.fromEntries(free.map((name) => [name, cellOf(server, name)])) };
  const claimsOf = (row: Row): readonly Claim[] => [...heldBy(table, row), ...naturalOf(table, row)];
  const asked = new Set(claimsOf(intended));
  // Where nothing of the value may be empty it can only be another one.
  const held = claimsOf(result).some(
    (claim) => asked.has(claim) && partsOf(table, claim).columns.every((name) => columns.includes(name)),
  );
  return held ? invalid('column-missing') : decided(result);
}

/** Whether the record of this PC was never shared, so that it may take the key of the server's. */
export function canAdopt({ trees, rival }: Pick<PlanRow, 'trees' | 'rival'>): boolean {
  return rival !== undefined && trees.base === undefined && trees.server === null && trees.local !== null;
}

function adoptable(table: CatalogTable, fields: Fields): Resolved {
  const unknown = Object.keys(fields).some(
    (name) => table.key.includes(name) || !contentColumns(table).some((column) => column.name === name),
  );
  return unknown ? invalid('unknown-column') : decided(null);
}

function isForbidden(table: CatalogTable, columns: readonly string[]): boolean {
  return table.unique.some((unique) => unique.columns.every((column) => columns.includes(column)));
}

function renamed(intended: Row, columns: readonly string[], fields: Fields): Resolved {
  const names = Object.keys(fields);
  if (names.some((name) => !columns.includes(name))) return invalid('unknown-column');
  if (columns.some((name) => !names.includes(name))) return invalid('column-missing');
  return decided({ ...intended, ...picked(fields, intended, intended) });
}

/** The cells a choice names, by column. */
export function picked(fields: Fields, local: TreeRow, server: TreeRow): Row {
  const cell = (name: string, pick: FieldChoice): Cell =>
    pick === 'local' ? cellOf(local, name) : pick === 'server' ? cellOf(server, name) : pick.value;
  return Object.fromEntries(Object.entries(fields).map(([name, pick]) => [name, cell(name, pick)]));
}

function mergeByField(table: CatalogTable, trees: Trees, fields: Fields): Resolved {
  const { base, local, server } = trees;
  if (local === null || server === null || table.kind === 'append-only') return invalid('not-for-this-row');
  const columns = contentColumns(table).map((column) => column.name);
  const names = Object.keys(fields);
  if (names.some((name) => !columns.includes(name) || table.key.includes(name))) return invalid('unknown-column');
  const merge = mergeRows(table, base, local, server, null);
  if (merge.clashes.some((name) => !names.includes(name))) return invalid('column-missing');
  const split = table.atomicGroups.some((group) => {
    const picks = new Set(group.filter((name) => merge.clashes.includes(name)).map((name) => sideOf(fields[name])));
    return picks.size > 1;
  });
  const picks = withDeletionWhole(table, fields);
  return split ? invalid('columns-together') : decided({ ...merge.row, ...picked(picks, local, server) });
}

/** By whom a record was deleted is said by the side that says whether it is: deleted by nobody, or there and deleted by somebody, is no state both sides could hold. */
function withDeletionWhole({ softDelete, deletionDetails }: CatalogTable, fields: Fields): Fields {
  const side = softDelete === null ? undefined : fields[softDelete];
  if (typeof side !== 'string') return fields;
  return { ...fields, ...Object.fromEntries(deletionDetails.map((name) => [name, side])) };
}

function sideOf(pick: FieldChoice | undefined): string {
  return typeof pick === 'string' ? pick : 'typed';
}
