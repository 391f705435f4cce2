import type { MethodName } from '../../../shared/contract/contract.ts';
import type { runMethods } from '../../../shared/contract/run.ts';
import type { syncMethods } from '../../../shared/contract/sync.ts';
import { afterChoice } from '../../sync/after-choice.ts';
import { answerHeld, heldErasureItems } from '../../sync/answer-erasures.ts';
import { fitChoice } from '../../sync/fit-choice.ts';
import { look } from '../../sync/look.ts';
import { decide, placeOf, stepChoice } from '../../sync/draft.ts';
import { findRuns } from '../../sync/find-runs.ts';
import { dropPlans } from '../../sync/drop-plan.ts';
import { previewReplace, previewUndo } from '../../sync/make-fixed-plan.ts';
import { planIndex, planTally } from '../../sync/plan-index.ts';
import { planList, planRowItems, planSummaryOf } from '../../sync/plan-view.ts';
import { preview } from '../../sync/preview.ts';
import { holdList } from '../../sync/attend.ts';
import { getPlan } from '../../store/sync/plan-store.ts';
import { runPlan } from '../../sync/run-plan.ts';
import { runIndex } from '../../sync/run-index.ts';
import { runDetails, runItems, runRowItems } from '../../sync/run-view.ts';
import type { Handlers } from '../context.ts';
import { may } from '../gate.ts';

type SyncMethod = Extract<MethodName, keyof (typeof syncMethods & typeof runMethods)>;

/** Preview, plans, runs. */
export const syncHandlers: Handlers<SyncMethod> = {
  'sync.preview': async (context, { classId, connectionId, hold }, call) => {
    const plan = await preview(context, classId, connectionId, call);
    if (hold === true && may(call, 'points')) holdList(context, plan);
    return plan;
  },
  'sync.look': async (context, { classId, connectionId, ifMoved }, call) => ({
    looked: await look(context, classId, connectionId, call, ifMoved),
  }),
  'sync.previewReplace': (context, { classId, connectionId }, call) =>
    previewReplace(context, classId, connectionId, call),
  'sync.run': (context, params, call) => runPlan(context, params, call),
  'erasure.list': (context, { classId, connectionId }) => ({
    items: heldErasureItems(context.openClass(classId), connectionId),
  }),
  'erasure.answer': async (context, params, call) => ({ items: await answerHeld(context, params, call) }),
  'plan.list': async (context, { classId, ...only }, { signal }) => ({
    items: [...(await planList(context.openClass(classId), only, signal))],
  }),
  'plan.show': (context, { classId, planId }, { signal }) => planSummaryOf(context.openClass(classId), planId, signal),
  'plan.index': (context, { classId, planId, filter, sort }, { signal }) =>
    planIndex(context.openClass(classId), planId, filter ?? {}, sort ?? { by: 'plan', descending: false }, signal),
  'plan.tally': (context, { classId, planId, filter }, { signal }) =>
    planTally(context.openClass(classId), planId, filter ?? {}, signal),
  'plan.rows': async (context, { classId, planId, ordinals }, { signal }) => ({
    items: await planRowItems(context.openClass(classId), planId, ordinals, signal),
  }),
  'plan.places': (context, { classId, planId, rows }) => {
    const store = context.openClass(classId);
    getPlan(store, planId);
    return { ordinals: rows.map(({ table, key }) => placeOf(store, planId, table, key)) };
  },
  'plan.decide': async (context, params, call) => {
    const decided = await decide(context.openClass(params.classId), params, call);
    return { ...(await afterChoice(context, params, call.signal)), decided };
  },
  'plan.fits': (context, { classId, planId, ordinal, choice, fields }) => {
    const fit = fitChoice(context.openClass(classId), planId, ordinal, {
      choice,
      ...(fields === undefined ? {} : { fields }),
    });
    return { misfit: fit.kind === 'misfit' ? { ...fit.facts } : null };
  },
  'plan.undo': (context, params, { signal }) => {
    stepChoice(context.openClass(params.classId), params.planId, 'undo');
    return afterChoice(context, params, signal);
  },
  'plan.redo': (context, params, { signal }) => {
    stepChoice(context.openClass(params.classId), params.planId, 'redo');
    return afterChoice(context, params, signal);
  },
  'plan.discard': (context, { classId, planId }) => {
    const store = context.openClass(classId);
    dropPlans(store, [planId]);
    context.emit('class.changed', { classId, areas: ['plans'] });
    return { done: true };
  },
  'run.list': (context, { classId, connectionId = null, offset = 0, limit = 100 }) =>
    runItems(context.openClass(classId), connectionId, { offset, limit }),
  'run.find': async (context, { classId, search }, { signal }) => ({
    items: await findRuns(context.openClass(classId), search, signal),
  }),
  'run.undo': (context, { classId, runId }, call) => previewUndo(context, classId, runId, call),
  'run.show': (context, { classId, runId }, { signal }) => runDetails(context.openClass(classId), runId, signal),
  'run.index': (context, { classId, runId, filter, sort }, { signal }) =>
    runIndex(context.openClass(classId), runId, filter ?? {}, sort ?? { by: 'plan', descending: false }, signal),
  'run.rows': (context, { classId, runId, places }) => ({
    items: [...runRowItems(context.openClass(classId), runId, places)],
  }),
};
