import type { Client } from '../../../../shared/contract/client.ts';
import type { MethodName, Params, Result } from '../../../../shared/contract/contract.ts';
import type { AppEvent, Area } from '../../../../shared/contract/events.ts';
import type { PlanRowItem, PlanSummary, RunResult } from '../../../../shared/contract/sync.ts';
import { AppError, type ErrorCode, type ErrorParams } from '../../../../shared/errors.ts';
import { provideClient } from '../../../client.ts';
import { followEngine } from '../../../follow-engine.ts';

/** A call that waits for its answer. */
export interface HeldCall<M extends MethodName> {
  readonly params: Params<M>;
  readonly answer: (result: Result<M>) => void;
  readonly refuse: (code: ErrorCode, params?: ErrorParams) => void;
}

/** The engine from the page's side, in the hands of a test: every call waits until the test answers it, so that what happens in between can be tried. */
export interface HeldEngine {
  /** The next call of a method that was not taken yet, as soon as it is made. */
  readonly next: <M extends MethodName>(method: M) => Promise<HeldCall<M>>;
  /** The methods called so far, those that were not taken too. */
  readonly called: readonly MethodName[];
  /** Tells the page that something of the class changed. */
  readonly changed: (areas: readonly Area[]) => void;
}

/** Gives the page such an engine. A call that is aborted fails as cancelled, but for one of `throughWith`, which the engine is through with already. */
export function heldEngine(classId: string, throughWith?: MethodName): HeldEngine {
  const waiting: { readonly method: MethodName; readonly call: unknown }[] = [];
  const takers: { readonly method: MethodName; readonly take: (call: unknown) => void }[] = [];
  const called: MethodName[] = [];
  const listeners: ((event: AppEvent) => void)[] = [];
  let seq = 0;
  const client: Client = {
    capabilities: { shell: 'in-process', osDialogs: false, ownWindow: false },
    call: (method, params, options) =>
      new Promise((resolve, reject) => {
        called.push(method);
        if (method !== throughWith) options?.signal?.addEventListener('abort', () => reject(new AppError('cancelled')));
        const refuse = (code: ErrorCode, facts?: ErrorParams): void => reject(new AppError(code, facts));
        const call = { params, answer: resolve, refuse };
        const at = takers.findIndex((taker) => taker.method === method);
        if (at < 0) waiting.push({ method, call });
        else takers.splice(at, 1)[0]?.take(call);
      }),
    onEvent: (listener) => {
      listeners.push(listener);
      return () => {};
    },
    onResync: () => () => {},
    onConnected: () => () => {},
    close: () => {},
  };
  provideClient(client);
  followEngine(client);
  return {
    next: <M extends MethodName>(method: M) =>
      new Promise<HeldCall<M>>((resolve) => {
        const take = (call: unknown): void => resolve(call as HeldCall<M>);
        const at = waiting.findIndex((held) => held.method === method);
        if (at < 0) takers.push({ method, take });
        else take(waiting.splice(at, 1)[0]?.call);
      }),
    called,
    changed: (areas) => {
      seq += 1;
      const event: AppEvent = { seq, name: 'class.changed', data: { classId, areas: [...areas] } };
      for (const listener of listeners) listener(event);
    },
  };
}

/** A list of 12 changes with nothing to decide, but for what is said otherwise. */
export function planOf(planId: string, said: Partial<PlanSummary> = {}): PlanSummary {
  return {
    planId,
    madeAt: '2026-03-02T08:00:00.000Z',
    classId: 'class',
    connectionId: 'connection',
    connection: 'School server',
    state: 'open',
    ends: { local: 'Room 301', server: 'db.school.edu / 5B' },
    firstContact: false,
    purpose: 'sync',
    undoes: null,
    runMode: null,
    restored: null,
    clock: { offsetMs: 0, uncertaintyMs: 0, trusted: true },
    checks: [],
    summary: [],
    guards: [],
    total: 12,
    undecided: 0,
    blocked: 0,
    questions: [],
    ready: { apply: 12, pull: 0, sync: 12, both: 0, leave: 0 },
    canUndo: false,
    canRedo: false,
    lastEntry: 0,
    newHere: 0,
    movedHere: 0,
    ...said,
  };
}

/** A row of such a list: a student whose name both sides changed, but for what is said otherwise. */
export function rowOf(ordinal: number, said: Partial<PlanRowItem> = {}): PlanRowItem {
  return {
    ordinal,
    table: 'student',
    key: { id: `student ${ordinal}` },
    label: `student ${ordinal}`,
    kind: 'conflict',
    conflict: 'both-updated',
    restored: false,
    direction: 'both',
    fields: [{ name: 'name', base: 'Li W', local: 'Li Wei', server: 'Li Wen', result: null, clash: true }],
    times: { base: null, local: null, server: null },
    by: { local: null, server: null },
    recommended: null,
    reason: null,
    blockedBy: null,
    refused: null,
    left: null,
    choice: null,
    included: false,
    newChildren: 0,
    group: null,
    rival: null,
    other: null,
    unchanged: [],
    alike: [],
    names: {},
    sides: null,
    makes: [],
    voids: null,
    ...said,
  };
}

const none = { add: 0, update: 0, delete: 0 };

/** How a run of such a list ended. */
export function runOf(planId: string, said: Partial<RunResult> = {}): RunResult {
  return {
    runId: `run of ${planId}`,
    planId,
    outcome: 'completed',
    counts: { up: { ...none, add: 12 }, down: none },
    left: [],
    durationMs: 1,
    nextPlanId: null,
    error: null,
    ...said,
  };
}
