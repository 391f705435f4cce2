import { expect, it } from 'vitest';
import { conflictPlan } from '../../tests/support/conflict-plan.ts';
import { testClass } from '../../tests/support/test-class.ts';
import { decide, stepChoice } from './draft.ts';
import { readDraft } from './read-draft.ts';

const call = { signal: new AbortController().signal, progress: () => {} };

it('a draft is read in plan order, whatever was said first, taken back and said again (C3)', async () => {
  const store = testClass();
  conflictPlan(store, 'plan', 5);
  const say = async (ordinal: number, what: { readonly choice?: 'local' | 'server'; readonly include?: boolean }) =>
    await decide(store, { classId: '', planId: 'plan', target: { ordinals: [ordinal] }, ...what }, call);
  const said = (): unknown => {
    const { choices, unticked } = readDraft(store, 'plan');
    return { choices: [...choices].map(([ordinal, { choice }]) => [ordinal, choice]), unticked: [...unticked] };
  };
  for (const ordinal of [3, 0, 4]) {
    await say(ordinal, { choice: 'local' });
    await say(ordinal, { include: false });
    // Read after each: the next one is worked out from what was known.
    said();
  }
  const all = {
    choices: [
      [0, 'local'],
      [3, 'local'],
      [4, 'local'],
    ],
    unticked: [0, 3, 4],
  };
  expect(said()).toEqual(all);
  stepChoice(store, 'plan', 'undo');
  await say(1, { choice: 'server' });
  await say(2, { include: false });
  await say(4, { include: false });
  expect(said()).toEqual({
    choices: [
      [0, 'local'],
      [1, 'server'],
      [3, 'local'],
      [4, 'local'],
    ],
    unticked: [0, 2, 3, 4],
  });
});
