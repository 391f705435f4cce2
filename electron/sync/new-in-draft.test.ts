import { expect, it } from 'vitest';
import { conflictPlan } from '../../tests/support/conflict-plan.ts';
import { testClass } from '../../tests/support/test-class.ts';
import { draftOps, draftSteps } from '../store/sync/draft-store.ts';
import { decide, stepChoice, takeResolveFile, tickRows } from './draft.ts';

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
