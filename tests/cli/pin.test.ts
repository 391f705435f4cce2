import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEngine } from '../../electron/cli/open-engine.ts';
import { newDevice, ownFolder } from './support/run-tallybook.ts';

const admin = '258036914703';
const wrong = '730419826054';
const points = '1111';

it('--pin-stdin unlocks one command and nothing after it', async () => {
  const device = await newDevice();
  const { run, json, say } = device;
  await ownFolder(device);
  await json(['class', 'create', '5B']);
  await json(['student', 'add', 'Li Wei']);
  const [student] = (await json(['student', 'list'])).items;
  expect(await json(['pin', 'set', 'admin'], { stdin: `${admin}\n` })).toMatchObject({
    set: { admin: true, points: false },
    without: 'points',
  });
  await json(['score', 'add', '--student', student?.id ?? '', '--delta', '1', '--text', 'Helped']);
  const refused = await run(['student', 'delete', student?.id ?? '']);
  expect([refused.code, refused.json.error]).toEqual([6, { code: 'needs-pin', params: { level: 'admin' } }]);
  expect((await say(['student', 'delete', student?.id ?? ''])).stderr).toContain('--pin-stdin');
  expect((await json(['student', 'list'])).items).toHaveLength(1);
  await json(['student', 'delete', student?.id ?? '', '--pin-stdin'], { stdin: `${admin}\n` });
  expect((await run(['student', 'delete', student?.id ?? ''])).code).toBe(6);
});

it('a wrong PIN ends with 6 and changes nothing, whatever the command would have needed', async () => {
  const { folder, run, json } = await newDevice();
  const app = await openEngine(folder);
  await json(['class', 'create', '5B']);
  await json(['pin', 'set', 'admin'], { stdin: `${admin}\n` });
  const add = ['student', 'add', 'Li Wei', '--pin-stdin'];
  const codes: unknown[] = [];
  for (let time = 0; time < 4; time += 1) {
    const { code, json: told } = await run(add, { stdin: `${wrong}\n` });
    codes.push([code, told.error.code]);
    expect(JSON.stringify(told)).not.toContain(wrong);
  }
  expect(codes).toEqual([
    [6, 'pin-wrong'],
    [6, 'pin-wrong'],
    [6, 'pin-wrong'],
    [6, 'pin-wait'],
  ]);
  expect((await json(['student', 'list'])).items).toEqual([]);
  await app.close();
  // Starting again does not shorten it.
  const late = await run(add, { stdin: `${admin}\n` });
  expect(late.json.error.code).toBe('pin-wait');
  expect(late.stdout + late.stderr).not.toContain(admin);
  // No file of the folder, the log among them, holds one of the PINs.
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(2);
  for (const { parentPath, name } of files)
    for (const pin of [admin, wrong]) expect(readFileSync(join(parentPath, name)).includes(pin), name).toBe(false);
});

it('a PIN is set, changed and taken away with the admin PIN, from standard input alone', async () => {
  const device = await newDevice();
  const { run, json, say } = device;
  await ownFolder(device);
  expect((await say(['pin', 'status'])).stdout).toContain('No PIN is set');
  expect((await run(['pin', 'set', 'points'], { stdin: `${points}\n` })).json.error.code).toBe('pin-missing');
  expect((await run(['pin', 'set', 'admin'], { stdin: '12\n' })).json.error).toMatchObject({ code: 'pin-invalid' });
  expect((await run(['pin', 'set', 'view'], { stdin: `${points}\n` })).code).toBe(2);
  expect((await run(['pin', 'set', 'admin'])).json.error.params).toMatchObject({ problem: 'stdin-empty' });
  await json(['pin', 'set', 'admin'], { stdin: `${admin}\n` });
  expect((await run(['pin', 'set', 'points'], { stdin: `${points}\n` })).code).toBe(6);
  expect(await json(['pin', 'set', 'points', '--pin-stdin'], { stdin: `${admin}\n${points}\n` })).toMatchObject({
    without: 'view',
  });
  expect((await run(['class', 'create', '5C', '--pin-stdin'], { stdin: `${points}\n` })).code).toBe(6);
  expect(await json(['pin', 'remove', 'points', '--pin-stdin'], { stdin: `${admin}\n` })).toMatchObject({
    without: 'points',
  });
  expect((await run(['pin', 'remove', 'admin'])).code).toBe(6);
  expect(await json(['pin', 'remove', 'admin', '--pin-stdin'], { stdin: `${admin}\n` })).toMatchObject({
    without: 'admin',
  });
});

it('a forgotten PIN is asked to be taken away, and is still there that day', async () => {
  const device = await newDevice();
  const { json, say } = device;
  await ownFolder(device);
  await json(['pin', 'set', 'admin'], { stdin: `${admin}\n` });
  const { resetFrom } = await json(['pin', 'reset']);
  expect(Date.parse(String(resetFrom)) - Date.now()).toBeGreaterThan(23 * 3_600_000);
  expect(await json(['pin', 'reset'])).toMatchObject({ set: { admin: true }, resetFrom });
  expect((await say(['pin', 'status'])).stdout).toContain(String(resetFrom));
  expect(await json(['pin', 'status', '--pin-stdin'], { stdin: `${admin}\n` })).toMatchObject({ resetFrom: null });
});

it('a command that goes through an open app is as locked as one that does not, and unlocks nothing there', async () => {
  const device = await newDevice();
  const app = await ownFolder(device);
  await app.client.call('pin.set', { level: 'admin', pin: admin });
  expect((await app.client.call('pin.state', {})).level).toBe('admin');
  expect((await device.run(['class', 'create', '5B'])).code).toBe(6);
  await app.client.call('pin.lock', {});
  await device.json(['class', 'create', '5B', '--pin-stdin'], { stdin: `${admin}\n` });
  expect((await app.client.call('pin.state', {})).level).toBe('points');
});
