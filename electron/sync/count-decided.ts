import type { RunWeight } from '../../shared/permission/level-of-run.ts';
import type { ClassStore } from '../store/class-store.ts';
import { planRow } from '../store/sync/plan-store.ts';
import type { Evaluation } from './evaluate-plan.ts';

/**
 * How many rows a run carries out as somebody at this PC decided. Left for later is no decision, nor is a tick taken away; what was decided on another device before was
 * carried out there.
 */
export function countDecided(store: ClassStore, planId: string, { choices, left }: Evaluation): RunWeight['decided'] {
  let decided = 0;
  for (const [ordinal, { choice }] of choices) {
    if (choice === 'skip' || left.has(ordinal)) continue;
    const there = choice === 'server' || choice === 'adopt';
    if (!there || planRow(store, planId, ordinal)?.reason !== 'decided-before') decided += 1;
  }
  return decided;
}
