import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openFileLog } from '../../electron/engine/file-log.ts';
import { clientOf } from '../../electron/engine/host-client.ts';
import { startEngine } from '../../electron/engine/start-engine.ts';
import { decodeJoinCode } from '../../shared/model/join-code.ts';
import { crashEngine, crashingEntry } from '../support/crash-engine.ts';
import { connectionTo } from '../support/device.ts';
import { filesWith } from '../support/files-with.ts';
import { sql } from '../support/sql.ts';
import { testDatabase } from '../support/test-database.ts';

const wrongPassword = 'canary-wrong-7b1e';
const pin = '730519462808';
const names = ['Canary Zhou', '金丝雀二', "O'Kanarie"];
const note = 'canary-note-hidden';

let folder: string;
let temp: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallybook-secrets-'));
  temp = mkdtempSync(join(tmpdir(), 'tallybook-secrets-temp-'));
  vi.stubEnv('TMPDIR', temp);
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const each of [folder, temp]) rmSync(each, { recursive: true, force: true, maxRetries: 3 });
});

it('the app keeps passwords, codes and PINs in no file, and names in no log, whatever goes wrong in its engine', async () => {
  const database = await testDatabase();
  const { password } = database.config;
  // As a shell starts it: the engine in its thread, and two logs beside each other.
  const log = openFileLog({ folder: join(folder, 'logs'), name: 'browser', now: () => new Date().toISOString() });
  const engine = await startEngine({
    dataFolder: folder,
    version: '0.0.0-test',
    checkResults: true,
    log,
    entry: crashingEntry,
    backOffMs: [0],
  });
  const client = clientOf(engine);
  const secrets = [password, wrongPassword, pin];
  try {
    await client.call('app.setDevice', { name: 'Room 301 PC' });
    const { id: classId } = await client.call('class.create', { name: '5B', students: [...names] });
    const [first] = (await client.call('student.list', { classId })).items;
    await client.call('student.set', { classId, id: first?.id ?? '', change: { note } });
    const connection = connectionTo(database, { password: wrongPassword });
    const { id: connectionId } = await client.call('connection.add', { classId, connection });
    await expect(client.call('sync.preview', { classId, connectionId })).rejects.toMatchObject({
      code: 'password-wrong',
    });
    await client.call('connection.set', { classId, connectionId, change: { password } });
    await client.call('connection.init', { classId, connectionId, consent: true });
    const sync = async () => {
      const { planId } = await client.call('sync.preview', { classId, connectionId });
      return await client.call('sync.run', { classId, planId, mode: 'sync' });
    };
    // The server says no, and says the name while it does.
    await sql(database.config, `ALTER TABLE tallybook.student ADD CONSTRAINT no_canary CHECK (name <> '${names[0]}')`);
    expect(await sync()).toMatchObject({ outcome: 'undecided', left: [{ reason: 'server-rule' }] });
    await sql(database.config, 'ALTER TABLE tallybook.student DROP CONSTRAINT no_canary');
    // The thread ends in the middle of a run, as in a crash, and starts again.
    const cut = sync().catch((error: unknown) => error);
    await crashEngine(engine);
    await cut;
    await client.call('connection.set', { classId, connectionId, change: { password } });
    expect(await sync()).toMatchObject({ outcome: 'completed' });
    await client.call('pin.set', { level: 'admin', pin });
    await client.call('pin.lock', {});
    await expect(client.call('pin.unlock', { pin: '730519462809' })).rejects.toMatchObject({ code: 'pin-wrong' });
    await client.call('pin.unlock', { pin });
    // A class that is shared from here, with a code that lets others in.
    const { id: shared } = await client.call('class.create', { name: '6A', students: [] });
    const { code } = await client.call('server.share', { classId: shared });
    const { secret: inCode } = decodeJoinCode(code);
    secrets.push(code, inCode);
    await client.call('server.stop', {});
  } finally {
    client.close();
    await engine.close();
    log.close();
  }
  expect(new Set(secrets).size).toBe(5);
  expect(filesWith(folder, secrets)).toEqual([]);
  expect(filesWith(temp, [...secrets, ...names, note])).toEqual([]);
  // The class file and its backups hold the names, and nothing beside them does.
  const holders = filesWith(folder, [...names, note]).map((file) => file.slice(folder.length + 1));
  expect(holders.length).toBeGreaterThan(0);
  expect(holders.filter((file) => !/^(?:classes|backups)[/\\]/.test(file))).toEqual([]);
  // Both logs were written.
  expect(filesWith(join(folder, 'logs'), ['engine.crashed']).length).toBeGreaterThan(0);
}, 180_000);
