import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanUpAfterAll } from '../support/clean-up-after-all.ts';
import { newDevice, ownFolder } from './support/run-tallybook.ts';
import type { Device } from './support/run-tallybook.ts';

const nobody = '01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11';
const cleanUp = cleanUpAfterAll();

const names = [
  ['quotes', `O'Brien "Pat" \\ \`x\``],
  ['SQL', "Robert'); DROP TABLE student;--"],
  ['an emoji with joiners', '👩‍🚀 Ada 🏳️‍🌈'],
  ['Chinese beyond the basic plane', '𠮷野 单雄信'],
  ['right-to-left text', 'محمد عبد الله'],
  ['a combining accent', 'Amélie'],
  ['a leading dash', '-rf'],
  ['what looks like an option', '--json'],
  ['what looks like JSON', '{"error":{}}'],
  ['markup', '<img src=x onerror=alert(1)>'],
  ['a formula', '=HYPERLINK("http://x")'],
  ['200 characters', '字'.repeat(200)],
] as const;

const refusedNames = [
  ['nothing', '', 'blank-name'],
  ['blanks', ' \t 　', 'blank-name'],
  ['characters nobody sees', '\u200B\u2060', 'blank-name'],
  ['300 characters', '名'.repeat(300), 'name-too-long'],
] as const;

describe('hostile arguments', () => {
  let device: Device;
  let student = '';

  beforeAll(async () => {
    device = await newDevice('Room 301 PC', { cleanUp });
    await ownFolder(device, cleanUp);
    await device.json(['class', 'create', '5B']);
    student = String((await device.json(['student', 'add', 'Li Wei', '--number', '7'])).items[0]?.id);
  });

  const failing = async (...args: readonly string[]) => {
    const { code, json, stdout, stderr } = await device.run(args);
    expect(Object.keys(json), stdout + stderr).toEqual(['error']);
    return [code, json.error.code];
  };

  it.each(names)('keeps a name with %s as it is, in JSON and in a table', async (_what, name) => {
    const added = await device.json(['student', 'add', '--', name]);
    const id = added.items[0]?.id;
    expect(added.items[0]?.name).toBe(name);
    expect((await device.json(['student', 'list'])).items.find((item) => item.id === id)?.name).toBe(name);
    const plain = await device.say(['student', 'list']);
    expect(plain.code).toBe(0);
    expect(plain.stdout.split('\n').filter((line) => line.includes(String(id)))).toHaveLength(1);
  });

  it.each(refusedNames)('refuses a name of %s with a clear message and exit code 9', async (_what, name, code) => {
    expect(await failing('student', 'add', name)).toEqual([9, code]);
    expect(await failing('student', 'set', student, '--name', name)).toEqual([9, code]);
    expect(await failing('class', 'create', name)).toEqual([9, code]);
    const plain = await device.say(['student', 'add', name]);
    expect(plain.code).toBe(9);
    expect(plain.stdout).toBe('');
    // What happened, what was not changed, what to do.
    expect(plain.stderr.trim().split('\n').length).toBeGreaterThanOrEqual(2);
  });

  it('shows control characters of a name instead of sending them to the terminal', async () => {
    const { items } = await device.json(['student', 'add', 'a\u001B[2Jb\u202Ec']);
    const { stdout } = await device.say(['student', 'list']);
    expect(stdout).toContain(String(items[0]?.id));
    for (const hidden of ['\u001B', '\u202E']) expect(stdout).not.toContain(hidden);
  });

  it('lets two students share a name and not a number', async () => {
    await device.json(['student', 'add', 'Li Wei', '--number', '8']);
    expect(await failing('student', 'add', 'Zhao Yi', '--number', '8')).toEqual([9, 'number-taken']);
    expect(await failing('student', 'set', student, '--number', '8')).toEqual([9, 'number-taken']);
    expect(await failing('student', 'add', 'Zhao Yi', '--number', '9'.repeat(41))).toEqual([9, 'number-too-long']);
  });

  it.each([
    ['abc', 'delta-invalid'],
    ['', 'delta-invalid'],
    ['1.5', 'delta-invalid'],
    ['1e3', 'delta-invalid'],
    ['0x10', 'delta-invalid'],
    ['NaN', 'delta-invalid'],
    ['99999999999', 'delta-out-of-range'],
    ['-99999999999', 'delta-out-of-range'],
    ['9'.repeat(400), 'delta-out-of-range'],
  ])('refuses %s points with %s', async (delta, code) => {
    expect(await failing('score', 'add', '--student', student, '--delta', delta, '--text', 'x')).toEqual([9, code]);
    expect(await failing('reason', 'add', 'x', '--delta', delta)).toEqual([9, code]);
  });

  it.each([
    ['0', 0],
    ['-3', -3],
    ['+2', 2],
  ])('takes %s points', async (delta, points) => {
    const { items } = await device.json(['score', 'add', '--student', student, '--delta', delta, '--text', 'x']);
    expect(items[0]?.['delta']).toBe(points);
  });

  it.each([
    ['student', 'set', '--name', 'x'],
    ['student', 'delete'],
    ['student', 'restore'],
    ['group', 'set', '--name', 'x'],
    ['group', 'delete'],
    ['reason', 'set', '--text', 'x'],
    ['reason', 'delete'],
    ['score', 'void'],
    ['run', 'show'],
  ])('says that there is no such thing: %s %s', async (area, verb, ...flags) => {
    for (const id of [nobody, nobody.toUpperCase(), 'nonsense', '../../etc/passwd', "' OR 1=1", '']) {
      expect(await failing(area, verb, ...flags, '--', id)).toEqual([2, 'not-found']);
    }
  });

  it('says that there is no such plan, student, reason, class or connection', async () => {
    expect(await failing('plan', 'show', nobody)).toEqual([2, 'plan-unknown']);
    expect(await failing('sync', '--plan', nobody)).toEqual([2, 'plan-unknown']);
    expect(await failing('sync', '--plan', 'nonsense')).toEqual([2, 'plan-unknown']);
    expect(await failing('score', 'add', '--student', nobody, '--delta', '1', '--text', 'x')).toEqual([2, 'not-found']);
    expect(await failing('score', 'add', '--student', student, '--reason', nobody)).toEqual([2, 'not-found']);
    expect(await failing('student', 'list', '--class', '7Z')).toEqual([2, 'not-found']);
    expect(await failing('student', 'list', '--class', nobody)).toEqual([2, 'not-found']);
    expect(await failing('preview', '--connection', 'nowhere')).toEqual([2, 'not-found']);
    expect(await failing('connection', 'test', 'nowhere')).toEqual([2, 'not-found']);
    expect(await failing('connection', 'join', 'not a code')).toEqual([2, 'join-code-invalid']);
  });

  it('asks which class is meant when there are several, and awards nothing meanwhile', async () => {
    await device.json(['class', 'create', '6C']);
    expect(await failing('score', 'add', '--student', student, '--delta', '1', '--text', 'x')).toEqual([
      2,
      'class-needed',
    ]);
    expect((await device.run(['student', 'list', '--class', '6C'])).json.items).toEqual([]);
    await device.json(['class', 'archive', '6C']);
  });

  it.each([
    ['no file', undefined, 'unreadable'],
    ['no JSON', 'planId: x', 'not-json'],
    ['another form', '{"planId":3,"rows":[]}', 'form'],
    ['an unknown choice', `{"planId":"${nobody}","rows":[{"table":"student","key":{},"choice":"mine"}]}`, 'form'],
    ['a misspelt word', `{"planId":"${nobody}","row":[]}`, 'form'],
    [
      'a misspelt word in a row',
      `{"planId":"${nobody}","rows":[{"table":"student","key":{},"choice":"local","feilds":{}}]}`,
      'form',
    ],
    ['another plan', '{"planId":"01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c12","rows":[]}', 'other-plan'],
  ])('refuses a file of decisions with %s', async (_what, content, reason) => {
    const file = join(device.folder, content === undefined ? 'nowhere.json' : 'decisions.json');
    await writeFile(join(device.folder, 'decisions.json'), content ?? '');
    const { code, json } = await device.run(['sync', '--plan', nobody, '--resolve', file]);
    expect(code).toBe(2);
    expect(json.error).toMatchObject({ code: 'resolve-invalid', params: { reason } });
  });

  it.each([
    ['http://db/points', 2, 'url-invalid'],
    ['postgres://teacher@db:99999/points', 2, 'url-invalid'],
    ['', 2, 'url-invalid'],
  ])('refuses the address “%s”', async (url, exitCode, code) => {
    expect(await failing('connection', 'add', 'school', '--url', url)).toEqual([exitCode, code]);
  });
});
