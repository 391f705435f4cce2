import { expect, it } from 'vitest';
import { testClass } from '../../../tests/support/test-class.ts';
import { noteVersions, setProved, stageDecided, stagedEffects, type Staging } from './outbox-store.ts';

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
