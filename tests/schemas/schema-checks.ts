import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { PlanRowItem, RunResult } from '../../shared/contract/sync.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import { quoteLiteral } from '../../electron/remote/identifiers.ts';
import { Broken } from '../simulation/oracle.ts';
import type { SimServer } from '../simulation/sim-server.ts';
import { valueOf } from '../simulation/snapshot.ts';
import { placeOf, placeOfItem, type SchemaRows } from './schema-book.ts';

/** Both sides at one moment. */
export interface SchemaSides {
  readonly local: SchemaRows;
  readonly server: SchemaRows;
}

/** Everything the server holds of a class. */
export async function rowsThere(server: Pick<SimServer, 'rows'>, catalog: Catalog, scope: string): Promise<SchemaRows> {
  const sql = catalog.tables.map(
    ({ name }) =>
      `SELECT ${quoteLiteral(name)}, to_jsonb(t)::text FROM ${quoteIdentifier(catalog.schema)}.${quoteIdentifier(name)} t WHERE class_id = $1`,
  );
  const rows = new Map<string, Row>();
  for (const [name, text] of await server.rows(sql.join(' UNION ALL '), [scope])) {
    const table = catalog.tables.find((each) => each.name === name);
    if (table === undefined || text == null) continue;
    const found = JSON.parse(text) as Record<string, unknown>;
    const row = Object.fromEntries(
      table.columns.map((column) => [column.name, valueOf(column.name, found[column.name])]),
    );
    rows.set(placeOf(table, row), row);
  }
  return rows;
}

function sameRows(a: Row | undefined, b: Row | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Object.keys({ ...a, ...b }).every((name) => valueOf(name, a[name]) === valueOf(name, b[name]));
}

/** Addresses at which two sides, or two moments of one, differ. */
export function differingRows(a: SchemaRows, b: SchemaRows): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((address) => !sameRows(a.get(address), b.get(address)));
}

/** A run that was refused changed nothing. */
export function checkNothingLost(before: SchemaSides, after: SchemaSides): void {
  for (const side of ['local', 'server'] as const) {
    const [first] = differingRows(before[side], after[side]);
    if (first !== undefined) throw new Broken('I5', `${first} of ${side} was changed by a plan that was refused`);
  }
}

/** What a run did is what its plan said, row for row and value for value. */
export function checkEffects(
  catalog: Catalog,
  items: readonly PlanRowItem[],
  mode: 'apply' | 'pull' | 'sync',
  { before, after, result }: { readonly before: SchemaSides; readonly after: SchemaSides; readonly result: RunResult },
): void {
  const rows = new Map(items.map((item) => [placeOfItem(catalog, item), item]));
  const left = new Set(result.left.map((row) => placeOfItem(catalog, row)));
  const copies = items.filter(({ choice }) => choice === 'both').length;
  for (const side of ['local', 'server'] as const) {
    const other = side === 'server' ? 'down' : 'up';
    const writes = mode === 'sync' || (mode === 'apply') === (side === 'server');
    const wanted = new Set(
      [...rows].flatMap(([place, item]) => (writes && item.included && item.direction !== other ? [place] : [])),
    );
    const unannounced = differingRows(before[side], after[side]).filter((place) => !wanted.has(place));
    const made = unannounced.filter((place) => !before[side].has(place));
    const first = unannounced.find((place) => before[side].has(place)) ?? (made.length > copies ? made[0] : undefined);
    if (first !== undefined) throw new Broken('I4', `${first} of ${side} was changed and not announced`);
    for (const place of wanted) {
      const item = rows.get(place);
      if (item === undefined || left.has(place)) continue;
      const row = after[side].get(place);
      if (row === undefined && item.fields.some((field) => field.result !== null))
        throw new Broken('I4', `${place} of ${side} is missing after the run`);
      if (row === undefined) continue;
      const unwritten = side === 'server' && sameRows(before.server.get(place), row);
      const wrong = item.fields.find(
        ({ name, server, result }) =>
          valueOf(name, result) !== valueOf(name, row[name]) &&
          // What the server keeps is not written there, and not read again: what somebody made of it since the list is in the next one.
          !(unwritten && valueOf(name, result) === valueOf(name, server)),
      );
      if (wrong !== undefined)
        throw new Broken(
          'I4',
          `${place} ${wrong.name} of ${side} became ${row[wrong.name] ?? 'NULL'}, announced was ${wrong.result ?? 'NULL'}`,
        );
    }
  }
}
