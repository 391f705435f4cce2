import { expect, test } from 'vitest';
import { chosenInLine } from './choice-words.ts';
import { heldEngine, planOf, rowOf } from './held-engine.ts';
import { decideRow } from './list-decisions.ts';
import { previewOf } from './preview-store.ts';

test("keyboard: B keeps both of two that claim one number, this PC's without it", async () => {
  const engine = heldEngine('class of claims');
  const store = previewOf('class of claims', 'connection of claims');
  const shown = store.compare();
  (await engine.next('sync.preview')).answer(planOf('claims', { undecided: 1 }));
  await shown;
  const opened: unknown[] = [];
  const row = rowOf(3, { kind: 'conflict', conflict: 'same-identity' });
  decideRow(row, 'both', { store, open: (_row, _focus, hint) => void opened.push(hint), openMenu: () => undefined });
  expect(opened).toEqual([]);
  const { params } = await engine.next('plan.decide');
  expect(params).toMatchObject({ planId: 'claims', target: { ordinals: [3] }, choice: 'server' });
  expect(chosenInLine({ conflict: 'same-identity', choice: 'server' })).toBe('both');
  expect(chosenInLine({ conflict: 'both-updated', choice: 'server' })).toBe('server');
});
