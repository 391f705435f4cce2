import { describe, it } from 'vitest';
import { tableOf } from '../../shared/catalog/catalog.ts';
import type { Choice } from '../../shared/sync/plan.ts';
import { isDeleted, sameRow } from '../../shared/sync/row.ts';
import { carryOut, resolve, type Outcome } from './carry-out.ts';
import { MemoryPlan, type World } from './memory-plan.ts';
import { randomOf, type Random } from '../simulation/random.ts';
import { dataTables, randomChoice, randomWorld } from './random-world.ts';
import { unsaid } from './unsaid.ts';

const first = Number(process.env['TALLYBOOK_SEED'] ?? 1);
const trees = Number(process.env['TALLYBOOK_TREES'] ?? 50_000);

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

function tablesOf(catalog: World['catalog']): readonly unknown[] {
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
function faultOf(world: World, next: Random): string | null {
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
  // Decided is nothing: then nothing of what either side has said since Base is given up.
  const part = (['apply', 'pull', 'sync'] as const)[next(3)] ?? 'sync';
  const open = resolve(new MemoryPlan(world), new Map(), new Set(), part);
  const lost = unsaid(world, carryOut(world, open.effects, part));
  return lost === null ? null : `${part} without a decision: ${lost}\n${shown(world, open)}`;
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
