import { tableOf } from '../catalog/catalog.ts';
import { directionOf } from './diff.ts';
import type { Lookup } from './lookup.ts';
import type { Effect, PlanRow, TreeRow, Trees } from './plan.ts';
import type { Part, Settled } from './settle.ts';
import { resultIn } from './stands.ts';

/** An effect, and whether somebody decided it: a version it overwrites was seen. */
export interface DecidedEffect extends Effect {
  readonly decided: boolean;
}

/** What a row of the plan, and the rows its decision makes, come to on both sides. Empty for rows that stay out. */
export function effectsOf(lookup: Lookup, settled: Settled, ordinal: number, row: PlanRow): readonly DecidedEffect[] {
  if (settled.left.has(ordinal)) return [];
  const result = resultIn(settled, lookup, ordinal, row);
  if (result === undefined) return [];
  const made = settled.made.get(ordinal) ?? [];
  // What goes with a row that was decided was decided with it.
  const decided = row.kind === 'conflict' || settled.results.has(ordinal) || settled.choices.has(ordinal);
  return [
    { ...effectOf(lookup, row, row.trees, result, row.serverVer), decided },
    ...made.map((one) => ({ ...effectOf(lookup, one, one.trees, one.result, null), decided })),
  ];
}

function effectOf(
  lookup: Lookup,
  { table, pk }: { readonly table: string; readonly pk: string },
  trees: Trees,
  result: TreeRow,
  serverVer: string | null,
): Effect {
  const direction = directionOf(tableOf(lookup.catalog, table), trees, result);
  return {
    table,
    pk,
    up: direction === 'up' || direction === 'both',
    down: direction === 'down' || direction === 'both',
    trees,
    result,
    serverVer,
  };
}

/**
 * What a run that carries out one part of a plan does with an effect: writes the server (and here, in a sync), writes here only, only takes note that the
 * server's version was seen (this PC's was kept while pulling), or nothing.
 */
export function taskOf(effect: DecidedEffect, part: Part): 'up' | 'down' | 'seen' | null {
  if (effect.up && part !== 'pull') return 'up';
  if (effect.down && part !== 'apply') return 'down';
  return part === 'pull' && effect.up && effect.decided ? 'seen' : null;
}
