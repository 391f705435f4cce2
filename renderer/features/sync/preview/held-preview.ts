import type { MethodName } from '../../../../shared/contract/contract.ts';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { heldEngine, planOf, type HeldEngine } from './held-engine.ts';
import { previewOf, type PreviewStore } from './preview-store.ts';
import type { Decision } from './put-again.ts';

let made = 0;

/** A preview in a class of its own, with the engine in the hands of the test. */
export function setUp(throughWith?: MethodName): { readonly engine: HeldEngine; readonly store: PreviewStore } {
  made += 1;
  const classId = `class ${made}`;
  return { engine: heldEngine(classId, throughWith), store: previewOf(classId, `connection ${made}`) };
}

/** The same, with a list shown. */
export async function withList(plan: PlanSummary = planOf('first'), throughWith?: MethodName) {
  const { engine, store } = setUp(throughWith);
  const shown = store.compare();
  (await engine.next('sync.preview')).answer(plan);
  await shown;
  return { engine, store, planOfNow: () => store.use.getState().plan?.planId };
}

/** The answer to a step in the draft of a list. */
export const after = (plan: PlanSummary) => ({ ...plan, rows: [], decided: { decided: 1, left: 0 } });

export const one: Decision = { target: { ordinals: [0] }, choice: 'local' };
