import { AppError } from '../../shared/errors.ts';
import type { ParsedParams } from '../../shared/contract/contract.ts';
import type { ResolveFile } from '../../shared/contract/sync.ts';
import type { Choice } from '../../shared/sync/plan.ts';
import type { RestoredChoice } from '../../shared/sync/put-back.ts';
import type { CallContext } from '../engine/context.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addDraftOps, draftEnd, stepDraft, type NewDraftOp } from '../store/sync/draft-store.ts';
import { getPlan, ordinalOf, planConflicts, planRowKeysAt, restoredRows } from '../store/sync/plan-store.ts';
import { createSlicer } from '../engine/slices.ts';
import { decideMany, type Said } from './decide-many.ts';
import { evaluatePlan } from './evaluate-plan.ts';
import { decidedFor, fitChoice } from './fit-choice.ts';
import { newInDraft } from './new-in-draft.ts';
import { keptOrdinals, standingOf } from './plan-index.ts';

/** Longest time the thread is held while rows are judged, in milliseconds. */
const SLICE_MS = 8;

/** How far a decision about many rows went: rows it now holds for, and rows that ask and were left as they were. */
export interface DecidedCounts {
  readonly decided: number;
  readonly left: number;
}

/**
 * Puts one entry into the draft of an open plan, whatever number of rows it is about: it is undone as one. Rows a choice does not fit are passed over in bulk
 * and refused singly; what a row has already is no entry. Many rows are judged in slices and written at once; a plan that was used or overtaken meanwhile gets nothing.
 */
export async function decide(
  store: ClassStore,
  params: ParsedParams<'plan.decide'>,
  call: CallContext,
): Promise<DecidedCounts> {
  const { planId, target } = params;
  openPlan(store, planId);
  const since = draftEnd(store, planId);
  if ('restored' in target) return await takeRestored(store, planId, target.restored, call.signal);
  const ordinals = await targeted(store, planId, params, call.signal);
  if (params.include !== undefined) {
    const ticks = await ticksOf(store, planId, ordinals, params.include, call.signal);
    const ops = await ticked(store, planId, ticks.ordinals, ticks.include, call.signal);
    openPlan(store, planId);
    addDraftOps(store, planId, newInDraft(store, planId, ops), since);
    return { decided: ticks.ordinals.length, left: 0 };
  }
  const choice: Choice | null =
    params.choice === undefined || params.choice === null
      ? null
      : { choice: params.choice, ...(params.fields === undefined ? {} : { fields: params.fields }) };
  const said: Said = params.rule === undefined ? { kind: 'choice', choice } : { kind: 'rule', rule: params.rule };
  const { ops, decided, left, reason } = await decideMany(store, planId, ordinals, said, call);
  const single = 'ordinals' in target && target.ordinals.length === 1;
  if (single && decided === 0 && params.rule === undefined)
    throw new AppError('resolve-invalid', reason ?? { reason: 'not-in-plan' });
  openPlan(store, planId);
  // What a person said about a row while many were judged is newer than this.
  addDraftOps(store, planId, newInDraft(store, planId, ops), since);
  return { decided, left };
}

/** The rows a decision is about. Of a filter only those it can mean: rows that ask for a choice, and for a tick all but those not decided yet. */
async function targeted(
  store: ClassStore,
  planId: string,
  { target, include, rule, choice }: ParsedParams<'plan.decide'>,
  signal: AbortSignal,
): Promise<readonly number[]> {
  if ('restored' in target) return [];
  if ('ordinals' in target) return include === undefined ? target.ordinals : existing(store, planId, target.ordinals);
  const found = await keptOrdinals(store, planId, target.filter, signal);
  if (include !== undefined) return found.filter(await tickable(store, planId, signal));
  if (rule === 'later' || rule === 'reset' || choice === null || choice === undefined) return found;
  const asking = new Set(planConflicts(store, planId));
  return found.filter((ordinal) => asking.has(ordinal));
}

/** Which rows are given their tick or lose it. One box for many: all that a tick alone takes in are in after it, or, where they are already, all of them out. */
async function ticksOf(
  store: ClassStore,
  planId: string,
  ordinals: readonly number[],
  include: boolean | 'toggle',
  signal: AbortSignal,
): Promise<{ readonly ordinals: readonly number[]; readonly include: boolean }> {
  if (include !== 'toggle') return { ordinals, include };
  const { left } = await standingOf(store, planId, signal);
  const asking = new Set(planConflicts(store, planId));
  const canTick = (ordinal: number): boolean => {
    const reason = left.get(ordinal)?.reason;
    return reason === 'unticked' || (reason === 'skipped' && !asking.has(ordinal));
  };
  const out = ordinals.filter(canTick);
  return out.length > 0
    ? { ordinals: out, include: true }
    : { ordinals: ordinals.filter((ordinal) => !left.has(ordinal)), include: false };
}

/** Giving or taking ticks; a change that asks nothing and was put off has its tick again when it is given one. */
async function ticked(
  store: ClassStore,
  planId: string,
  ordinals: readonly number[],
  include: boolean,
  signal: AbortSignal,
): Promise<readonly NewDraftOp[]> {
  const tick: NewDraftOp = { ordinals, choice: null, include };
  if (!include || getPlan(store, planId).purpose !== 'sync') return [tick];
  const { left } = await evaluatePlan(store, planId, 'sync', signal);
  const asking = new Set(planConflicts(store, planId));
  const off = ordinals.filter((ordinal) => left.get(ordinal)?.reason === 'skipped' && !asking.has(ordinal));
  return [tick, { ordinals: off, choice: null, include: null }];
}

/** Whether a row has a tick to give or take: what is not decided yet has none, and keeps it for when it is. */
async function tickable(store: ClassStore, planId: string, signal: AbortSignal): Promise<(ordinal: number) => boolean> {
  if (getPlan(store, planId).purpose !== 'sync') return () => true;
  const { left } = await evaluatePlan(store, planId, 'sync', signal);
  return (ordinal) => !['undecided', 'value-taken'].includes(left.get(ordinal)?.reason ?? '');
}

/** Takes the last choice of a draft back, or puts it in force again. */
export function stepChoice(store: ClassStore, planId: string, direction: 'undo' | 'redo'): void {
  openPlan(store, planId);
  stepDraft(store, planId, direction);
}

/** Choices that say all there is to say; a file that also names columns meant something else. */
const wholeRow: ReadonlySet<string> = new Set(['local', 'server', 'skip']);

/**
 * Puts the decisions of a file into the draft. Every row must be in the plan and every choice must fit, and no row may be decided in two ways, else nothing is
 * taken.
 */
export async function takeResolveFile(
  store: ClassStore,
  planId: string,
  file: ResolveFile,
  signal: AbortSignal,
): Promise<void> {
  if (file.planId !== planId) throw new AppError('resolve-invalid', { reason: 'other-plan', planId: file.planId });
  const slicer = createSlicer(SLICE_MS);
  const ops: NewDraftOp[] = [];
  if (file.restored !== undefined) {
    // Rows decided before, one by one, and those the file names have the last word.
    const { choices } = await evaluatePlan(store, planId, 'sync', signal);
    ops.push(...(await restoredOps(store, planId, file.restored, signal, choices)).ops);
  }
  const said = new Map<number, string>();
  for (const row of file.rows ?? []) {
    const ordinal = placeOf(store, planId, row.table, row.key);
    if (ordinal === null) throw new AppError('resolve-invalid', { reason: 'not-in-plan', table: row.table });
    const choice: Choice = { choice: row.choice, ...(row.fields === undefined ? {} : { fields: row.fields }) };
    if (wholeRow.has(row.choice) && Object.keys(row.fields ?? {}).length > 0)
      throw new AppError('resolve-invalid', { reason: 'columns-unused', table: row.table });
    const decided = decidedFor(store, planId, ordinal);
    const fit = fitChoice(store, planId, decided, choice);
    if (fit.kind === 'misfit') throw new AppError('resolve-invalid', { ...fit.facts, table: row.table });
    const words = JSON.stringify(choice);
    if ((said.get(decided) ?? words) !== words)
      throw new AppError('resolve-invalid', { reason: 'decided-twice', table: row.table });
    said.set(decided, words);
    ops.push({ ordinals: [decided], choice: fit.choice, include: null });
    await slicer.pause(signal);
  }
  openPlan(store, planId);
  addDraftOps(store, planId, newInDraft(store, planId, ops));
}

/** The key of a row by column, or, where one column is the key, its value. */
type RowKeyGiven = string | Readonly<Record<string, string>>;

/** Leaves rows out of the run, such as one the server refused, or takes them in again; every row must be in the plan, else nothing is done about any. */
export function tickRows(
  store: ClassStore,
  planId: string,
  rows: readonly { readonly table: string; readonly key: RowKeyGiven }[],
  include: boolean,
): void {
  openPlan(store, planId);
  const ordinals = rows.map(({ table, key }) => {
    const ordinal = placeOf(store, planId, table, key);
    if (ordinal === null) throw new AppError('resolve-invalid', { reason: 'not-in-plan', table });
    return ordinal;
  });
  addDraftOps(store, planId, newInDraft(store, planId, [{ ordinals, choice: null, include }]));
}

/** Decides what nobody has said anything about of what a server that was put back holds in an older state: this PC's goes there, or the server's is taken. */
async function takeRestored(
  store: ClassStore,
  planId: string,
  decision: RestoredChoice,
  signal: AbortSignal,
): Promise<DecidedCounts> {
  const since = draftEnd(store, planId);
  const { choices } = await evaluatePlan(store, planId, 'sync', signal);
  const { rows, ops } = await restoredOps(store, planId, decision, signal, choices);
  openPlan(store, planId);
  addDraftOps(store, planId, newInDraft(store, planId, ops), since);
  return { decided: ops[0]?.ordinals.length ?? 0, left: rows - (ops[0]?.ordinals.length ?? 0) };
}

async function restoredOps(
  store: ClassStore,
  planId: string,
  decision: RestoredChoice,
  signal: AbortSignal,
  said: Pick<ReadonlyMap<number, Choice>, 'has'>,
): Promise<{ readonly rows: number; readonly ops: readonly NewDraftOp[] }> {
  const slicer = createSlicer(SLICE_MS);
  const choice: Choice = { choice: decision === 'send-newer' ? 'local' : 'server' };
  const ordinals: number[] = [];
  let [all, rows] = [0, 0];
  for (const some of restoredRows(store, planId))
    for (const ordinal of some) {
      all += 1;
      if (said.has(ordinal)) continue;
      rows += 1;
      if (fitChoice(store, planId, ordinal, choice).kind === 'fits') ordinals.push(ordinal);
      await slicer.pause(signal);
    }
  if (all === 0) throw new AppError('resolve-invalid', { reason: 'not-restored' });
  return { rows, ops: [{ ordinals, choice, include: null }] };
}

/** Decides every conflict nobody has said anything about by one rule. */
export async function takeRule(
  store: ClassStore,
  planId: string,
  rule: 'local' | 'server' | 'newer',
  call: CallContext,
): Promise<void> {
  const since = draftEnd(store, planId);
  const { choices } = await evaluatePlan(store, planId, 'sync', call.signal);
  const open = planConflicts(store, planId).filter((ordinal) => !choices.has(ordinal));
  const { ops } = await decideMany(store, planId, open, { kind: 'rule', rule }, call);
  openPlan(store, planId);
  addDraftOps(store, planId, ops, since);
}

function openPlan(store: ClassStore, planId: string): void {
  const { state } = getPlan(store, planId);
  if (state === 'used') throw new AppError('plan-used', { planId });
  if (state !== 'open') throw new AppError('plan-stale', { planId });
}

function existing(store: ClassStore, planId: string, ordinals: readonly number[]): number[] {
  return [...planRowKeysAt(store, planId, ordinals)].flat().map(({ ordinal }) => ordinal);
}

/** Where a record stands in a plan, by its table and key; null where it is not in it, or where there is no such table or key. */
export function placeOf(store: ClassStore, planId: string, tableName: string, given: RowKeyGiven): number | null {
  const table = store.catalog.tables.find((candidate) => candidate.name === tableName);
  const key = typeof given === 'string' ? { [table?.key[0] ?? '']: given } : given;
  if (table === undefined || Object.keys(key).length !== table.key.length) return null;
  const cells = table.key.map((column) => (Object.hasOwn(key, column) ? key[column] : undefined));
  return cells.every((cell) => cell !== undefined) ? ordinalOf(store, planId, tableName, JSON.stringify(cells)) : null;
}
