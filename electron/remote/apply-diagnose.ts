import { columnNamed, tableOf } from '../../shared/catalog/catalog.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';
import { AppError, errorToJson } from '../../shared/errors.ts';
import { cellOf } from '../../shared/sync/row.ts';
import { claimOf, PayloadShape } from './apply-payload.ts';
import { effectTable } from './apply-sql.ts';
import type { RunSql } from './apply-sql.ts';
import { writeStatements } from './write-statements.ts';
import { openTrial } from './apply-transaction.ts';
import { quoteLiteral } from './identifiers.ts';
import type { RemoteContext } from './remote-context.ts';
import type { ApplyOutcome, ApplyRequest, TimedEffect } from './remote.ts';
import { columnOf, inSchema, keyMatches, keyTypeOf, pkExpression, uniquePredicate } from './row-sql.ts';
import { castType } from './server-type.ts';
import { hasColumns } from './schema-state.ts';

/** A row of the run that cannot be written because of another row. `xid`: who last wrote that one, null when it was never there. */
interface Collision {
  readonly table: string;
  readonly pk: string;
  readonly xid: string | null;
}

/** A request whose effects are in memory: they are gone through again and again. */
type Asked = Omit<ApplyRequest, 'effects'> & { readonly effects: readonly TimedEffect[] };

/**
 * Looks for the rows of others that a run ran into: a value that is taken, a parent that is gone, a child that is new. What the plan could not know makes it
 * stale; what it knew is refused, because the next plan would meet it again. Null when nothing is in the way any more.
 */
export async function explainCollision(
  context: RemoteContext,
  { effects, ...rest }: ApplyRequest,
  error: unknown,
): Promise<ApplyOutcome | null> {
  const request: Asked = { ...rest, effects: [...effects] };
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

async function takenValues(context: RemoteContext, request: Asked): Promise<readonly Collision[]> {
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
        .map(
          (column, index) =>
            `${columnOf('t', column)} = (c->1->>${index})::${castType(catalog, columnNamed(table, column))}`,
        )
        .join(' AND ');
      const live = uniquePredicate(catalog, table, unique, ' AND ', 't');
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

async function missingParents(context: RemoteContext, request: Asked): Promise<readonly Collision[]> {
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

async function newChildren(context: RemoteContext, request: Asked): Promise<readonly Collision[]> {
  const { session, catalog, blocks } = context;
  const settled = new Set(request.effects.map(({ table, pk }) => `${table} ${pk}`));
  const deleted = Map.groupBy(
    request.effects.filter(({ result }) => result === null),
    (effect) => effect.table,
  );
  const found: Collision[] = [];
  for (const child of catalog.tables) {
    for (const key of child.foreignKeys.filter(({ soft }) => !soft)) {
      if (!hasColumns(blocks, child.name, [catalog.scopeColumn, ...child.key, ...key.columns])) continue;
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

function parentOf(effect: TimedEffect, columns: readonly string[]): string | null {
  const cells = columns.map((column) => cellOf(effect.result, column));
  return cells.some((cell) => cell === null) ? null : pkFromCells(cells.map((cell) => cell ?? ''));
}

/**
 * Finds the row of a run that the server refuses with this error, by writing row after row in a transaction that is rolled back: a statement over many rows does
 * not say which one it was. Rows that fail for another reason are passed over, because alone they may collide where all together do not. Null when none is found.
 */
export async function findRefusedRow(
  context: RemoteContext,
  request: ApplyRequest,
  error: unknown,
): Promise<{ readonly table: string; readonly pk: string } | null> {
  const { session, catalog } = context;
  const { signal, scope } = request;
  const shape = new PayloadShape(catalog, request.effects.length);
  try {
    await openTrial(session, request, shape);
    const [, , found] = await session.pipeline(
      [
        {
          sql: `SET CONSTRAINTS ALL DEFERRED; SET LOCAL tallybook.ord = '-1'; SET LOCAL tallybook.refused = '-1'; CREATE INDEX ON ${effectTable} (ord)`,
        },
        { sql: trialBlock({ catalog, scope, shape, oneByOne: true }, error) },
        { sql: `SELECT tbl, pk FROM ${effectTable} WHERE ord = pg_catalog.current_setting('tallybook.refused')::int4` },
      ],
      { signal },
    );
    const [row] = found?.rows ?? [];
    return row === undefined ? null : { table: row[0] ?? '', pk: row[1] ?? '' };
  } catch (failure) {
    // Values so wrong that they cannot even be sent name no row.
    if (failure instanceof AppError && failure.code === 'value-refused') return null;
    throw failure;
  } finally {
    if (session.transaction !== 'none') await session.query('ROLLBACK');
  }
}

function trialBlock(run: RunSql, error: unknown): string {
  const params = error instanceof AppError ? error.params : {};
  const writes = writeStatements(run).map((statement) => {
    const { op, group } = statement;
    const which = `r.tbl = ${quoteLiteral(statement.table)} AND r.op = '${op}'${group === null ? '' : ` AND r.grp = ${group}`}`;
    return `IF ${which} THEN ${statement.sql}; END IF;`;
  });
  // Deletes and changes before additions, parents before children, as a run writes.
  const tables = run.catalog.tables.map((table) => quoteLiteral(table.name)).join(', ');
  const order = `array_position(ARRAY['delete', 'update', 'add'], op), array_position(ARRAY[${tables}], tbl), ord`;
  return `DO $trial$
DECLARE r record; failed text; rule text;
BEGIN
  FOR r IN SELECT ord, tbl, op, grp FROM ${effectTable} ORDER BY ${order} LOOP
    BEGIN
      PERFORM pg_catalog.set_config('tallybook.ord', r.ord::text, true);
      ${writes.join('\n      ')}
    EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
      GET STACKED DIAGNOSTICS failed = RETURNED_SQLSTATE, rule = CONSTRAINT_NAME;
      IF failed = ${quoteLiteral(String(params['sqlstate'] ?? ''))} AND rule = ${quoteLiteral(String(params['constraint'] ?? ''))} THEN
        PERFORM pg_catalog.set_config('tallybook.refused', r.ord::text, true);
        EXIT;
      END IF;
    END;
  END LOOP;
END $trial$`;
}
