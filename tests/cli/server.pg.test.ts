import { beforeAll, describe, expect, it } from 'vitest';
import { cleanUpAfterAll } from '../support/clean-up-after-all.ts';
import { decodeJoinCode } from '../../shared/model/join-code.ts';
import { sql } from '../support/sql.ts';
import { newDevice, tallybook } from './support/run-tallybook.ts';
import type { Device, Told } from './support/run-tallybook.ts';

const cleanUp = cleanUpAfterAll();

describe('the PostgreSQL inside the app', { timeout: 120_000 }, () => {
  let a: Device;
  let b: Device;
  let code = '';

  /** A process of its own: what it starts must outlive it. */
  const own = async (...args: readonly string[]): Promise<Told> =>
    await tallybook(['--data', a.folder, '--json', ...args]);

  beforeAll(async () => {
    a = await newDevice('Room 301 PC', { cleanUp });
    b = await newDevice('Office PC', { cleanUp });
    cleanUp(async () => void (await a.run(['server', 'stop'])));
    await a.json(['class', 'create', '5B', '--sample']);
  });

  it('goes on running when the command that started it has ended, until it is stopped', async () => {
    const before = await a.run(['server', 'status']);
    expect(Object.keys(before.json)).toEqual(['state', 'port', 'version', 'startedAt', 'keepRunning', 'code']);
    expect(before.json).toMatchObject({ state: 'stopped', code: null });
    const started = await own('server', 'start');
    expect(started.code, started.stdout + started.stderr).toBe(0);
    expect(started.json).toMatchObject({ state: 'running', keepRunning: true });
    const status = await own('server', 'status');
    expect(status.json).toMatchObject({ state: 'running', port: started.json['port'], keepRunning: true });
    expect((await a.run(['server', 'stop'])).json).toMatchObject({ state: 'stopped' });
    expect((await a.run(['server', 'status'])).json).toMatchObject({ state: 'stopped' });
  });

  it('is shared with a code that makes another device hold the same class', async () => {
    const early = await a.run(['server', 'join-code']);
    expect([early.code, early.json.error.code]).toEqual([2, 'connection-needed']);
    const shared = await own('server', 'start', '--share');
    expect(shared.code, shared.stdout + shared.stderr).toBe(0);
    const { name } = shared.json['connection'] as { readonly name: string };
    const first = await a.run(['sync', '--now', '--connection', name]);
    expect([first.code, first.json.outcome], first.stdout + first.stderr).toEqual([0, 'completed']);
    const printed = await a.run(['server', 'join-code']);
    code = printed.json.code;
    expect(Object.keys(printed.json)).toEqual(['code']);
    const joined = await b.run(['connection', 'join', '-'], { stdin: `${code}\n` });
    expect(joined.code, joined.stdout + joined.stderr).toBe(0);
    expect(joined.json.items).toMatchObject([{ name: (await a.json(['class', 'list'])).items[0]?.name, students: 45 }]);
    expect(joined.stdout + joined.stderr).not.toContain(code);
    const totals = async (device: Device) =>
      (await device.json(['totals'])).items
        .toSorted((x, y) => (x.id < y.id ? -1 : 1))
        .map(({ id, ...rest }) => [id, rest['allTime']]);
    expect(await totals(b)).toEqual(await totals(a));
  });

  it('refuses a code that was changed on the way', async () => {
    const wrong = code.slice(0, -1) + (code.endsWith('A') ? 'B' : 'A');
    const joined = await b.run(['connection', 'join', wrong]);
    expect([joined.code, joined.json.error.code]).toEqual([2, 'join-code-invalid']);
  });

  it('lets the holder of a code see and change the class of that code, and no other one shared from here', async () => {
    await a.json(['class', 'create', '7B']);
    await a.json(['--class', '7B', 'student', 'add', 'Secret Child']);
    const shared = await own('--class', '7B', 'server', 'start', '--share');
    expect(shared.code, shared.stdout + shared.stderr).toBe(0);
    const { name } = shared.json['connection'] as { readonly name: string };
    const sent = await a.run(['--class', '7B', 'sync', '--now', '--connection', name]);
    expect([sent.code, sent.json.outcome], sent.stdout + sent.stderr).toEqual([0, 'completed']);
    const { host, port, database, role, secret, classId } = decodeJoinCode(code);
    const guest = { host, port, database, user: role, password: secret, tls: 'require' } as const;
    const ids = ['class', 'student', 'class_secret', 'run'].map(
      (table) => `SELECT DISTINCT ${table === 'class' ? 'id' : 'class_id'}::text AS id FROM tallybook.${table}`,
    );
    for (const query of ids) expect(await sql(guest, query), query).toEqual([[classId]]);
    await sql(guest, "UPDATE tallybook.student SET name = 'changed by 5B' WHERE class_id <> '" + classId + "'");
    expect((await a.json(['--class', '7B', 'student', 'list'])).items).toMatchObject([{ name: 'Secret Child' }]);
    const looked = await a.run(['--class', '7B', 'preview', '--connection', name]);
    expect(looked.json['summary'], looked.stdout + looked.stderr).toEqual([]);
  });

  it('takes no sample beside a class that is shared already', async () => {
    await a.json(['class', 'create', '6A', '--sample']);
    const shared = await a.run(['--class', '6A', 'server', 'start', '--share']);
    expect([shared.code, shared.json.error?.code], shared.stdout).toEqual([6, 'sample-refused']);
  });
});
