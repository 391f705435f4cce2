import type { Figure } from '../../tests/bench/support/figure.ts';

/** The ids of figures that missed a firm goal: one that was reached once and is not given up. Other goals are only reported. */
export function missedGoals(figures: readonly Pick<Figure, 'id' | 'limit' | 'holds'>[]): readonly string[] {
  return figures.filter(({ limit, holds }) => limit?.firm === true && holds === false).map(({ id }) => id);
}
