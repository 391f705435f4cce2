import { expect, it } from 'vitest';
import { testClass } from '../../../tests/support/test-class.ts';
import {
  noteVersions,
  placeOf,
  setProved,
  stageDecided,
  stagedEffects,
  stagedKeys,
  type Staging,
} from './outbox-store.ts';

it('what an earlier attempt of a run found on the server already is forgotten by the next one', () => {
  const store = testClass();
  const staging: Staging = { runId: 'run', planId: 'plan', peerId: 'peer' };
  for (const ord of [0, 1, 2])
    stageDecided(store, staging, 'up', ord, {
      table: 'student',
      pk: `["${ord}"]`,
      up: true,
      down: false,
      trees: { base: null, local: { name: 'Li' }, server: null },
      result: { name: 'Li' },
      serverVer: null,
      label: 'Li',
      choice: null,
    });
  const noted = () => [...stagedEffects(store, staging)].map(({ there, ver }) => ({ there, ver }));
  // First attempt: the middle row is there, the others are written. The COMMIT fails for a reason that is not about rows.
  noteVersions(store, 'run', [
    { ord: 0, ver: '7' },
    { ord: 2, ver: '7' },
  ]);
  setProved(store, 'run', [1]);
  expect(noted()).toEqual([
    { there: false, ver: '7' },
    { there: true, ver: null },
    { there: false, ver: '7' },
  ]);
  // Second attempt: the middle row is gone and is written, the last one is there by now.
  noteVersions(store, 'run', [
    { ord: 0, ver: '8' },
    { ord: 1, ver: '8' },
  ]);
  setProved(store, 'run', [2]);
  expect(noted()).toEqual([
    { there: false, ver: '8' },
    { there: false, ver: '8' },
    { there: true, ver: null },
  ]);
});

it('of every table of a run some rows are looked at again, spread over them, and all where they are few', () => {
  const store = testClass();
  const staging: Staging = { runId: 'run', planId: 'plan', peerId: 'peer' };
  const add = (table: string, place: number): void =>
    stageDecided(store, staging, 'up', placeOf(place, 0), {
      table,
      pk: `["${place}"]`,
      up: true,
      down: false,
      trees: { base: null, local: { name: 'Li' }, server: null },
      result: { name: 'Li' },
      serverVer: null,
      label: 'Li',
      choice: null,
    });
  store.transaction(() => {
    for (let place = 0; place < 5_000; place += 1) {
      if (place === 2_345) add('reward', place);
      else if (place % 100 === 7) add('reason', place);
      else add('student', place);
    }
  });
  const looked = Map.groupBy([...stagedKeys(store, 'run', 100)].flat(), ({ table }) => table);
  expect(looked.get('reward')).toEqual([{ table: 'reward', pk: '["2345"]' }]);
  expect(looked.get('reason')).toHaveLength(50);
  const students = (looked.get('student') ?? []).map(({ pk }) => Number((JSON.parse(pk) as string[])[0]));
  expect(students).toHaveLength(100);
  const gaps = students.slice(1).map((place, index) => place - (students[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(60);
  expect(Math.max(...students)).toBeGreaterThan(4_900);
});
