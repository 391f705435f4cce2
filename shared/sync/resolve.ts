import { contentColumns, type CatalogTable } from '../catalog/catalog.ts';
import { mergeRows } from './merge.ts';
import type { Cell, Choice, PlanRow, Row, Trees, TreeRow } from './plan.ts';
import { cellOf } from './row.ts';

/** A choice's effect on one row: its result, nothing yet (`undecided`), or why the choice does not fit the row. */
export type Resolved =
  | { readonly kind: 'decided'; readonly result: TreeRow }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'invalid'; readonly reason: 'not-for-this-row' | 'unknown-column' | 'column-missing' };

/** The part of a plan row a choice works on. */
export type Resolvable = Pick<PlanRow, 'trees' | 'conflict' | 'intended'>;

/** Carries out a choice on a conflict. Keep local and keep server take the whole row; merge takes each clashing column as named. */
export function resolveRow(table: CatalogTable, row: Resolvable, choice: Choice): Resolved {
  if (row.conflict === 'same-identity') return resolveIdentity(table, row, choice);
  const { trees } = row;
  switch (choice.choice) {
    case 'skip':
      return { kind: 'undecided' };
    case 'local':
      return { kind: 'decided', result: trees.local };
    case 'server':
      return { kind: 'decided', result: trees.server };
    case 'merge':
      return mergeByField(table, trees, choice.fields ?? {});
    case 'rename':
    case 'both':
    case 'adopt':
      return { kind: 'invalid', reason: 'not-for-this-row' };
  }
}

/** Two records claim one unique value: this PC's takes another one or none (`rename`), or leaves it to the server's (`server`). */
function resolveIdentity(table: CatalogTable, row: Resolvable, choice: Choice): Resolved {
  const columns = table.unique.flatMap((unique) => unique.columns);
  const intended = row.intended;
  if (choice.choice === 'skip') return { kind: 'undecided' };
  if (intended === undefined || intended === null || (choice.choice !== 'rename' && choice.choice !== 'server'))
    return { kind: 'invalid', reason: 'not-for-this-row' };
  const fields = choice.choice === 'rename' ? (choice.fields ?? {}) : {};
  for (const name of Object.keys(fields))
    if (!columns.includes(name)) return { kind: 'invalid', reason: 'unknown-column' };
  const values: Record<string, Cell> = {};
  for (const name of columns) {
    const pick = fields[name];
    if (choice.choice === 'rename' && pick === undefined) return { kind: 'invalid', reason: 'column-missing' };
    values[name] = typeof pick === 'object' ? pick.value : cellOf(row.trees.server, name);
  }
  const result: Row = { ...intended, ...values };
  return { kind: 'decided', result };
}

function mergeByField(table: CatalogTable, trees: Trees, fields: NonNullable<Choice['fields']>): Resolved {
  const { base, local, server } = trees;
  if (local === null || server === null || table.kind === 'append-only')
    return { kind: 'invalid', reason: 'not-for-this-row' };
  const columns = contentColumns(table).map((column) => column.name);
  for (const name of Object.keys(fields))
    if (!columns.includes(name) || table.key.includes(name)) return { kind: 'invalid', reason: 'unknown-column' };
  const merge = mergeRows(table, base, local, server, null);
  const result: Record<string, Cell> = { ...merge.row };
  for (const name of columns) {
    const pick = fields[name];
    if (pick === undefined) {
      if (merge.clashes.includes(name)) return { kind: 'invalid', reason: 'column-missing' };
      continue;
    }
    result[name] = pick === 'local' ? cellOf(local, name) : pick === 'server' ? cellOf(server, name) : pick.value;
  }
  return { kind: 'decided', result };
}
