import { pkFromCells } from '../../shared/catalog/key.ts';
import type { ParsedParams } from '../../shared/contract/contract.ts';
import type { HeldErasureItem } from '../../shared/contract/sync.ts';
import { AppError } from '../../shared/errors.ts';
import { erasureRules } from '../../shared/sync/erasure-rules.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection } from '../store/connection-store.ts';
import { answerErasures, heldErasures, refusedErasures, serverErasures } from '../store/sync/held-erasures.ts';
import { listPlans, setPlanState } from '../store/sync/plan-store.ts';
import { announceConnection } from './announce.ts';
import { syncStateOf } from './engine-state.ts';
import { recordName } from './erasures.ts';

/** The erasures others made that are not carried out here, with what somebody at this PC said about them. */
export function heldErasureItems(store: ClassStore, connectionId: string): HeldErasureItem[] {
  const rules = erasureRules(store.catalog);
  const { peerId } = getConnection(store, connectionId);
  if (rules === null || peerId === null) return [];
  const held = heldErasures(store, peerId);
  const refused = refusedErasures(store, peerId);
  return serverErasures(store, peerId)
    .filter(({ pk }) => held.has(pk))
    .map(({ pk, record }) => {
      return { id: idOf(pk), name: recordName(store, rules, record), refused: refused.get(pk) ?? null };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Says no to erasures that wait (`keep`), which is kept with who said it and when, or takes that back (`ask`). What was refused is asked about no more: its record stays
 * here as it is, and nothing of it is sent or deleted. Lists made before hold no more. Throws `not-found` when one of them does not wait.
 */
export async function answerHeld(
  context: EngineContext,
  { classId, connectionId, ids, answer }: ParsedParams<'erasure.answer'>,
  call: CallContext,
): Promise<HeldErasureItem[]> {
  return await syncStateOf(context).lock.run(classId, call.signal, async () => {
    const store = context.openClass(classId);
    const { peerId } = getConnection(store, connectionId);
    const held = peerId === null ? new Set<string>() : heldErasures(store, peerId);
    const pks = ids.map((id) => pkFromCells([id]));
    if (peerId === null || pks.some((pk) => !held.has(pk))) throw new AppError('not-found', { what: 'erasure' });
    const said = { at: context.now(), by: context.app.device().name ?? '' };
    store.transaction(() => {
      answerErasures(store, peerId, pks, answer === 'keep' ? said : null);
      for (const plan of listPlans(store, connectionId))
        if (plan.state === 'open') setPlanState(store, plan.id, 'stale');
    });
    context.log.write('info', 'erasures-answered', { kind: answer, count: pks.length });
    context.emit('class.changed', { classId, areas: ['plans'] });
    announceConnection(context, store, connectionId);
    return await Promise.resolve(heldErasureItems(store, connectionId));
  });
}

function idOf(pk: string): string {
  return (JSON.parse(pk) as string[])[0] ?? '';
}
