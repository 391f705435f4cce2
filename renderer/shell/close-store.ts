import { create } from 'zustand';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import { AppError, errorFromJson, type ErrorCode } from '../../shared/errors.ts';
import { call, closeClient } from '../client.ts';
import { useApp } from '../features/app/app-store.ts';
import { isMaking } from '../features/sync/preview/plan-worker.ts';
import { isOwnList } from '../features/sync/preview/preview-state.ts';
import { primaryMode } from '../features/sync/preview/primary-mode.ts';
import { previewOf, type PreviewStore } from '../features/sync/preview/preview-store.ts';
import { href, navigate } from '../router.ts';
import { toAppError } from '../to-app-error.ts';

/** How an app answers that is gone, or going. */
const goneCodes: ReadonlySet<ErrorCode> = new Set(['engine-closed', 'answer-lost']);

/** How far closing the app has come. */
export type CloseStep =
  | { readonly kind: 'open' }
  /** Some changes are on this PC alone: sync first? */
  | { readonly kind: 'asked'; readonly unsent: number }
  | { readonly kind: 'syncing'; readonly store: PreviewStore }
  | {
      readonly kind: 'failed';
      readonly error: AppError;
      readonly unsent: number;
      /** Of the connection it happened on. */ readonly user: string;
    }
  /** Something has to be decided first; the page that asks for it is open. */
  | { readonly kind: 'decide' }
  | { readonly kind: 'ended' };

interface CloseStore {
  readonly step: CloseStep;
  /** Somebody wants to close: asks where something was not sent, and ends the app where everything was. */
  readonly ask: () => Promise<void>;
  /** Syncs what waits, by the same plans as everywhere, then ends the app. What needs a decision opens its page instead. */
  readonly syncAndClose: () => Promise<void>;
  readonly closeAnyway: () => Promise<void>;
  readonly stay: () => void;
  /** The app has ended; nothing is behind this page any more. */
  readonly ended: () => void;
}

/** Closing the app, in whatever window it is. */
export const useClose = create<CloseStore>()((set, get) => ({
  step: { kind: 'open' },
  ask: async () => {
    const { step } = get();
    if (step.kind === 'syncing' || step.kind === 'ended') return;
    try {
      const unsent = countOf(await unsentConnections());
      if (unsent === 0) await get().closeAnyway();
      else set({ step: { kind: 'asked', unsent } });
    } catch {
      // Nobody answers: there is nothing left that could be asked or synced.
      await get().closeAnyway();
    }
  },
  syncAndClose: async () => {
    let unsent = 0;
    let user = '';
    try {
      const waiting = await unsentConnections();
      unsent = countOf(waiting);
      for (const connection of waiting) {
        const store = previewOf(connection.classId, connection.id);
        ({ user } = connection);
        set({ step: { kind: 'syncing', store } });
        const outcome = await syncOne(store, connection);
        if (get().step.kind !== 'syncing') return;
        if (outcome.kind === 'failed') return set({ step: { kind: 'failed', error: outcome.error, unsent, user } });
        if (outcome.kind === 'decide') return await openPage(connection, () => set({ step: { kind: 'decide' } }));
      }
      await get().closeAnyway();
    } catch (caught) {
      set({ step: { kind: 'failed', error: toAppError(caught), unsent, user } });
    }
  },
  closeAnyway: async () => {
    try {
      await call('app.quit', {});
    } catch (caught) {
      // The app may be gone before it has answered; then it is what it was asked to be.
      if (goneCodes.has(toAppError(caught).code)) get().ended();
      else useApp.getState().fail(caught);
    }
  },
  stay: () => {
    const { step } = get();
    if (step.kind === 'syncing') step.store.cancel();
    set({ step: { kind: 'open' } });
  },
  ended: () => {
    set({ step: { kind: 'ended' } });
    closeClient();
  },
}));

/** The connections of all classes on which something of this PC was not sent yet. */
async function unsentConnections(): Promise<readonly ConnectionItem[]> {
  const { items } = await call('connection.list', {});
  return items.filter(({ mode, pending }) => mode !== 'pull-only' && pending.up + pending.conflicts > 0);
}

function countOf(connections: readonly ConnectionItem[]): number {
  return connections.reduce((sum, { pending }) => sum + pending.up + pending.conflicts, 0);
}

type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'decide' }
  | { readonly kind: 'failed'; readonly error: AppError };

/** How often a list is made again that was overtaken before it was carried out. */
const mostTries = 3;

/**
 * Carries the plan of one connection out where nothing of it needs a person. Only a list that was made for it says that nothing is left to send: whatever goes on
 * already is waited for.
 */
async function syncOne(store: PreviewStore, connection: ConnectionItem): Promise<Outcome> {
  if (await hasOwnList(store, connection)) return { kind: 'decide' };
  for (let tries = 1; ; tries += 1) {
    const plan = await store.compare();
    if (plan === null) return failedBy(store.use.getState().error);
    if (plan.undecided > 0 || plan.guards.length > 0) return { kind: 'decide' };
    if (plan.total === 0) return { kind: 'done' };
    const way = primaryMode(plan, connection.mode);
    if (plan.ready[way] === 0) return { kind: 'decide' };
    const ran = await store.run(plan.planId, way);
    const { error, result, guard } = store.use.getState();
    if (error !== null) return failedBy(error);
    if (guard !== null) return { kind: 'decide' };
    const outcome = ran && result?.run.planId === plan.planId ? result.run.outcome : 'stale';
    if (outcome === 'completed' || outcome === 'undecided') return { kind: 'done' };
    if (outcome === 'refused') return { kind: 'decide' };
    if (outcome === 'stale' && tries < mostTries) continue;
    // Lost answers, cancelled runs: nothing that could be decided on a page.
    return failedBy(ran && result?.run.error ? errorFromJson(result.run.error) : new AppError('plan-stale'));
  }
}

function failedBy(error: AppError | null): Outcome {
  return { kind: 'failed', error: error ?? new AppError('cancelled') };
}

/** Whether a list waits that takes a run back, say: comparing would throw it away, and what was left out of it. Not so one that is being carried out. */
async function hasOwnList(store: PreviewStore, { classId, id }: ConnectionItem): Promise<boolean> {
  const { work } = store.use.getState();
  if (work !== null && !isMaking(work)) return false;
  const { items } = await call('plan.list', { classId, connectionId: id, state: 'open' });
  return items.some(isOwnList);
}

/** Opens the list that waits for a person, of whatever class it is. */
async function openPage({ classId, id }: ConnectionItem, opened: () => void): Promise<void> {
  if (useApp.getState().classId !== classId) await useApp.getState().openClass(classId);
  navigate(href(`sync/preview/${id}`));
  opened();
}
