import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openEngine } from '../../../electron/cli/open-engine.ts';
import { testDatabase } from '../../support/test-database.ts';
import type { TestDatabase } from '../../support/postgres.ts';
import { newDevice, ownFolder } from './run-tallybook.ts';
import type { CleanUp, Device, Item, Json, RowDocument, Told } from './run-tallybook.ts';

/** The members of a row of a plan that is no conflict, in their order. */
export const rowKeys = [
  'table',
  'key',
  'label',
  'kind',
  'direction',
  'fields',
  'times',
  'by',
  'recommended',
  'reason',
  'blockedBy',
];

/** Two devices and the database they share. */
export interface Pair {
  readonly database: TestDatabase;
  readonly a: Device;
  readonly b: Device;
}

/**
 * Two devices that know nothing of each other yet, and an empty database. B has an app open on its folder, to which its commands
 * talk; A too, unless it is `alone`: then every command starts an engine of its own.
 */
export async function twoDevices(cleanUp: CleanUp, { alone = false } = {}): Promise<Pair> {
  const database = await testDatabase();
  const env = { TALLYBOOK_PASSWORD: database.config.password };
  const a = await newDevice('Room 301 PC', { env, cleanUp });
  const b = await newDevice('Office PC', { env, cleanUp });
  for (const device of alone ? [b] : [a, b]) await ownFolder(device, cleanUp);
  return { database, a, b };
}

/** The options that lead to a test database; the password is in the environment. */
export function serverFlags({ config }: TestDatabase): readonly string[] {
  const { host, port, user, database } = config;
  return ['--url', `postgres://${user}@${host}:${port}/${database}`, '--tls', 'disable'];
}

/** A class of 40 students without points, uploaded by A and joined by B; both are the same. */
export async function sharedClass({ a, b, database }: Pair): Promise<void> {
  await a.json(['class', 'create', '5B']);
  const engine = await openEngine(a.folder);
  const [cls] = (await engine.client.call('class.list', {})).items;
  const names = Array.from({ length: 40 }, (_, index) => ({ name: `Student ${index + 1}` }));
  await engine.client.call('student.add', { classId: cls?.id ?? '', students: names });
  await engine.close();
  await a.json(['connection', 'add', 'school', ...serverFlags(database)]);
  await a.json(['connection', 'init', 'school', '--yes']);
  await sync(a);
  await b.json(['class', 'join', '5B', '--connection', 'school', ...serverFlags(database)]);
}

/** Syncs a device; everything must go through. */
export async function sync(device: Device): Promise<Json> {
  const told = await device.run(['sync', '--now']);
  expect({ code: told.code, outcome: told.json.outcome, left: told.json.left }, told.stdout + told.stderr).toEqual({
    code: 0,
    outcome: 'completed',
    left: [],
  });
  return told.json;
}

/** Lets both see what the other has. */
export async function settle({ a, b }: Pair): Promise<void> {
  for (const device of [a, b, a]) await sync(device);
}

/** Both devices hold the same students and totals, and neither has anything to send or to get. */
export async function expectSame({ a, b }: Pair): Promise<void> {
  const [here, there] = [await stateOf(a), await stateOf(b)];
  expect(there).toEqual(here);
  for (const device of [a, b]) expect((await device.json(['preview', '--rows'])).rows).toEqual([]);
}

async function stateOf(device: Device): Promise<unknown> {
  const lists = [
    ['student', 'list'],
    ['student', 'list', '--deleted'],
    ['totals'],
    ['group', 'list'],
    ['reason', 'list'],
  ];
  const state = [];
  for (const list of lists) state.push((await device.json(list)).items.toSorted((x, y) => (x.id < y.id ? -1 : 1)));
  return state;
}

/** The students of a device in the order of their ids, the same on both devices. */
export async function students(device: Device): Promise<readonly Item[]> {
  return (await device.json(['student', 'list'])).items.toSorted((x, y) => (x.id < y.id ? -1 : 1));
}

/** The student of that place in the order of ids. */
export async function studentAt(device: Device, place: number): Promise<Item> {
  const student = (await students(device))[place];
  if (student === undefined) throw new Error(`no student ${place}`);
  return student;
}

/** A student by id, deleted or not. */
export async function studentById(device: Device, id: string): Promise<Item | undefined> {
  const all = [
    ...(await device.json(['student', 'list'])).items,
    ...(await device.json(['student', 'list', '--deleted'])).items,
  ];
  return all.find((student) => student.id === id);
}

/** Gives points and answers the event. */
export async function award(device: Device, student: string, delta: number, text = 'Homework'): Promise<Item> {
  const { items } = await device.json(['score', 'add', '--student', student, '--delta', String(delta), '--text', text]);
  const [event] = items;
  if (event === undefined) throw new Error('score add printed no event');
  return event;
}

/** Carries a plan out with decisions from a file. */
export async function resolve(
  device: Device,
  planId: string,
  rows: readonly (Pick<RowDocument, 'table' | 'key'> & { readonly choice: string; readonly fields?: object })[],
): Promise<Told> {
  const file = join(device.folder, 'decisions.json');
  await writeFile(file, JSON.stringify({ planId, rows }));
  return await device.run(['sync', '--plan', planId, '--resolve', file]);
}
