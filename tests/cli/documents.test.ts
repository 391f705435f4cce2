import { beforeAll, describe, expect, it } from 'vitest';
import { cleanUpAfterAll } from '../support/clean-up-after-all.ts';
import { newDevice, ownFolder } from './support/run-tallybook.ts';
import type { Device } from './support/run-tallybook.ts';

const keys = {
  class: ['id', 'name', 'students', 'archived'],
  student: ['id', 'name', 'number', 'group', 'tags', 'note', 'deleted', 'current'],
  group: ['id', 'name', 'color', 'sort', 'students'],
  reason: ['id', 'text', 'delta', 'category', 'builtIn'],
  event: ['id', 'studentId', 'reasonId', 'text', 'delta', 'note', 'at', 'by', 'device', 'voided'],
  total: ['id', 'name', 'number', 'current', 'allTime'],
  settlement: ['id', 'name', 'at', 'by', 'device', 'events', 'reopened'],
  connection: 'id name host port database user tls mode status lastRunAt error pending'.split(' '),
} as const;

const cleanUp = cleanUpAfterAll();

describe('the JSON documents', () => {
  let device: Device;

  beforeAll(async () => {
    device = await newDevice('Room 301 PC', { cleanUp });
    await ownFolder(device, cleanUp);
    await device.json(['class', 'create', '5B']);
  });

  const add = async (name: string, ...more: readonly string[]) => {
    const { items } = await device.json(['student', 'add', name, ...more]);
    const [student] = items;
    if (student === undefined) throw new Error('student add printed nothing');
    return student;
  };

  it('name a class by exactly the documented keys, archive it and take it back', async () => {
    const { items } = await device.json(['class', 'create', '6C']);
    expect(items.map((item) => Object.keys(item))).toEqual([[...keys.class]]);
    expect(items[0]).toMatchObject({ name: '6C', students: 0, archived: false });
    expect((await device.json(['class', 'archive', '6C'])).items[0]).toMatchObject({ archived: true });
    expect((await device.json(['class', 'list'])).items.map(({ name, archived }) => [name, archived])).toEqual([
      ['5B', false],
      ['6C', true],
    ]);
    expect((await device.json(['class', 'archive', '6C', '--undo'])).items[0]).toMatchObject({ archived: false });
    expect((await device.json(['class', 'archive', '6C'])).items[0]).toMatchObject({ archived: true });
  });

  it('make a sample class of 45 students with believable points', async () => {
    const sample = await device.json(['class', 'create', 'Sample', '--sample']);
    expect(sample.items[0]).toMatchObject({ students: 45 });
    const name = String(sample.items[0]?.name);
    const totals = await device.json(['totals', '--class', name]);
    expect(totals.items).toHaveLength(45);
    expect(totals.items.map((item) => Object.keys(item))[0]).toEqual([...keys.total]);
    await device.json(['class', 'archive', name]);
  });

  it('close a round by exactly the documented keys, say when nothing is open, and take it back', async () => {
    await device.json(['class', 'create', '7A']);
    const inClass = ['--class', '7A'];
    expect(await device.json(['settle', ...inClass])).toEqual({ items: [] });
    const { items: students } = await device.json(['student', 'add', 'Li Wei', ...inClass]);
    const id = String(students[0]?.id);
    await device.json(['score', 'add', '--student', id, '--delta', '3', '--text', 'Helped', ...inClass]);
    const { items: closed } = await device.json(['settle', '--name', 'Autumn', ...inClass]);
    expect(closed.map((item) => Object.keys(item))).toEqual([[...keys.settlement]]);
    expect(closed[0]).toMatchObject({ name: 'Autumn', events: 1, reopened: false });
    expect((await device.json(['totals', ...inClass])).items[0]).toMatchObject({ current: 0, allTime: 3 });
    await device.json(['settlement', 'reopen', String(closed[0]?.id), ...inClass]);
    expect((await device.json(['settlement', 'list', ...inClass])).items[0]).toMatchObject({
      events: 0,
      reopened: true,
    });
    expect((await device.json(['totals', ...inClass])).items[0]).toMatchObject({ current: 3, allTime: 3 });
    await device.json(['class', 'archive', '7A']);
  });

  it('name a student by exactly the documented keys, with the name of the group', async () => {
    const made = await add(
      'Li Wei',
      '--number',
      '12',
      '--group',
      'Blue',
      '--tag',
      'choir',
      '--tag',
      'chess',
      '--note',
      'sits in front',
    );
    expect(Object.keys(made)).toEqual([...keys.student]);
    expect(made).toMatchObject({
      name: 'Li Wei',
      number: '12',
      group: 'Blue',
      note: 'sits in front',
      deleted: false,
      current: 0,
    });
    expect(made['tags']).toEqual(expect.arrayContaining(['choir', 'chess']));
    const changed = await device.json([
      'student',
      'set',
      made.id,
      '--name',
      'Li Wen',
      '--group',
      '',
      '--number=',
      '--note',
      '',
      '--untag',
      'chess',
      '--tag',
      'band',
    ]);
    expect(changed.items).toEqual([
      { ...made, name: 'Li Wen', group: null, number: null, note: null, tags: expect.anything() as unknown },
    ]);
    expect(changed.items[0]?.['tags']).toEqual(expect.arrayContaining(['choir', 'band']));
    expect(changed.items[0]?.['tags']).toHaveLength(2);
  });

  it('list a deleted student only with --deleted, points and all, until it is restored', async () => {
    const { id } = await add('Chen Yu', '--number', '31');
    await device.json(['score', 'add', '--student', id, '--delta', '4', '--text', 'Homework']);
    expect((await device.json(['student', 'delete', id])).items[0]).toMatchObject({ id, deleted: true });
    const ids = async (...flags: readonly string[]) =>
      (await device.json(['student', 'list', ...flags])).items.map((item) => item.id);
    expect(await ids()).not.toContain(id);
    expect(await ids('--deleted')).toEqual([id]);
    await add('Zhou Min', '--number', '31');
    const taken = await device.run(['student', 'restore', id]);
    expect([taken.code, taken.json.error.code]).toEqual([9, 'number-taken']);
    const back = await device.json(['student', 'restore', id, '--number', '']);
    expect(back.items[0]).toMatchObject({ id, number: null, deleted: false, current: 4 });
    expect(await ids()).toContain(id);
  });

  it('name a group and a reason, and what deleting them leaves', async () => {
    const { items: groups } = await device.json(['group', 'add', 'Red', '--color', '#aa0000']);
    expect(Object.keys(groups[0] ?? {})).toEqual([...keys.group]);
    const group = String(groups[0]?.id);
    expect((await device.json(['group', 'set', group, '--name', 'Rot', '--sort', '3'])).items[0]).toMatchObject({
      name: 'Rot',
      sort: 3,
      color: '#aa0000',
    });
    expect((await device.json(['group', 'delete', group])).items[0]).toMatchObject({ id: group });
    expect((await device.json(['group', 'list'])).items.map((item) => item.id)).not.toContain(group);

    const { items: reasons } = await device.json(['reason', 'add', 'Helped', '--delta', '2', '--category', 'Conduct']);
    expect(Object.keys(reasons[0] ?? {})).toEqual([...keys.reason]);
    const reason = String(reasons[0]?.id);
    expect(reasons[0]).toMatchObject({ text: 'Helped', delta: 2, category: 'Conduct', builtIn: false });
    expect((await device.json(['reason', 'set', reason, '--delta', '-3', '--category', ''])).items[0]).toMatchObject({
      delta: -3,
      category: null,
    });
    const { id } = await add('Wang Fang');
    const event = (await device.json(['score', 'add', '--student', id, '--reason', reason])).items[0];
    expect(event).toMatchObject({ reasonId: reason, text: 'Helped', delta: -3 });
    await device.json(['reason', 'delete', reason]);
    expect((await device.json(['reason', 'list'])).items.map((item) => item.id)).not.toContain(reason);
    expect((await device.json(['score', 'list', '--student', id])).items[0]).toEqual(event);
  });

  it('print one event per student, and an undone one stays undone', async () => {
    const [one, two] = [await add('Sun Li'), await add('Gao Qi')];
    const { items } = await device.json([
      'score',
      'add',
      '--student',
      one.id,
      '--student',
      two.id,
      '--delta',
      '+5',
      '--text',
      'Homework',
      '--note',
      'page 12',
    ]);
    expect(items.map((item) => Object.keys(item))).toEqual([[...keys.event], [...keys.event]]);
    expect(items.map((item) => item['studentId'])).toEqual([one.id, two.id]);
    expect(items[0]).toMatchObject({
      reasonId: null,
      text: 'Homework',
      delta: 5,
      note: 'page 12',
      by: null,
      device: 'Room 301 PC',
      voided: false,
    });
    expect(items[0]?.['at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const event = String(items[0]?.id);
    expect((await device.json(['score', 'void', event])).items).toEqual([{ ...items[0], voided: true }]);
    const again = await device.run(['score', 'void', event]);
    expect([again.code, again.json.error.code]).toEqual([9, 'event-already-void']);
    const total = async (id: string) => (await device.json(['totals'])).items.find((item) => item.id === id);
    expect(await total(one.id)).toMatchObject({ current: 0, allTime: 0 });
    expect(await total(two.id)).toMatchObject({ current: 5, allTime: 5 });
    expect((await device.json(['score', 'list', '--voided'])).items.map((item) => item.id)).toEqual([event]);
  });

  it('list events newest first, by student, by text and at most so many', async () => {
    const { id } = await add('He Ping');
    for (const text of ['first', 'second', 'third'])
      await device.json(['score', 'add', '--student', id, '--delta', '1', '--text', text]);
    const texts = async (...flags: readonly string[]) =>
      (await device.json(['score', 'list', ...flags])).items.map((item) => item['text']);
    expect(await texts('--student', id)).toEqual(['third', 'second', 'first']);
    expect(await texts('--student', id, '--limit', '2')).toEqual(['third', 'second']);
    expect(await texts('--search', 'second')).toEqual(['second']);
  });

  it('name a connection by exactly the documented keys and never its password', async () => {
    const stdin = 'canary-5X\n';
    const added = await device.run(
      ['connection', 'add', 'school', '--url', 'postgres://teacher@127.0.0.1:1/points', '--password-stdin'],
      { stdin },
    );
    expect(added.code).toBe(0);
    expect(added.json.items.map((item) => Object.keys(item))).toEqual([[...keys.connection]]);
    expect(added.json.items[0]).toMatchObject({
      name: 'school',
      host: '127.0.0.1',
      port: 1,
      database: 'points',
      user: 'teacher',
      tls: 'disable',
      mode: 'two-way',
      status: 'IDLE',
      lastRunAt: null,
      error: null,
    });
    const twice = await device.run(['connection', 'add', 'school', '--host', 'db', '--database', 'd', '--user', 'u']);
    expect([twice.code, twice.json.error.code]).toEqual([2, 'connection-exists']);
    const set = await device.json(['connection', 'set', 'school', '--port', '2', '--name', 'office']);
    expect(set.items[0]).toMatchObject({ name: 'office', port: 2, host: '127.0.0.1' });
    const listed = await device.json(['connection', 'list']);
    expect(listed.items).toEqual(set.items);
    expect(JSON.stringify([added.json, set, listed]) + added.stderr).not.toContain('canary');
    expect((await device.json(['connection', 'remove', 'office'])).items).toEqual(listed.items);
    expect((await device.json(['connection', 'list'])).items).toEqual([]);
  });

  it('say with exit code 5 and the step why a server cannot be reached', async () => {
    const test = await device.run(
      ['connection', 'test', '--host', '127.0.0.1', '--port', '1', '--database', 'points', '--user', 'teacher'],
      { env: { TALLYBOOK_PASSWORD: 'canary-5X' } },
    );
    expect(test.code).toBe(5);
    expect(Object.keys(test.json)).toEqual(['ok', 'steps']);
    expect(test.json.steps.map((step) => Object.keys(step))[0]).toEqual(['id', 'state', 'code', 'params', 'ms']);
    expect(test.json.steps.map((step) => step.id)).toEqual([
      'name',
      'tcp',
      'tls',
      'login',
      'database',
      'version',
      'rights',
      'schema',
      'clock',
    ]);
    expect(test.json.steps.find((step) => step.state === 'failed')).toMatchObject({ id: 'tcp', code: 'refused' });
    expect(test.stdout + test.stderr).not.toContain('canary');
  });

  it('list plans and runs of a class that never synced as nothing', async () => {
    expect(await device.json(['plan', 'list'])).toEqual({ items: [] });
    expect(await device.json(['run', 'list'])).toEqual({ items: [] });
    const preview = await device.run(['preview']);
    expect([preview.code, preview.json.error]).toEqual([2, { code: 'connection-needed', params: { count: 0 } }]);
  });

  it('examine the installation without naming people, paths or addresses', async () => {
    await add('Secret Name');
    const { code, json, stdout } = await device.run(['doctor']);
    expect(code).toBe(0);
    expect(Object.keys(json)).toEqual(['ok', 'checks']);
    expect(json.checks.map((check) => Object.keys(check))[0]).toEqual(['id', 'state', 'code', 'params']);
    expect(new Set(json.checks.map((check) => check.id))).toEqual(
      new Set(['app', 'node', 'keychain', 'data-folder', 'disk', 'builtin-server', 'class']),
    );
    expect(json.checks.find((check) => check.id === 'class')?.params).toMatchObject({ findings: 0, lostReferences: 0 });
    expect(stdout).not.toContain('Secret Name');
    expect(stdout).not.toContain(device.folder);
  });

  it('print the log with the lines of earlier starts, without names', async () => {
    const { code, json, stdout } = await device.run(['log']);
    expect(code).toBe(0);
    expect(json.items.map((item) => Object.keys(item))[0]).toEqual(['seq', 'at', 'level', 'event', 'data']);
    expect(json.items.map((item) => item['event'])).toContain('engine.started');
    expect(stdout).not.toContain('Li Wei');
  });
});
