import type { Catalog, CatalogTable, OnDelete, TableKind } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import type { Side } from '../../shared/sync/lookup.ts';
import type { Choice, PlanRow, Row } from '../../shared/sync/plan.ts';
import type { Random } from '../simulation/random.ts';
import { observed } from './carry-out.ts';
import { World, type MemoryPlan } from './memory-plan.ts';
import { idOf, pointer, smallCatalog, smallTable, text } from './small-catalog.ts';

function pick<T>(next: Random, from: readonly T[]): T {
  const found = from[next(from.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

const id = text('id', { type: 'uuid', nullable: false });

/** Values only one row may have: of one column, of two together, or none. */
function randomUnique(next: Random, soft: boolean): CatalogTable['unique'] {
  if (next(2) === 0) return [];
  const columns = next(3) === 0 ? ['code', 'other'] : ['code'];
  return [{ columns, amongLive: soft && next(2) === 0, where: [] }];
}

/** Three tables, each pointing at an earlier one or at itself, some with a value only one may have, some hidden when deleted. */
function randomCatalog(next: Random): Catalog {
  const tables: CatalogTable[] = [];
  for (const name of ['one', 'two', 'three']) {
    const soft = next(3) === 0;
    const kind = pick<TableKind>(next, name === 'one' ? ['entity'] : ['entity', 'entity', 'append-only', 'set']);
    const target =
      name === 'one' ? (next(4) === 0 ? name : null) : pick(next, [...tables.map((table) => table.name), name]);
    const onDelete = target === name ? 'set-null' : pick<OnDelete>(next, ['restrict', 'cascade', 'set-null']);
    const keyed = kind === 'set' && target !== null && target !== name;
    tables.push(
      smallTable(name, kind, {
        key: keyed ? ['parent', 'value'] : ['id'],
        columns: [
          ...(keyed ? [] : [id]),
          text('value', { nullable: !keyed }),
          text('code'),
          text('other'),
          ...(target === null ? [] : [text('parent', { type: 'uuid', nullable: !keyed && onDelete === 'set-null' })]),
          ...(soft ? [text('deleted_at')] : []),
        ],
        foreignKeys: target === null ? [] : [pointer('parent', target, keyed ? 'cascade' : onDelete)],
        unique: randomUnique(next, soft),
        naturalKeys: next(3) === 0 && !keyed ? [['value']] : [],
        atomicGroups: next(4) === 0 ? [['code', 'other']] : [],
        softDelete: soft ? 'deleted_at' : null,
      }),
    );
  }
  return smallCatalog(tables, true);
}

/** The tables of a random catalog that hold data of people. */
export const dataTables = ({ tables }: Catalog): readonly CatalogTable[] =>
  tables.filter(({ name }) => name !== 'alias');

function randomRow(next: Random, table: CatalogTable, ids: number): Row {
  const cells = table.columns.map(({ name, nullable }) => {
    if (name === 'id') return [name, idOf(next(ids).toString(16))];
    if (name === 'parent') return [name, nullable && next(4) === 0 ? null : idOf(next(ids).toString(16))];
    if (name === 'deleted_at') return [name, next(4) === 0 ? pick(next, ['t', 'u']) : null];
    return [name, nullable && next(3) === 0 ? null : pick(next, name === 'value' ? ['a', 'b', 'A '] : ['x', 'y', 'z'])];
  });
  return Object.fromEntries(cells) as Row;
}

/** Changes a side here and there, and takes back what the side's own rules forbid. Rows of an append-only table are added, seldom changed. */
function edit(next: Random, world: World, side: Side, { times, ids }: { times: number; ids: number }): void {
  for (let count = 0; count < times; count += 1) {
    const table = pick(next, dataTables(world.catalog));
    const row = randomRow(next, table, ids);
    const pk = pkOf(table, row);
    const before = world[side].get(`${table.name} ${pk}`) ?? null;
    if (table.kind === 'append-only' && before !== null && next(8) > 0) continue;
    world.write(side, table.name, pk, next(4) === 0 ? null : row);
    if (world.faults(side).length > 0) world.write(side, table.name, pk, before);
  }
}

/** Three trees over a random catalog, of which each table has rows of at most so many ids: with more, fewer rows have to do with each other. */
export function randomWorld(next: Random, ids = 3): World {
  const world = new World(randomCatalog(next));
  const size = Math.ceil(ids / 3);
  edit(next, world, 'local', { times: 14 * size, ids });
  for (const [address, row] of world.local) world.server.set(address, row);
  for (const [address, row] of world.local) if (next(6) > 0) world.base.set(address, row);
  edit(next, world, 'local', { times: next(8 * size), ids });
  edit(next, world, 'server', { times: next(8 * size), ids });
  if (next(3) === 0) lose(next, world, ids);
  return observed(world);
}

/** The server lost rows that are only ever hidden: what it held of them last somebody may have changed, and others may have taken their values since. */
function lose(next: Random, world: World, ids: number): void {
  for (const table of dataTables(world.catalog)) {
    if (table.softDelete === null) continue;
    for (const pk of world.keys(table.name)) {
      const { base, server } = world.trees(table.name, pk);
      if (base == null || next(3) === 0) continue;
      world.write('server', table.name, pk, null);
      if (world.faults('server').length > 0) world.write('server', table.name, pk, server);
      else
        world.gone.set(
          `${table.name} ${pk}`,
          next(2) === 0 ? base : { ...randomRow(next, table, ids), ...keyOf(table, base) },
        );
    }
  }
}

function keyOf(table: CatalogTable, row: Row): Row {
  return Object.fromEntries(table.key.map((name) => [name, row[name] ?? null]));
}

/** A decision about a row that asks, be it one that fits it or not. */
export function randomChoice(next: Random, plan: MemoryPlan, row: PlanRow, ordinal: number): Choice {
  const clashes = row.fields.filter(({ clash }) => clash);
  const choice = pick<Choice['choice']>(
    next,
    row.conflict === 'same-identity'
      ? ['adopt', 'adopt', 'rename', 'server', 'both', 'skip']
      : ['local', 'server', 'merge', 'both', 'skip'],
  );
  const columns = row.claimed ?? plan.table(ordinal).unique.flatMap((unique) => unique.columns);
  const typed = columns.map((name) => [name, { value: `new ${next(3)}` }] as const);
  const sides = clashes.map(({ name }) => [name, pick(next, ['local', 'server'] as const)] as const);
  return {
    choice,
    ...(choice === 'merge' ? { fields: Object.fromEntries(sides) } : {}),
    ...(choice === 'rename' || choice === 'both' ? { fields: Object.fromEntries(typed) } : {}),
    ...(choice === 'both' ? { newId: idOf(`f${ordinal}`) } : {}),
  };
}
