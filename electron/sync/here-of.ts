import type { Effect, TreeRow } from '../../shared/sync/plan.ts';

/** What a run makes of a row on this PC, where it writes here. */
export function hereOf(effect: Pick<Effect, 'result' | 'target'>): TreeRow {
  return effect.target === undefined ? effect.result : effect.target.local;
}
