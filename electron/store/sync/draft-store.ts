import type { Choice } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { namedStatement, rawStatement, statement } from '../statement.ts';
import { readStored } from '../read-stored.ts';

/** One choice for some rows of a plan. `choice` null takes a choice back; `include` ticks or unticks. */
export interface DraftOp {
  readonly seq: number;
  /** Choices of one batch were made at once: they are undone and redone as one. */
  readonly batch: number;
  readonly ordinals: readonly number[];
  readonly choice: Choice | null;
  readonly include: boolean | null;
  readonly undone: boolean;
}

/** A choice that is not in the draft yet. */
export type NewDraftOp = Pick<DraftOp, 'ordinals' | 'choice' | 'include'>;

/** How often each draft was written since the file was opened; the engine is the only one who writes any. */
const revisions = new WeakMap<ClassStore['db'], Map<string, number>>();

/** The largest number an entry of each draft had since the file was opened: one that was taken back is another one than what is said after it. */
const highest = new WeakMap<ClassStore['db'], Map<string, number>>();

/** A number that changes whenever the draft of a plan does. */
export function draftRevision(store: ClassStore, planId: string): number {
  return revisions.get(store.db)?.get(planId) ?? 0;
}

function noteWrite(store: ClassStore, planId: string): void {
  const ofFile = revisions.get(store.db) ?? new Map<string, number>();
  revisions.set(store.db, ofFile.set(planId, draftRevision(store, planId) + 1));
}

/** The draft of a plan, oldest choice first; `after`: only the entries with higher numbers. */
export function draftOps(store: ClassStore, planId: string, after = -1): readonly DraftOp[] {
  return (
    statement(
      store.db,
      'SELECT seq, batch, ordinals, choice, include, undone FROM draft_op WHERE plan_id = ? AND seq > ? ORDER BY seq',
    ).all(planId, BigInt(after)) as {
      seq: number | bigint;
      batch: number | bigint;
      ordinals: string;
      choice: string | null;
      include: number | bigint | null;
      undone: number | bigint;
    }[]
  ).map((raw) => ({
    seq: Number(raw.seq),
    batch: Number(raw.batch),
    ordinals: readStored(raw.ordinals) as number[],
    choice: raw.choice === null ? null : (readStored(raw.choice) as Choice),
    include: raw.include === null ? null : Number(raw.include) === 1,
    undone: Number(raw.undone) === 1,
  }));
}

/**
 * The numbers of the entries in force, oldest first. As long as the file is open no number is given twice, and only the last entries are taken back: what was said up
 * to one of these is the same whenever it is one of them.
 */
export function draftNumbers(store: ClassStore, planId: string): readonly number[] {
  const sql = 'SELECT seq FROM draft_op WHERE plan_id = ? AND undone = 0 ORDER BY seq';
  return (rawStatement(store.db, sql).all(planId) as [number][]).map(([seq]) => seq);
}

/** Whether anything of a draft can be taken back, or put in force again, and which entry would be taken back (0: none). */
export function draftSteps(
  store: ClassStore,
  planId: string,
): { readonly canUndo: boolean; readonly canRedo: boolean; readonly lastEntry: number } {
  const sql = 'SELECT DISTINCT undone FROM draft_op WHERE plan_id = ?';
  const states = (statement(store.db, sql).all(planId) as { undone: number }[]).map(({ undone }) => undone);
  return { canUndo: states.includes(0), canRedo: states.includes(1), lastEntry: draftEnd(store, planId) };
}

/** Adds choices made at once to the draft, as one entry; choices that were undone before it are gone for good. Nothing is no entry. `since`: rows that entries after it speak about are left out. */
export function addDraftOps(store: ClassStore, planId: string, ops: readonly NewDraftOp[], since?: number): void {
  store.transaction(() => {
    const spoken = since === undefined ? new Set<number>() : namedSince(store, planId, since);
    const said = ops
      .map((op) => ({ ...op, ordinals: op.ordinals.filter((ordinal) => !spoken.has(ordinal)) }))
      .filter(({ ordinals }) => ordinals.length > 0);
    if (said.length === 0) return;
    noteWrite(store, planId);
    // Before those that were undone are gone: their numbers are not given again.
    const seq = nextNumbers(store, planId, said.length);
    statement(store.db, 'DELETE FROM draft_op WHERE plan_id = ? AND undone = 1').run(planId);
    const insert = statement(
      store.db,
      'INSERT INTO draft_op (plan_id, seq, batch, ordinals, choice, include) VALUES (?, ?, ?, ?, ?, ?)',
    );
    for (const [index, { ordinals, choice, include }] of said.entries())
      insert.run(
        planId,
        BigInt(seq + index),
        BigInt(seq),
        JSON.stringify(ordinals),
        choice === null ? null : JSON.stringify(choice),
        include === null ? null : include ? 1n : 0n,
      );
  });
}

/** The first of so many numbers for new entries. */
function nextNumbers(store: ClassStore, planId: string, count: number): number {
  const found = statement(store.db, 'SELECT coalesce(max(seq), 0) AS seq FROM draft_op WHERE plan_id = ?').get(planId);
  const ofFile = highest.get(store.db) ?? new Map<string, number>();
  const first = Math.max((found as { readonly seq: number }).seq, ofFile.get(planId) ?? 0) + 1;
  highest.set(store.db, ofFile.set(planId, first + count - 1));
  return first;
}

/** Begins the draft of a plan anew. */
export function clearDraft(store: ClassStore, planId: string): void {
  noteWrite(store, planId);
  statement(store.db, 'DELETE FROM draft_op WHERE plan_id = ?').run(planId);
}

/** The number of the last entry of a draft, to tell later ones by. */
export function draftEnd(store: ClassStore, planId: string): number {
  const sql = 'SELECT coalesce(max(seq), 0) AS seq FROM draft_op WHERE plan_id = ? AND undone = 0';
  return (statement(store.db, sql).get(planId) as { readonly seq: number }).seq;
}

function namedSince(store: ClassStore, planId: string, since: number): ReadonlySet<number> {
  const sql =
    'SELECT DISTINCT j.value AS ordinal FROM draft_op AS d, json_each(d.ordinals) AS j WHERE d.plan_id = ? AND d.undone = 0 AND d.seq > ?';
  const found = statement(store.db, sql).all(planId, BigInt(since)) as { readonly ordinal: number }[];
  return new Set(found.map(({ ordinal }) => ordinal));
}

/** Adds one choice to the draft. */
export function addDraftOp(store: ClassStore, planId: string, op: NewDraftOp): void {
  addDraftOps(store, planId, [op]);
}

/** Takes the last entry back, or, with `redo`, the last one taken back; false when there is none. */
export function stepDraft(store: ClassStore, planId: string, direction: 'undo' | 'redo'): boolean {
  const sql =
    direction === 'undo'
      ? 'UPDATE draft_op SET undone = 1 WHERE plan_id = @planId AND batch = (SELECT max(batch) FROM draft_op WHERE plan_id = @planId AND undone = 0)'
      : 'UPDATE draft_op SET undone = 0 WHERE plan_id = @planId AND batch = (SELECT min(batch) FROM draft_op WHERE plan_id = @planId AND undone = 1)';
  noteWrite(store, planId);
  return namedStatement(store.db, sql).run({ planId }).changes > 0;
}
