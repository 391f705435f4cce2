import type { CatalogForeignKey, CatalogTable } from '../../shared/catalog/catalog.ts';
import { cell, effectTable, type RunSql } from './apply-sql.ts';
import { quoteLiteral } from './identifiers.ts';
import type { PgResult, PgStatement } from './pg-session.ts';
import type { ApplyRequest } from './remote.ts';
import { columnOf, inSchema, keyTypeOf, pkExpression } from './row-sql.ts';
import { hasColumns } from './schema-state.ts';

/** Rows a statement tells at most: one is enough to make a plan stale. */
const TOLD = 100;

/**
 * Finds rows that point at a record the run deletes and that were written since the plan's observation, or too near to it to tell: asked after the record is
 * locked, so that nobody adds one meanwhile. Of a record that is only hidden entries count; of one that goes for good everything that cannot be without it.
 */
export function newChildStatements(run: RunSql, horizon: string): readonly PgStatement[] {
  return run.catalog.tables.flatMap((parent) => {
    const deletes = run.shape.tablesWith('delete').includes(parent);
    const hides = parent.softDelete !== null && run.shape.tablesWith('update').includes(parent);
    if (!deletes && !hides) return [];
    return run.catalog.tables
      .filter((child) => child.kind !== 'derived' && child.kind !== 'local')
      .flatMap((child) =>
        child.foreignKeys
          .filter((key) => !key.soft && key.references === parent.name && (deletes || child.kind === 'append-only'))
          // A table that is not there has no rows, and what does not name a parent is no child of it.
          .filter((key) =>
            hasColumns(run.blocks ?? [], child.name, [run.catalog.scopeColumn, ...child.key, ...key.columns]),
          )
          .map((key) => ({ sql: pointersAt(run, parent, child, key, horizon) })),
      );
  });
}

function pointersAt(
  run: RunSql,
  parent: CatalogTable,
  child: CatalogTable,
  key: CatalogForeignKey,
  horizon: string,
): string {
  const { softDelete } = parent;
  const hidden =
    softDelete === null || child.kind !== 'append-only'
      ? ''
      : ` OR (e.op = 'update' AND ${cell(parent, softDelete, 'e')} IS NULL AND ${cell(parent, softDelete, 'r')} IS NOT NULL)`;
  const points = key.columns.map((column, index) => {
    const name = parent.key[index] ?? '';
    return `${columnOf('c', column)} = ${cell(parent, name, 'e')}::${keyTypeOf(parent, name)}`;
  });
  const scope = `${quoteLiteral(run.scope)}::uuid`;
  return `SELECT e.tbl, e.pk, s.tbl, s.pk FROM ${effectTable} e
  CROSS JOIN LATERAL (SELECT ${pkExpression(child, 'c')} AS pk FROM ${inSchema(run.catalog, child.name)} c
    WHERE ${columnOf('c', run.catalog.scopeColumn)} = ${scope} AND ${points.join(' AND ')} OFFSET 0) c
  JOIN ${inSchema(run.catalog, 'row_state')} s ON s.scope = ${scope} AND s.tbl = ${quoteLiteral(child.name)} AND s.pk = c.pk
WHERE e.tbl = ${quoteLiteral(parent.name)} AND e.state IS NULL AND (e.op = 'delete'${hidden})
  AND s.xid >= ${quoteLiteral(horizon)}::int8 LIMIT ${TOLD}`;
}

/** The records of a run that got a child nobody here knows. */
export function contradictedBy(
  answers: readonly PgResult[],
  isKnown: NonNullable<ApplyRequest['isKnown']>,
): readonly { readonly table: string; readonly pk: string }[] {
  const found = new Map<string, { readonly table: string; readonly pk: string }>();
  for (const [table, pk, childTable, childPk] of answers.flatMap(({ rows }) => rows)) {
    if (isKnown(childTable ?? '', childPk ?? '')) continue;
    found.set(`${table} ${pk}`, { table: table ?? '', pk: pk ?? '' });
  }
  return [...found.values()];
}
