import { expect, it } from 'vitest';
import { classWithPlan, plannedRows, stagedRun, studentCells } from '../../../tests/support/staged-run.ts';
import type { ClassStore } from '../class-store.ts';
import { clearStaged } from './outbox-store.ts';
import { settlePlain } from './settle-plain.ts';
import { isUnsettled, settleNow, settleTrees } from './settle-trees.ts';
import { openTrees } from './trees.ts';

const now = '2026-11-20T09:00:00.000Z';

/** Edits rows at both ends of the list and in the middle, of those that were sent and of those that came; answers their places. */
function edit(store: ClassStore): readonly number[] {
  const renamed = [0, 1, 350, 351, plannedRows - 2];
  store.transaction(() => {
    for (const place of renamed) store.db.prepare(`UPDATE student SET name = 'Chen' WHERE id = ?`).run(String(place));
    store.db.prepare('DELETE FROM student WHERE id = ?').run(String(plannedRows - 1));
  });
  return [...renamed, plannedRows - 1];
}

it.each([
  { when: 'before anything of it is', steps: 0, ends: 'goes on' },
  { when: 'when part of it is', steps: 2, ends: 'goes on' },
  { when: 'when part of it is, and the app is stopped then', steps: 2, ends: 'is opened again' },
  { when: 'when all of it is', steps: 3, ends: 'goes on' },
])(
  'what is changed here while a run is being settled, $when, stays a change of this PC, and nothing else is',
  ({ steps, ends }) => {
    const store = classWithPlan();
    const staging = stagedRun(store, 'run');
    const trees = openTrees(store, 'peer');
    expect(trees.dirtyCount()).toBe(plannedRows / 2);
    store.transaction(() => settlePlain(store, staging, now));
    expect(isUnsettled(store)).toBe(true);
    // The rows of a run that is being settled are needed until it is.
    for (const _ of clearStaged(store));
    const settling = settleTrees(store);
    for (let step = 0; step < steps; step += 1) store.transaction(() => settling.next());
    const edited = edit(store);
    if (ends === 'goes on') store.transaction(() => Array.from(settling));
    else settleNow(store);
    expect(isUnsettled(store)).toBe(false);
    for (let place = 0; place < plannedRows; place += 1) {
      const key = { table: 'student', pk: `["${place}"]` };
      expect(trees.base(key)).toEqual({ row: studentCells(place), at: now });
      expect(trees.remote(key)).toBeUndefined();
      expect(trees.dirty(key) !== undefined).toBe(edited.includes(place));
    }
    expect(trees.dirtyCount()).toBe(edited.length);
  },
);
