import { expect, it } from 'vitest';
import type { RunRecord } from '../store/sync/run-store.ts';
import { longestHold } from '../../tests/support/longest-hold.ts';
import { testClass } from '../../tests/support/test-class.ts';
import type { ClassStore } from '../store/class-store.ts';
import { addRunRows, noCounts, putRun } from '../store/sync/run-store.ts';
import { runIndex } from './run-index.ts';
import { runDetails } from './run-view.ts';

/** A moment nobody notices, with room for a slow machine. */
const unnoticedMs = 150;
const { signal } = new AbortController();
const inItsOrder = { by: 'plan', descending: false } as const;
const rows = 3_500;
/** The place of a row: not without gaps, as a run leaves them. */
const placeOf = (row: number): number => row * 2 ** 21 + 1;

const run: RunRecord = {
  id: 'run',
  connectionId: 'connection',
  connectionName: 'school',
  peerId: 'peer',
  planId: 'plan',
  mode: 'sync',
  device: 'Room 301',
  startedAt: '2026-11-20T08:00:00.000Z',
  durationMs: 1,
  outcome: 'completed',
  counts: noCounts,
  error: null,
  left: [],
  purpose: 'sync',
  undoes: null,
  automatic: false,
};

/** A run of some thousand rows, each with a name nobody has worked out yet; one near its end was decided. */
function longRun(names: string): ClassStore {
  const store = testClass();
  store.transaction(() => {
    putRun(store, run);
    addRunRows(
      store,
      'run',
      Array.from({ length: rows }, (_none, row) => ({
        seq: placeOf(row),
        row: {
          table: 'student',
          pk: `["${row}"]`,
          label: `${names} · 课堂表现 ${rows - row}`,
          side: 'up',
          op: 'add',
          before: null,
          after: { id: String(row) },
          choice: row === rows - 2 ? 'local' : null,
          trees: null,
          known: null,
        },
      })),
    );
  });
  return store;
}

it('a long run is searched and ordered by name with others let in all the time', async () => {
  const store = longRun('王小明');
  const searched = await longestHold(async () => {
    const { places } = await runIndex(store, 'run', { search: 'wxm' }, inItsOrder, signal);
    expect(places).toHaveLength(rows);
  });
  expect(searched.longestMs).toBeLessThan(unnoticedMs);
  const others = longRun('李小红');
  const ordered = await longestHold(async () => {
    const { places } = await runIndex(others, 'run', {}, { by: 'record', descending: false }, signal);
    expect([places[0], places.at(-1)]).toEqual([placeOf(rows - 1), placeOf(0)]);
  });
  expect(ordered.longestMs).toBeLessThan(unnoticedMs);
});

it('what a filter keeps is found, and what was written counted, in whatever part of a long run it stands', async () => {
  const store = longRun('陈雨');
  const one = [placeOf(rows - 2)];
  expect((await runIndex(store, 'run', { decided: true }, inItsOrder, signal)).places).toEqual(one);
  const byName = { by: 'record', descending: true } as const;
  expect((await runIndex(store, 'run', { decided: true, search: 'CY' }, byName, signal)).places).toEqual(one);
  expect(await runIndex(store, 'run', { search: 'nobody' }, byName, signal)).toEqual({ places: [], total: 0 });
  expect((await runIndex(store, 'run', { decided: false }, inItsOrder, signal)).total).toBe(rows - 1);
  expect((await runDetails(store, 'run', signal)).summary).toEqual([
    { table: 'student', kind: 'add', direction: 'up', count: rows },
  ]);
});
