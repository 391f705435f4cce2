import { expect, it } from 'vitest';
import { conflictPlan } from '../../tests/support/conflict-plan.ts';
import { testClass } from '../../tests/support/test-class.ts';
import { addDraftOps, draftOps, draftSteps } from '../store/sync/draft-store.ts';
import { decide, stepChoice, takeResolveFile, tickRows } from './draft.ts';
import { heldDrafts, readDraft } from './read-draft.ts';

const call = { signal: new AbortController().signal, progress: () => {} };

it('what a row has already is no step to undo, and ends nothing that can be put in force again', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 4);
  const say = async (
    what: { readonly rule?: 'later' | 'reset' | 'both' | 'server'; readonly include?: boolean },
    ordinals: number[],
  ) => await decide(store, { classId: '', planId: 'plan', target: { ordinals }, ...what }, call);
  const steps = (): number => new Set(draftOps(store, 'plan').map(({ batch }) => batch)).size;
  // Nothing was said of it that could be taken back.
  await say({ rule: 'reset' }, [0]);
  expect(steps()).toBe(0);
  await say({ rule: 'later' }, [0]);
  await say({ rule: 'later' }, [0]);
  expect(steps()).toBe(1);
  // Of several only those it is new for.
  await say({ rule: 'later' }, [0, 1]);
  expect(draftOps(store, 'plan').map(({ ordinals }) => ordinals)).toEqual([[0], [1]]);
  await say({ include: true }, [2]);
  expect(steps()).toBe(2);
  // The record it makes is the same one, however often it is said.
  await say({ rule: 'both' }, [3]);
  const made = draftOps(store, 'plan').at(-1)?.choice;
  await say({ rule: 'both' }, [3]);
  expect(draftOps(store, 'plan').at(-1)?.choice).toEqual(made);
  expect(steps()).toBe(3);
  stepChoice(store, 'plan', 'undo');
  expect(draftSteps(store, 'plan')).toMatchObject({ canUndo: true, canRedo: true });
  await say({ rule: 'later' }, [1]);
  expect(draftSteps(store, 'plan')).toMatchObject({ canUndo: true, canRedo: true });
  await say({ rule: 'server' }, [1]);
  expect(draftSteps(store, 'plan')).toMatchObject({ canUndo: true, canRedo: false });
});

it('what a file or the command line says of a row that has it already is no step either', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 3);
  const rowOf = (ordinal: number) => ({
    table: 'student',
    key: { id: `00000000-0000-7000-8000-00000000000${ordinal}` },
  });
  const file = { planId: 'plan', rows: [{ ...rowOf(0), choice: 'server' as const }] };
  await takeResolveFile(store, 'plan', file, call.signal);
  tickRows(store, 'plan', [rowOf(1)], false);
  tickRows(store, 'plan', [rowOf(2)], false);
  stepChoice(store, 'plan', 'undo');
  const before = draftOps(store, 'plan');
  await takeResolveFile(store, 'plan', file, call.signal);
  tickRows(store, 'plan', [rowOf(1)], false);
  tickRows(store, 'plan', [rowOf(0)], true);
  expect(draftOps(store, 'plan')).toEqual(before);
  expect(draftSteps(store, 'plan')).toMatchObject({ canUndo: true, canRedo: true });
});

it('what is said of an erasure made here, which nobody leaves out, is no step to undo', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 1, { erases: true });
  const say = async (include: boolean) =>
    await decide(store, { classId: '', planId: 'plan', target: { ordinals: [1] }, include }, call);
  await say(false);
  await say(false);
  await decide(store, { classId: '', planId: 'plan', target: { ordinals: [1] }, rule: 'later' }, call);
  expect(draftOps(store, 'plan')).toEqual([]);
  expect(draftSteps(store, 'plan')).toMatchObject({ canUndo: false });
});

it('a draft nobody has said anything in is not held, and of long ones no more than the last and fifty thousand rows', () => {
  const store = testClass();
  conflictPlan(store, 'plan', 1);
  for (let time = 0; time < 3; time += 1) expect(readDraft(store, 'plan').choices.size).toBe(0);
  expect(heldDrafts(store)).toEqual({ drafts: 0, rows: 0 });
  const some = (from: number, count: number) => Array.from({ length: count }, (_none, index) => from + index);
  const put = (ordinals: number[]): void => {
    addDraftOps(store, 'plan', [{ ordinals, choice: null, include: false }]);
    readDraft(store, 'plan');
  };
  put(some(0, 10));
  put(some(10, 10));
  expect(heldDrafts(store)).toEqual({ drafts: 2, rows: 30 });
  put(some(20, 40_000));
  put(some(40_020, 10));
  // The one before the last is about 40,020 rows, and the two before it fit beside it.
  expect(heldDrafts(store)).toEqual({ drafts: 4, rows: 10 + 20 + 40_020 + 40_030 });
  put(some(40_030, 10));
  expect(heldDrafts(store)).toEqual({ drafts: 2, rows: 40_030 + 40_040 });
});
