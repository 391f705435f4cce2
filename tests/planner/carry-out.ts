import { effectsOf, taskOf, type DecidedEffect } from '../../shared/sync/effects.ts';
import type { Choice } from '../../shared/sync/plan.ts';
import { sameRow } from '../../shared/sync/row.ts';
import { settle, type Part, type Settled } from '../../shared/sync/settle.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { diffRow } from '../../shared/sync/diff.ts';
import type { MemoryPlan, World } from './memory-plan.ts';

/** What a plan comes to under some choices. */
export interface Outcome {
  readonly plan: MemoryPlan;
  readonly settled: Settled;
  readonly effects: readonly DecidedEffect[];
}

/** Settles a plan and gives the effects of every row that takes part. */
export function resolve(
  plan: MemoryPlan,
  choices: ReadonlyMap<number, Choice> = new Map(),
  unticked: ReadonlySet<number> = new Set(),
  part: Part = 'sync',
): Outcome {
  const settled = settle(plan, { choices, unticked, conflicts: plan.conflicts(), refused: plan.refused }, part);
  const effects = plan.rows.flatMap((row, ordinal) => effectsOf(plan, settled, ordinal, row));
  return { plan, settled, effects };
}

/** Carries out one part of a plan on the three trees by the rules of Apply, Pull and Sync, with nobody else at work. */
export function carryOut(world: World, effects: Outcome['effects'], part: Part): World {
  const after = world.copy();
  for (const effect of effects) {
    const address = `${effect.table} ${effect.pk}`;
    const table = tableOf(world.catalog, effect.table);
    const task = taskOf(effect, part);
    if (task !== null) after.questions.delete(address);
    if (task === 'up') {
      after.write('server', effect.table, effect.pk, effect.result);
      if (part === 'sync') after.write('local', effect.table, effect.pk, effect.result);
      after.base.set(
        address,
        part === 'sync' || sameRow(table, effect.result, effect.trees.local) ? effect.result : effect.trees.local,
      );
    } else if (task === 'down') {
      after.write('local', effect.table, effect.pk, effect.result);
      after.base.set(address, effect.trees.server);
    } else if (task === 'seen') after.base.set(address, effect.trees.server);
  }
  return observed(after);
}

/** What both sides hold becomes Base, as observing does it. */
export function observed(world: World): World {
  for (const table of world.catalog.tables) {
    for (const pk of world.keys(table.name)) {
      const trees = world.trees(table.name, pk);
      const { local, server } = trees;
      if (diffRow(table, trees).kind !== 'agreed') continue;
      if (!sameRow(table, local, server)) world.write('local', table.name, pk, server);
      if (trees.base !== undefined || server !== null) world.base.set(`${table.name} ${pk}`, server);
    }
  }
  return world;
}
