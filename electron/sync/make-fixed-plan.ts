import type { PlanSummary } from '../../shared/contract/sync.ts';
import { AppError } from '../../shared/errors.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection, leadsElsewhere, listConnections } from '../store/connection-store.ts';
import { changeSeq } from '../store/sync/peer-store.ts';
import { beginPlan, finishPlan, listPlans, oldPlans, setPlanState, type PlanHead } from '../store/sync/plan-store.ts';
import { getRun, type RunRecord } from '../store/sync/run-store.ts';
import { uuidv7 } from '../store/uuid.ts';
import { carryChoices } from './carry-choices.ts';
import { countPlan } from './count-plan.ts';
import { dropPlans } from './drop-plan.ts';
import { fixedGuards, fixedSummary } from './fixed-plan.ts';
import { catalogHash } from './make-plan.ts';
import { openRemote, type OpenRemote } from './open-remote.ts';
import { factsToText } from './plan-facts.ts';
import { planHashOf } from './plan-hash.ts';
import { surroundingsOf } from './plan-surroundings.ts';
import { tryPlan } from './try-plan.ts';
import { observeOpen, withConnection } from './preview.ts';
import { buildReplaceRows } from './replace-rows.ts';
import { buildUndoRows } from './undo-rows.ts';

/** What a list of fixed results is for. */
type FixedFor = { readonly kind: 'undo'; readonly run: RunRecord } | { readonly kind: 'replace' };

/**
 * Makes the list that takes a run back. Throws `not-found`, and `undo-refused` where the run wrote nothing, or its connection is gone or leads to another server
 * now.
 */
export async function previewUndo(
  context: EngineContext,
  classId: string,
  runId: string,
  call: CallContext,
): Promise<PlanSummary> {
  const store = context.openClass(classId);
  const run = getRun(store, runId);
  if (run.outcome !== 'completed' && run.outcome !== 'undecided')
    throw new AppError('undo-refused', { reason: run.outcome });
  if (!listConnections(store).some(({ id }) => id === run.connectionId))
    throw new AppError('undo-refused', { reason: 'connection-gone' });
  return previewFixed(context, { classId, connectionId: run.connectionId }, { kind: 'undo', run }, call);
}

/** Makes the list of "Pull and replace": this PC becomes what the server is. Throws `mode-refused` for a connection that does not write here. */
export async function previewReplace(
  context: EngineContext,
  classId: string,
  connectionId: string,
  call: CallContext,
): Promise<PlanSummary> {
  const store = context.openClass(classId);
  const { mode } = getConnection(store, connectionId);
  if (mode === 'push-only') throw new AppError('mode-refused', { mode, wanted: 'replace' });
  return previewFixed(context, { classId, connectionId }, { kind: 'replace' }, call);
}

async function previewFixed(
  context: EngineContext,
  at: { readonly classId: string; readonly connectionId: string },
  what: FixedFor,
  call: CallContext,
): Promise<PlanSummary> {
  return withConnection(context, at, call, async (store) => {
    call.progress({ phase: 'connect', done: 0, total: null });
    const open = await openRemote(context, store, at.connectionId, call.signal);
    try {
      return await makeFixedPlan(context, store, open, what, call);
    } finally {
      await open.remote.close();
    }
  });
}

/**
 * Makes a list of fixed results once more, for the same, after a run of it that wrote nothing: what was left out of it stays out. Answers its id; null for an
 * ordinary list, and where there is nothing it could take back any more.
 */
export async function makeFixedAgain(
  context: EngineContext,
  store: ClassStore,
  open: OpenRemote,
  head: PlanHead,
  call: CallContext,
): Promise<string | null> {
  if (head.purpose === 'sync') return null;
  const what = whatFor(store, head);
  try {
    return (await makeFixedPlan(context, store, open, what, call, head)).planId;
  } catch (error) {
    if (error instanceof AppError && error.code === 'undo-refused') return null;
    throw error;
  }
}

function whatFor(store: ClassStore, { undoes }: PlanHead): FixedFor {
  return undoes === null ? { kind: 'replace' } : { kind: 'undo', run: getRun(store, undoes) };
}

/** The list a new one for the same takes the place of: the last one made, as long as it was not carried out. */
function replacedBy(store: ClassStore, connectionId: string, what: FixedFor): PlanHead | null {
  const [last] = listPlans(store, connectionId);
  if (last === undefined || last.state === 'used' || last.purpose !== what.kind) return null;
  return last.undoes === (what.kind === 'undo' ? what.run.id : null) ? last : null;
}

async function makeFixedPlan(
  context: EngineContext,
  store: ClassStore,
  open: OpenRemote,
  what: FixedFor,
  call: CallContext,
  before: PlanHead | null = replacedBy(store, open.connection.id, what),
): Promise<PlanSummary> {
  const { connection } = open;
  const { observation, peer, firstContact, notes } = await observeOpen(context, store, open, call);
  if (what.kind === 'undo' && what.run.peerId !== peer.id)
    throw new AppError('undo-refused', { reason: 'other-server' });
  const device = context.app.device();
  const planId = uuidv7();
  const now = context.now();
  const head = {
    id: planId,
    connectionId: connection.id,
    peerId: peer.id,
    madeAt: now,
    seq: changeSeq(store),
    deviceId: device.id,
    epoch: peer.epoch,
    catalogHash: catalogHash(store.catalog),
    firstContact,
    purpose: what.kind,
    undoes: what.kind === 'undo' ? what.run.id : null,
  };
  store.stepTransaction(() => beginPlan(store, head));
  try {
    const input = { planId, peerId: peer.id, seq: head.seq, device: device.name ?? '', now };
    const { total, unsent } =
      what.kind === 'replace'
        ? await buildReplaceRows(store, input, call)
        : {
            total: await buildUndoRows(
              store,
              { ...input, runId: what.run.id, writesHere: connection.mode !== 'push-only' },
              call,
            ),
            unsent: 0,
          };
    const tried = await tryPlan(store, open, planId, call);
    const around = surroundingsOf(context, store, open, { observation, tried });
    const shown = {
      ...around,
      checks: [
        ...around.checks,
        ...notes,
        ...(what.kind === 'replace' && total > 0 ? warningsOf(store, connection.id, unsent) : []),
      ],
      summary: (await countPlan(store, planId, call.signal)).summary,
      guards: fixedGuards(store, planId).map(({ id, table, count }) => ({ id, table, count })),
      total,
    };
    const facts = factsToText(shown, observation.horizon);
    const planHash = await planHashOf(store, { ...head, facts }, call.signal);
    const choices = before?.peerId === peer.id ? carryChoices(store, before.id, planId) : null;
    // What people leave out of the list before until the very end stays out of this one.
    for (let opened = false; !opened;) {
      await choices?.carry(call.signal);
      opened = store.stepTransaction(() => {
        if (choices?.isOutdated() === true) return false;
        finishPlan(store, planId, { planHash, facts, firstContact });
        if (leadsElsewhere(connection, getConnection(store, connection.id))) setPlanState(store, planId, 'stale');
        return true;
      });
    }
    dropPlans(store, oldPlans(store, connection.id, planId));
    return fixedSummary(store, planId);
  } catch (error) {
    dropPlans(store, [planId]);
    throw error;
  }
}

/** What a person should know before this PC is made what the server is. */
function warningsOf(store: ClassStore, connectionId: string, unsent: number): PlanSummary['checks'] {
  const others = listConnections(store).filter(({ id }) => id !== connectionId);
  const warning = (id: string, code: string, params: PlanSummary['checks'][number]['params']) => ({
    id,
    state: 'warning' as const,
    code,
    params,
  });
  return [
    ...(unsent === 0 ? [] : [warning('unsent', 'unsent-dropped', { count: unsent })]),
    ...(others.length === 0
      ? []
      : [warning('others', 'replace-seen-elsewhere', { connections: others.map(({ name }) => name).join(', ') })]),
  ];
}
