import { AppError } from '../../shared/errors.ts';
import type { ParsedParams } from '../../shared/contract/contract.ts';
import type { ResolveFile } from '../../shared/contract/sync.ts';
import type { Choice } from '../../shared/sync/plan.ts';
import type { RestoredChoice } from '../../shared/sync/put-back.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addDraftOp, stepDraft } from '../store/sync/draft-store.ts';
import { getPlan, ordinalOf, planConflicts, planRow, restoredRows } from '../store/sync/plan-store.ts';
import { decidedFor, fitChoice } from './fit-choice.ts';
import { planIndex } from './plan-view.ts';

/** Puts one entry into the draft of an open plan. Rows a choice does not fit are passed over in bulk and refused singly. */
export function decide(store: ClassStore, params: ParsedParams<'plan.decide'>): void {
  openPlan(store, params.planId);
  if ('restored' in params.target) {
    takeRestored(store, params.planId, params.target.restored);
    return;
  }
  const single = 'ordinals' in params.target && params.target.ordinals.length === 1;
  const ordinals =
    'ordinals' in params.target
      ? params.target.ordinals
      : planIndex(store, params.planId, params.target.filter, { by: 'plan', descending: false });
  if (params.include !== undefined) {
    addDraftOp(store, params.planId, {
      ordinals: existing(store, params.planId, ordinals),
      choice: null,
      include: params.include,
    });
    return;
  }
  const choice: Choice | null =
    params.choice === undefined || params.choice === null
      ? null
      : { choice: params.choice, ...(params.fields === undefined ? {} : { fields: params.fields }) };
  // Typed values may come out differently for rows of different tables.
  const fitting = new Map<string, { readonly choice: Choice | null; readonly ordinals: number[] }>();
  for (const ordinal of new Set(ordinals.map((place) => decidedFor(store, params.planId, place)))) {
    const fit = fitChoice(store, params.planId, ordinal, choice);
    if (fit.kind === 'fits') {
      const key = JSON.stringify(fit.choice);
      const same = fitting.get(key);
      if (same === undefined) fitting.set(key, { choice: fit.choice, ordinals: [ordinal] });
      else same.ordinals.push(ordinal);
    } else if (single) throw new AppError('resolve-invalid', { reason: fit.reason });
  }
  store.transaction(() => {
    for (const entry of fitting.values()) addDraftOp(store, params.planId, { ...entry, include: null });
  });
}

/** Takes the last choice of a draft back, or puts it in force again. */
export function stepChoice(store: ClassStore, planId: string, direction: 'undo' | 'redo'): void {
  openPlan(store, planId);
  stepDraft(store, planId, direction);
}

/** Puts the decisions of a file into the draft; every row must be in the plan and every choice must fit, else nothing is taken. */
export function takeResolveFile(store: ClassStore, planId: string, file: ResolveFile): void {
  if (file.planId !== planId) throw new AppError('resolve-invalid', { reason: 'other-plan', planId: file.planId });
  if (file.restored !== undefined && restoredRows(store, planId).length === 0)
    throw new AppError('resolve-invalid', { reason: 'not-restored' });
  const ops = (file.rows ?? []).map((row) => {
    const ordinal = placeOf(store, planId, row.table, row.key);
    if (ordinal === null) throw new AppError('resolve-invalid', { reason: 'not-in-plan', table: row.table });
    const choice: Choice = { choice: row.choice, ...(row.fields === undefined ? {} : { fields: row.fields }) };
    const decided = decidedFor(store, planId, ordinal);
    const fit = fitChoice(store, planId, decided, choice);
    if (fit.kind === 'misfit') throw new AppError('resolve-invalid', { reason: fit.reason, table: row.table });
    return { ordinal: decided, choice: fit.choice };
  });
  store.transaction(() => {
    // Rows that are named have the last word.
    if (file.restored !== undefined) takeRestored(store, planId, file.restored);
    for (const { ordinal, choice } of ops) addDraftOp(store, planId, { ordinals: [ordinal], choice, include: null });
  });
}

/** The key of a row by column, or, where one column is the key, its value. */
type RowKeyGiven = string | Readonly<Record<string, string>>;

/** Leaves rows out of the run, such as one the server refused; every row must be in the plan, else nothing is taken. Ticking them again takes it back. */
export function leaveOut(
  store: ClassStore,
  planId: string,
  rows: readonly { readonly table: string; readonly key: RowKeyGiven }[],
): void {
  openPlan(store, planId);
  const ordinals = rows.map(({ table, key }) => {
    const ordinal = placeOf(store, planId, table, key);
    if (ordinal === null) throw new AppError('resolve-invalid', { reason: 'not-in-plan', table });
    return ordinal;
  });
  if (ordinals.length > 0) addDraftOp(store, planId, { ordinals, choice: null, include: false });
}

/** Decides every row a server that was put back holds in an older state: this PC's goes there, or the server's is taken. */
function takeRestored(store: ClassStore, planId: string, decision: RestoredChoice): void {
  const rows = restoredRows(store, planId);
  if (rows.length === 0) throw new AppError('resolve-invalid', { reason: 'not-restored' });
  const choice: Choice = { choice: decision === 'send-newer' ? 'local' : 'server' };
  const ordinals = rows.filter((ordinal) => fitChoice(store, planId, ordinal, choice).kind === 'fits');
  addDraftOp(store, planId, { ordinals, choice, include: null });
}

/** Decides every conflict that is still open by one rule. `newer` takes only both-updated and both-added rows whose clocks can tell. */
export function takeRule(
  store: ClassStore,
  planId: string,
  rule: 'local' | 'server' | 'newer',
  decided: ReadonlyMap<number, Choice>,
): void {
  const chosen = new Map<'local' | 'server', number[]>([
    ['local', []],
    ['server', []],
  ]);
  for (const ordinal of planConflicts(store, planId)) {
    if (decided.has(ordinal)) continue;
    const row = planRow(store, planId, ordinal);
    if (row === null) continue;
    if (rule !== 'newer') {
      if (fitChoice(store, planId, ordinal, { choice: rule }).kind === 'fits') chosen.get(rule)?.push(ordinal);
    } else if (
      (row.conflict === 'both-updated' || row.conflict === 'both-added') &&
      row.newer !== undefined &&
      row.newer !== null
    )
      chosen.get(row.newer)?.push(ordinal);
  }
  store.transaction(() => {
    for (const [side, ordinals] of chosen)
      if (ordinals.length > 0) addDraftOp(store, planId, { ordinals, choice: { choice: side }, include: null });
  });
}

function openPlan(store: ClassStore, planId: string): void {
  const { state } = getPlan(store, planId);
  if (state === 'used') throw new AppError('plan-used', { planId });
  if (state !== 'open') throw new AppError('plan-stale', { planId });
}

function existing(store: ClassStore, planId: string, ordinals: readonly number[]): number[] {
  return ordinals.filter((ordinal) => planRow(store, planId, ordinal) !== null);
}

function placeOf(store: ClassStore, planId: string, tableName: string, given: RowKeyGiven): number | null {
  const table = store.catalog.tables.find((candidate) => candidate.name === tableName);
  const key = typeof given === 'string' ? { [table?.key[0] ?? '']: given } : given;
  if (table === undefined || Object.keys(key).length !== table.key.length) return null;
  const cells = table.key.map((column) => (Object.hasOwn(key, column) ? key[column] : undefined));
  return cells.every((cell) => cell !== undefined) ? ordinalOf(store, planId, tableName, JSON.stringify(cells)) : null;
}
