import { expect, it } from 'vitest';
import { pick, randomOf, type Random } from '../../tests/simulation/random.ts';
import { conflictPlan } from '../../tests/support/conflict-plan.ts';
import { testClass } from '../../tests/support/test-class.ts';
import type { Choice } from '../../shared/sync/plan.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addDraftOp, draftNumbers } from '../store/sync/draft-store.ts';
import { addPlanLinks } from '../store/sync/plan-links.ts';
import { setPlanState } from '../store/sync/plan-store.ts';
import { decide, stepChoice } from './draft.ts';
import { planIndex, planTally } from './plan-index.ts';
import { planList, planRowItems, planSummaryOf } from './plan-view.ts';

const { signal } = new AbortController();
const call = { signal, progress: () => {} };
const rows = 520;

/** What is said of some rows: what to keep, or whether they take part. */
interface Saying {
  readonly ordinals: readonly number[];
  readonly said: 'local' | 'server' | 'skip' | boolean;
}

/** A long list in which rows have to do with others, read in several parts. */
function list(): ClassStore {
  const store = testClass();
  conflictPlan(store, 'plan', rows);
  const next = randomOf(7);
  addPlanLinks(
    store,
    'plan',
    Array.from({ length: 300 }, () => ({ needs: next(rows), ordinal: next(rows) })),
  );
  return store;
}

/** All a page shows of a list, but which steps can be taken, and of which class it is. */
async function shown(store: ClassStore): Promise<unknown> {
  const {
    canUndo: _undo,
    canRedo: _redo,
    lastEntry: _last,
    classId: _class,
    ...summary
  } = await planSummaryOf(store, 'plan', signal);
  return {
    summary,
    tally: await planTally(store, 'plan', {}, signal),
    found: await planTally(store, 'plan', { kinds: ['conflict'], unresolved: false }, signal),
    open: await planIndex(store, 'plan', { unresolved: true }, { by: 'plan', descending: false }, signal),
    rows: await planRowItems(store, 'plan', [...Array(rows).keys()], signal),
  };
}

/** The same list, with what was said last about each row said of it alone. */
async function oneByOne(steps: readonly Saying[]): Promise<unknown> {
  const store = list();
  const choices = new Map<number, Choice>();
  const ticks = new Map<number, boolean>();
  for (const { ordinals, said } of steps)
    for (const ordinal of ordinals)
      if (typeof said === 'boolean') ticks.set(ordinal, said);
      else choices.set(ordinal, { choice: said });
  store.transaction(() => {
    for (const [ordinal, choice] of choices) addDraftOp(store, 'plan', { ordinals: [ordinal], choice, include: null });
    for (const [ordinal, include] of ticks) addDraftOp(store, 'plan', { ordinals: [ordinal], choice: null, include });
  });
  return await shown(store);
}

function saying(next: Random): Saying {
  const said = pick(next, ['local', 'server', 'skip', true, false] as const) ?? 'local';
  const from = next(rows);
  const ordinals = Array.from({ length: 1 + next(rows - from) }, (_none, step) => from + step);
  return { ordinals: next(3) === 0 ? [...Array(rows).keys()] : ordinals, said };
}

it.each([1, 2])(
  'what is said of many rows at once, taken back and put in force again, is what is said of each of them alone (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const next = randomOf(seed);
    const store = list();
    const untouched = await shown(store);
    const [done, undone]: [Saying[], Saying[]] = [[], []];
    for (let step = 0; step < 10; step += 1) {
      const move = next(5);
      const [from, to] = move === 0 ? [done, undone] : [undone, done];
      const moved = move < 2 ? from.pop() : undefined;
      if (moved !== undefined) {
        stepChoice(store, 'plan', move === 0 ? 'undo' : 'redo');
        to.push(moved);
      } else {
        const one = saying(next);
        const { ordinals, said } = one;
        const target = { ordinals: [...ordinals] };
        const params = typeof said === 'boolean' ? { include: said } : { choice: said };
        const before = draftNumbers(store, 'plan').at(-1);
        await decide(store, { classId: '', planId: 'plan', target, ...params }, call);
        // What all of the rows have already is no step.
        if (draftNumbers(store, 'plan').at(-1) !== before) {
          done.push(one);
          undone.length = 0;
        }
      }
      // Not after each: then several are worked out from one answer.
      if (next(2) === 0) expect(await shown(store)).toEqual(await oneByOne(done));
    }
    expect(await shown(store)).toEqual(await oneByOne(done));
    while (done.pop() !== undefined) stepChoice(store, 'plan', 'undo');
    expect(await shown(store)).toEqual(untouched);
  },
);

it('a list that becomes outdated while open ones are looked for is none of them', async () => {
  const store = list();
  const found = planList(store, { state: 'open' }, signal);
  setPlanState(store, 'plan', 'stale');
  expect(await found).toEqual([]);
});
