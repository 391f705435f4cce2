import { describe, it } from 'vitest';
import {
  tableOf,
  type Catalog,
  type CatalogTable,
  type OnDelete,
  type TableKind,
} from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import type { Side } from '../../shared/sync/lookup.ts';
import type { Choice, PlanRow, Row } from '../../shared/sync/plan.ts';
import { isDeleted, sameRow } from '../../shared/sync/row.ts';
import { carryOut, observed, resolve, type Outcome } from './carry-out.ts';
import { MemoryPlan, World } from './memory-plan.ts';
import { randomOf, type Random } from '../simulation/random.ts';
import { idOf, pointer, smallCatalog, smallTable, text } from './small-catalog.ts';

const first = Number(process.env['TALLYBOOK_SEED'] ?? 1);
const trees = Number(process.env['TALLYBOOK_TREES'] ?? 50_000);

type Next = Random;

function pick<T>(next: Next, from: readonly T[]): T {
  const found = from[next(from.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

const id = text('id', { type: 'uuid', nullable: false });

/** Three tables, each pointing at an earlier one or at itself, some with a value only one may have, some hidden when deleted. */
function randomCatalog(next: Next): Catalog {
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
        unique: next(2) === 0 ? [{ columns: ['code'], amongLive: soft && next(2) === 0, where: [] }] : [],
        naturalKeys: next(3) === 0 && !keyed ? [['value']] : [],
        atomicGroups: next(4) === 0 ? [['code', 'other']] : [],
        softDelete: soft ? 'deleted_at' : null,
      }),
    );
  }
  return smallCatalog(tables, true);
}

const dataTables = ({ tables }: Catalog): readonly CatalogTable[] => tables.filter(({ name }) => name !== 'alias');

function randomRow(next: Next, table: CatalogTable): Row {
  const cells = table.columns.map(({ name, nullable }) => {
    if (name === 'id') return [name, idOf(String(next(3)))];
    if (name === 'parent') return [name, nullable && next(4) === 0 ? null : idOf(String(next(3)))];
    if (name === 'deleted_at') return [name, next(4) === 0 ? pick(next, ['t', 'u']) : null];
    return [name, nullable && next(3) === 0 ? null : pick(next, name === 'value' ? ['a', 'b', 'A '] : ['x', 'y', 'z'])];
  });
  return Object.fromEntries(cells) as Row;
}

/** Changes a side here and there, and takes back what the side's own rules forbid. Rows of an append-only table are added, seldom changed. */
function edit(next: Next, world: World, side: Side, times: number): void {
  for (let count = 0; count < times; count += 1) {
    const table = pick(next, dataTables(world.catalog));
    const row = randomRow(next, table);
    const pk = pkOf(table, row);
    const before = world[side].get(`${table.name} ${pk}`) ?? null;
    if (table.kind === 'append-only' && before !== null && next(8) > 0) continue;
    world.write(side, table.name, pk, next(4) === 0 ? null : row);
    if (world.faults(side).length > 0) world.write(side, table.name, pk, before);
  }
}

function randomWorld(next: Next): World {
  const world = new World(randomCatalog(next));
  edit(next, world, 'local', 14);
  for (const [address, row] of world.local) world.server.set(address, row);
  for (const [address, row] of world.local) if (next(6) > 0) world.base.set(address, row);
  edit(next, world, 'local', next(8));
  edit(next, world, 'server', next(8));
  return observed(world);
}

function randomChoice(next: Next, plan: MemoryPlan, row: PlanRow, ordinal: number): Choice {
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

function shown(world: World, { plan, settled, effects }: Outcome): string {
  const rows = plan.rows.map((row, at) => [
    at,
    row.table,
    row.pk,
    row.kind,
    row.conflict,
    row.group,
    row.rival,
    row.result,
  ]);
  const trees3 = { base: [...world.base], local: [...world.local], server: [...world.server] };
  const { choices, left, results } = settled;
  return JSON.stringify(
    {
      tables: tablesOf(world.catalog),
      ...trees3,
      rows,
      choices: [...choices],
      left: [...left],
      results: [...results],
      effects,
    },
    null,
    1,
  ).replaceAll('00000000-0000-7000-8000-00000000000', '');
}

function tablesOf(catalog: Catalog): readonly unknown[] {
  return dataTables(catalog).map((table) => [
    table.name,
    table.kind,
    table.key,
    table.softDelete,
    table.unique,
    table.naturalKeys,
    table.atomicGroups,
    table.foreignKeys,
  ]);
}

/** What must hold for every plan, whatever was decided. Returns what does not. */
function faultOf(world: World, next: Next): string | null {
  const plan = new MemoryPlan(world);
  const choices = new Map<number, Choice>();
  const unticked = new Set<number>();
  for (const [ordinal, row] of plan.rows.entries()) {
    if (row.kind === 'conflict' && next(3) > 0) choices.set(ordinal, randomChoice(next, plan, row, ordinal));
    if (next(12) === 0) unticked.add(ordinal);
  }
  for (const part of ['apply', 'pull', 'sync'] as const) {
    const outcome = resolve(plan, choices, unticked, part);
    const fault = faultOfOutcome(world, outcome, part);
    if (fault !== null) return `${part}: ${fault}\n${shown(world, outcome)}`;
  }
  return null;
}

function faultOfOutcome(world: World, outcome: Outcome, part: 'apply' | 'pull' | 'sync'): string | null {
  const { settled, effects, plan } = outcome;
  for (const effect of effects) {
    const table = tableOf(world.catalog, effect.table);
    if (effect.up !== !sameRow(table, effect.result, effect.trees.server))
      return 'up is not where the result differs there';
    if (effect.down !== !sameRow(table, effect.result, effect.trees.local))
      return 'down is not where the result differs here';
  }
  const addresses = effects.map(({ table, pk }) => `${table} ${pk}`);
  if (new Set(addresses).size !== addresses.length) return 'a row is written twice';
  const after = carryOut(world, effects, part);
  const [broken] = [...after.faults('local'), ...after.faults('server')];
  if (broken !== undefined) return broken;
  for (const [ordinal, { reason }] of settled.left) {
    if (reason === 'blocked' && !endsInCause(outcome, ordinal)) return `row ${ordinal} waits for nothing`;
  }
  if (part !== 'sync') return null;
  const again = new MemoryPlan(after);
  const written = new Set(addresses);
  const rest = again.rows.find((row) => written.has(`${row.table} ${row.pk}`));
  if (rest !== undefined) return `${rest.table} ${rest.pk} is listed again after it was synced`;
  if (settled.left.size === 0 && again.rows.length > 0) return 'something is left to do after a sync';
  return lostOf(world, after, plan, effects);
}

/** What was living on a side and unknown to the other is still there, or an effect says what became of it. */
function lostOf(world: World, after: World, plan: MemoryPlan, effects: Outcome['effects']): string | null {
  const written = new Set(effects.map(({ table, pk }) => `${table} ${pk}`));
  for (const side of ['local', 'server'] as const) {
    for (const [address, row] of world[side]) {
      const [name = ''] = address.split(' ');
      if (written.has(address) || isDeleted(tableOf(plan.catalog, name), row)) continue;
      if (after[side].get(address) === undefined) return `${side} lost ${address}`;
    }
  }
  return null;
}

/** Whether a chain of waiting rows ends in a reason: one of its own, a row that takes part and holds the value wanted, or decisions that contradict each other. */
function endsInCause({ settled: { left, choices, results } }: Outcome, ordinal: number): boolean {
  const seen = new Set<number>();
  for (let at: number | null = ordinal; at !== null; at = left.get(at)?.needs ?? null) {
    if (seen.has(at)) return [...seen].some((place) => choices.has(place) || results.has(place));
    seen.add(at);
    const out = left.get(at);
    if (out === undefined || out.reason !== 'blocked') return true;
  }
  return false;
}

describe('random trees over random schemas', () => {
  it(`keep every rule in ${trees} plans, seeds from ${first}`, { timeout: 600_000 }, () => {
    for (let seed = first; seed < first + trees; seed += 1) {
      const next = randomOf(Math.imul(seed, 2_654_435_761));
      const world = randomWorld(next);
      const fault = faultOf(world, next);
      if (fault !== null) throw new Error(`seed ${seed} (replay: TALLYBOOK_SEED=${seed} TALLYBOOK_TREES=1): ${fault}`);
    }
  });
});
