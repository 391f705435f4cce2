import { tableOf } from '../../shared/catalog/catalog.ts';
import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';
import { AppError, errorToJson } from '../../shared/errors.ts';
import { cellOf } from '../../shared/sync/row.ts';
import { claimOf, makePayload } from './apply-payload.ts';
import type { UpEffect } from './apply-payload.ts';
import { compareStatements, writeStatements } from './apply-sql.ts';
import type { RunSql } from './apply-sql.ts';
import { loadPayload, openTrial } from './apply-transaction.ts';
import type { ObserveContext } from './observe.ts';
import type { ApplyOutcome, ApplyRequest } from './remote.ts';
import { columnOf, inSchema, keyMatches, keyTypeOf, pkExpression } from './row-sql.ts';

/** A row of the run that cannot be written because of another row. `xid`: who last wrote that one, null when it was never there. */
interface Collision {
  readonly table: string;
  readonly pk: string;
  readonly xid: string | null;
}

/**
 * Looks for the rows of others that a run ran into: a value that is taken, a parent that is gone, a child that is new. What the plan could not know makes it
 * stale; what it knew is refused, because the next plan would meet it again. Null when nothing is in the way any more.
 */
export async function explainCollision(
  context: ObserveContext,
  request: ApplyRequest,
  error: unknown,
): Promise<ApplyOutcome | null> {
  const collisions = [
    ...(await takenValues(context, request)),
    ...(await missingParents(context, request)),
    ...(await newChildren(context, request)),
  ];
  const [first] = collisions;
  if (first === undefined) return null;
  const { horizon = null } = request;
  const known = horizon !== null && collisions.every(({ xid }) => xid === null || BigInt(xid) < BigInt(horizon));
  const place = { table: first.table, pk: first.pk };
  if (known) return { kind: 'refused', error: errorToJson(error), row: place };
  return { kind: 'stale', reason: 'collision', rows: collisions.map(({ table, pk }) => ({ table, pk })) };
}

async function takenValues(context: ObserveContext, request: ApplyRequest): Promise<readonly Collision[]> {
  const { session, catalog } = context;
  const own = new Set(request.effects.map(({ table, pk }) => `${table} ${pk}`));
  const found: Collision[] = [];
  for (const [name, effects] of Map.groupBy(request.effects, (effect) => effect.table)) {
    const table = tableOf(catalog, name);
    for (const unique of table.unique) {
      const claims = effects.flatMap((effect) => {
        const claim = claimOf(table, unique, effect.result);
        return claim === null ? [] : [[effect.pk, JSON.parse(claim) as unknown]];
      });
      const holds = unique.columns
        .map((column, index) => `${columnOf('t', column)} = (c->1->>${index})::${typeOf(table, column)}`)
        .join(' AND ');
      const live =
        unique.amongLive && table.softDelete !== null ? ` AND ${columnOf('t', table.softDelete)} IS NULL` : '';
      const { rows } = await session.query(
        `SELECT c->>0, ${pkExpression(table, 't')}, s.xid FROM jsonb_array_elements($1::jsonb) c
JOIN ${inSchema(catalog, name)} t ON ${columnOf('t', catalog.scopeColumn)} = $2 AND ${holds}${live} AND ${pkExpression(table, 't')} <> c->>0
LEFT JOIN ${inSchema(catalog, 'row_state')} s ON s.scope = $2 AND s.tbl = $3 AND s.pk = ${pkExpression(table, 't')}`,
        [JSON.stringify(claims), request.scope, name],
        { signal: request.signal },
      );
      for (const [pk, holder, xid] of rows)
        if (!own.has(`${name} ${holder}`)) found.push({ table: name, pk: pk ?? '', xid: xid ?? null });
    }
  }
  return found;
}

async function missingParents(context: ObserveContext, request: ApplyRequest): Promise<readonly Collision[]> {
  const { session, catalog } = context;
  const added = new Set(
    request.effects.filter(({ result }) => result !== null).map(({ table, pk }) => `${table} ${pk}`),
  );
  const found: Collision[] = [];
  for (const [name, effects] of Map.groupBy(request.effects, (effect) => effect.table)) {
    for (const key of tableOf(catalog, name).foreignKeys.filter(({ soft }) => !soft)) {
      const parent = tableOf(catalog, key.references);
      const wanted = effects.flatMap((effect) => {
        const target = parentOf(effect, key.columns);
        return target === null || added.has(`${parent.name} ${target}`) ? [] : [[effect.pk, target]];
      });
      const { rows } = await session.query(
        `SELECT c->>0, s.xid FROM jsonb_array_elements($1::jsonb) c
LEFT JOIN ${inSchema(catalog, parent.name)} t ON ${columnOf('t', catalog.scopeColumn)} = $2 AND ${keyMatches(parent, 't', '(c->>1)')}
LEFT JOIN ${inSchema(catalog, 'row_state')} s ON s.scope = $2 AND s.tbl = $3 AND s.pk = c->>1 WHERE ${columnOf('t', catalog.scopeColumn)} IS NULL`,
        [JSON.stringify(wanted), request.scope, parent.name],
        { signal: request.signal },
      );
      for (const [pk, xid] of rows) found.push({ table: name, pk: pk ?? '', xid: xid ?? null });
    }
  }
  return found;
}

async function newChildren(context: ObserveContext, request: ApplyRequest): Promise<readonly Collision[]> {
  const { session, catalog } = context;
  const settled = new Set(request.effects.map(({ table, pk }) => `${table} ${pk}`));
  const deleted = Map.groupBy(
    request.effects.filter(({ result }) => result === null),
    (effect) => effect.table,
  );
  const found: Collision[] = [];
  for (const child of catalog.tables) {
    for (const key of child.foreignKeys.filter(({ soft }) => !soft)) {
      const effects = deleted.get(key.references) ?? [];
      const parent = tableOf(catalog, key.references);
      const hangsOn = key.columns.map(
        (column, index) =>
          `${columnOf('t', column)} = ((c#>>'{}')::json->>${index})::${keyTypeOf(parent, parent.key[index] ?? '')}`,
      );
      const { rows } = await session.query(
        `SELECT c#>>'{}', ${pkExpression(child, 't')}, s.xid FROM jsonb_array_elements($1::jsonb) c
JOIN ${inSchema(catalog, child.name)} t ON ${columnOf('t', catalog.scopeColumn)} = $2 AND ${hangsOn.join(' AND ')}
LEFT JOIN ${inSchema(catalog, 'row_state')} s ON s.scope = $2 AND s.tbl = $3 AND s.pk = ${pkExpression(child, 't')}`,
        [JSON.stringify(effects.map(({ pk }) => pk)), request.scope, child.name],
        { signal: request.signal },
      );
      for (const [pk, childPk, xid] of rows) {
        if (!settled.has(`${child.name} ${childPk}`))
          found.push({ table: key.references, pk: pk ?? '', xid: xid ?? null });
      }
    }
  }
  return found;
}

function parentOf(effect: UpEffect, columns: readonly string[]): string | null {
  const cells = columns.map((column) => cellOf(effect.result, column));
  return cells.some((cell) => cell === null) ? null : pkFromCells(cells.map((cell) => cell ?? ''));
}

function typeOf(table: CatalogTable, name: string): string {
  return table.columns.find((column) => column.name === name)?.type ?? 'text';
}

/**
 * Finds the first row of a run that the server refuses for its value, by trying shorter and shorter runs in transactions that are rolled back: statements
 * over many rows do not say which one it was. Null when the refusal does not come again.
 */
export async function findRefusedRow(
  context: ObserveContext,
  request: ApplyRequest,
): Promise<{ readonly table: string; readonly pk: string } | null> {
  const inOrder = sortedForTrial(context, request.effects);
  if (!(await isRefused(context, request, inOrder))) return null;
  let fine = 0;
  let refused = inOrder.length;
  while (refused - fine > 1) {
    const middle = Math.floor((fine + refused) / 2);
    if (await isRefused(context, request, inOrder.slice(0, middle))) refused = middle;
    else fine = middle;
  }
  const effect = inOrder[refused - 1];
  return effect === undefined ? null : { table: effect.table, pk: effect.pk };
}

/** Deletes and releases first, so that a shorter run meets no collision the whole one does not. */
function sortedForTrial(context: ObserveContext, effects: readonly UpEffect[]): readonly UpEffect[] {
  const rank = (effect: UpEffect): number => (effect.result === null ? 0 : effect.trees.server === null ? 2 : 1);
  const place = new Map(context.catalog.tables.map((table, index) => [table.name, index]));
  return effects.toSorted((a, b) => rank(a) - rank(b) || (place.get(a.table) ?? 0) - (place.get(b.table) ?? 0));
}

async function isRefused(
  context: ObserveContext,
  request: ApplyRequest,
  effects: readonly UpEffect[],
): Promise<boolean> {
  const { session, catalog } = context;
  const { signal, scope } = request;
  const payload = makePayload(catalog, effects);
  const run: RunSql = { catalog, scope, payload };
  try {
    await openTrial(session, payload, signal);
    await loadPayload(session, payload, signal);
    await session.pipeline(
      [{ sql: 'SET CONSTRAINTS ALL DEFERRED' }, ...compareStatements(run), ...writeStatements(run)],
      { signal },
    );
    return false;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'value-refused' || error.code === 'constraint-failed'))
      return true;
    throw error;
  } finally {
    if (session.transaction !== 'none') await session.query('ROLLBACK');
  }
}
