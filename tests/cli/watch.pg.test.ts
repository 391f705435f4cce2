import { beforeAll, expect, it } from 'vitest';
import { cleanUpAfterAll } from '../support/clean-up-after-all.ts';
import { serverFlags, sync, twoDevices } from './support/two-devices.ts';
import type { Pair } from './support/two-devices.ts';

const cleanUp = cleanUpAfterAll();
let pair: Pair;

beforeAll(async () => {
  pair = await twoDevices(cleanUp);
  const { a, b, database } = pair;
  await a.json(['class', 'create', '5B']);
  for (const name of ['Li W', 'Chen Yu']) await a.json(['student', 'add', name]);
  await a.json(['connection', 'add', 'school', ...serverFlags(database)]);
  await a.json(['connection', 'init', 'school', '--yes']);
  await sync(a);
  await b.json(['class', 'join', '5B', '--connection', 'school', ...serverFlags(database)]);
  await sync(b);
});

it('R5: watch carries out round after round what needs nobody, and ends with one document when it is told to', async () => {
  const { a, b } = pair;
  const [student] = (await a.json(['student', 'list'])).items;
  await a.json(['score', 'add', '--student', student?.id ?? '', '--delta', '3', '--text', 'Homework']);
  const ended = new AbortController();
  const watching = a.run(['watch', '--every', '60'], {
    signal: ended.signal,
    // The first round has been told: it sleeps until the next one.
    onStderr: (text) => {
      if (/server 1, to this device 0/.test(text)) ended.abort();
    },
  });
  const told = await watching;
  expect(told.json).toEqual({
    connection: 'school',
    outcome: 'ended',
    rounds: 1,
    runs: 1,
    counts: { up: { add: 1, update: 0, delete: 0 }, down: { add: 0, update: 0, delete: 0 } },
    conflicts: 0,
  });
  expect(told.code).toBe(0);
  await sync(b);
  expect((await b.json(['totals'])).items.map((item) => item['allTime'])).toContain(3);
});

it('R5: watch leaves a conflict and says so in its exit code', async () => {
  const { a, b } = pair;
  const [student] = (await a.json(['student', 'list'])).items;
  const id = student?.id ?? '';
  await a.json(['student', 'set', id, '--name', 'Li Wei']);
  await sync(a);
  await b.json(['student', 'set', id, '--name', 'Li Wen']);
  const ended = new AbortController();
  const told = await b.run(['watch'], {
    signal: ended.signal,
    onStderr: (text) => {
      if (/Nothing to carry out/.test(text)) ended.abort();
    },
  });
  expect(told.code).toBe(3);
  expect(told.json).toMatchObject({ outcome: 'ended', runs: 0, conflicts: 1 });
  await b.run(['sync', '--now', '--conflicts', 'server']);
});

it('R5: watch ends by itself where only a person can go on, with the code of what halted it', async () => {
  const { a, b, database } = pair;
  const fresh = await b.json(['class', 'create', '6A']);
  const inClass = ['--class', fresh.items[0]?.id ?? ''];
  await b.json([...inClass, 'connection', 'add', 'other', ...serverFlags(database)]);
  const first = await b.run([...inClass, 'watch']);
  expect(first.code).toBe(6);
  expect(first.json).toMatchObject({ outcome: 'halted', runs: 0, error: { code: 'first-sync-needed' } });

  const ids = (await a.json(['student', 'list'])).items.map((item) => item.id);
  for (const id of ids) await a.json(['student', 'delete', id]);
  await a.json(['sync', '--now', '--allow-mass-change']);
  const guarded = await b.run(['--class', '5B', 'watch']);
  expect(guarded.code).toBe(6);
  expect(guarded.json).toMatchObject({ outcome: 'halted', error: { code: 'guard-refused' } });
  expect((await b.json(['--class', '5B', 'student', 'list'])).items).toHaveLength(2);
});
