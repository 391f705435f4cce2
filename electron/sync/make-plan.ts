import { createHash } from 'node:crypto';
import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection, leadsElsewhere } from '../store/connection-store.ts';
import { changeSeq, forgetLost, type Peer } from '../store/sync/peer-store.ts';
import { beginPlan, finishPlan, listPlans, oldPlans, setPlanState } from '../store/sync/plan-store.ts';
import { rememberTrees } from '../store/sync/trees.ts';
import { uuidv7 } from '../store/uuid.ts';
import { buildPlanRows, type BuiltPlan } from './build-plan.ts';
import { countLosses, countPlan, guardsTripped, type CountedPlan } from './count-plan.ts';
import { countRows } from './count-rows.ts';
import { evaluatePlan } from './evaluate-plan.ts';
import { carryChoices } from './carry-choices.ts';
import { dropPlans } from './drop-plan.ts';
import type { SeenServer } from './observe-server.ts';
import type { OpenRemote } from './open-remote.ts';
import { stuckChecks } from './stuck-erasing.ts';
import { noteWaiting } from './waiting.ts';
import { findDecided, takeDecided } from './pre-decide.ts';
import { factsToText } from './plan-facts.ts';
import { surroundingsOf } from './plan-surroundings.ts';
import { tryPlan, type TriedPlan } from './try-plan.ts';
import { planHashOf } from './plan-hash.ts';
import { dropOldLost } from './recovery-bin.ts';
import { ruleWarnings } from './rule-warnings.ts';

const hashes = new WeakMap<Catalog, string>();

/** Hash of the catalog a plan was made with. */
export function catalogHash(catalog: Catalog): string {
  let hash = hashes.get(catalog);
  if (hash === undefined) {
    hash = createHash('sha256').update(JSON.stringify(catalog)).digest('hex');
    hashes.set(catalog, hash);
  }
  return hash;
}

/** Makes a plan from what was observed, opens it, and takes over the choices of the plan before that still fit. Returns its id. */
export async function makePlan(
  context: EngineContext,
  store: ClassStore,
  open: OpenRemote,
  observation: SeenServer,
  peer: Peer,
  firstContact: boolean,
  call: CallContext,
  notes: PlanSummary['checks'] = [],
): Promise<string> {
  const device = context.app.device();
  const { connection } = open;
  const previous =
    listPlans(store, connection.id).find((plan) => plan.peerId === peer.id && plan.purpose === 'sync') ?? null;
  const planId = uuidv7();
  const now = context.now();
  const seq = changeSeq(store);
  const input = {
    planId,
    catalog: store.catalog,
    connection,
    blocks: open.remote.blocks,
    peer,
    device: device.name ?? '',
    now,
    seq,
  };
  const head = {
    id: planId,
    connectionId: connection.id,
    peerId: peer.id,
    madeAt: now,
    seq,
    deviceId: device.id,
    epoch: peer.epoch,
    catalogHash: catalogHash(store.catalog),
    firstContact,
    purpose: 'sync' as const,
    undoes: null,
  };
  store.stepTransaction(() => beginPlan(store, head));
  try {
    const built = await buildPlanRows(store, input, call);
    const tried = await tryPlan(store, open, planId, call);
    const decided = await findDecided(store, peer.id, planId, call.signal);
    const counts = await countPlan(store, planId, call.signal);
    const { summary } = counts;
    if (built.total === 0) forgetLost(store, peer.id);
    const told = built.total === 0 ? notes.filter(({ id }) => id !== 'lost') : notes;
    const around = [...told, ...driftChecks(built.drift), ...stuckChecks(store, open.remote.blocks)];
    const counted = { planId, counts, total: built.total, notes: around, tried };
    const facts = await factsOf(context, store, open, observation, counted, call);
    const hash = await planHashOf(store, { ...head, facts }, call.signal);
    const choices = previous === null ? null : carryChoices(store, previous.id, planId);
    // What people say about the plan before until the very end holds for this one.
    for (let opened = false; !opened;) {
      await choices?.carry(call.signal);
      if (decided.length > 0) store.stepTransaction(() => takeDecided(store, planId, decided));
      const numbers = countRows(summary, await evaluatePlan(store, planId, 'sync', call.signal));
      // A plan is made again when it is lost, and a run of it takes it to the disk.
      opened = store.stepTransaction(() => {
        if (choices?.isOutdated() === true) return false;
        finishPlan(store, planId, { planHash: hash, facts, firstContact });
        if (leadsElsewhere(connection, getConnection(store, connection.id))) setPlanState(store, planId, 'stale');
        noteWaiting(store, connection.id, numbers, { planId, seq });
        return true;
      });
    }
    rememberTrees(store, peer.id, planId);
    dropPlans(store, oldPlans(store, connection.id, planId));
    await dropOldLost(store, now);
    return planId;
  } catch (error) {
    dropPlans(store, [planId]);
    throw error;
  }
}

/** What the preview shows around the list of changes, as text. */
async function factsOf(
  context: EngineContext,
  store: ClassStore,
  open: OpenRemote,
  observation: SeenServer,
  {
    planId,
    counts,
    total,
    notes,
    tried,
  }: {
    planId: string;
    counts: CountedPlan;
    total: number;
    notes: PlanSummary['checks'];
    tried: TriedPlan;
  },
  call: CallContext,
): Promise<string> {
  const evaluation = await evaluatePlan(store, planId, 'sync', call.signal);
  const losses = await countLosses(store, planId, counts, evaluation, call.signal);
  const guards = guardsTripped(store, planId, evaluation, losses, 'sync');
  const judged = { planId, peerId: open.peer.id, summary: counts.summary, evaluation };
  const rules = await ruleWarnings(store, judged, call.signal);
  const around = surroundingsOf(context, store, open, { observation, tried });
  return factsToText(
    {
      ...around,
      checks: [...around.checks, ...notes, ...rules],
      summary: counts.summary,
      guards: guards.map(({ id, table, count }) => ({ id, table, count })),
      total,
    },
    observation.horizon,
  );
}

/** What a person should know of a backup copy others write in. */
function driftChecks({ changed, foreign }: BuiltPlan['drift']): PlanSummary['checks'] {
  if (changed === 0 && foreign === 0) return [];
  return [{ id: 'drift', state: 'warning', code: 'copy-drifted', params: { changed, foreign } }];
}
