import type { PlanSummary } from '../../../../shared/contract/sync.ts';

/** What a run carries: changes to the server, from it, or both. */
export type RunMode = 'apply' | 'pull' | 'sync';

/** The page's one primary button: sync, but only one way where there is nothing to do the other way at a first meeting, or the connection works one way. */
export function primaryMode(
  plan: Pick<PlanSummary, 'ready' | 'firstContact' | 'runMode'>,
  mode: 'two-way' | 'push-only' | 'pull-only',
): RunMode {
  if (plan.runMode !== null) return plan.runMode;
  if (mode === 'push-only') return 'apply';
  if (mode === 'pull-only') return 'pull';
  const { apply, pull } = plan.ready;
  if (pull > 0 && apply === 0 && plan.firstContact) return 'pull';
  return 'sync';
}

/** The ways a list can be carried out in: those of its connection, or its own one. */
export function modesOf(
  plan: Pick<PlanSummary, 'runMode'>,
  mode: 'two-way' | 'push-only' | 'pull-only',
): readonly RunMode[] {
  if (plan.runMode !== null) return [plan.runMode];
  if (mode === 'push-only') return ['apply'];
  return mode === 'pull-only' ? ['pull'] : ['pull', 'apply', 'sync'];
}
