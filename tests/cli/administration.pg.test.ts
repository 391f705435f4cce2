import { beforeAll, describe, expect, it } from 'vitest';
import { planMigration } from '../../electron/remote/migrations/migrate.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { cleanUpAfterAll } from '../support/clean-up-after-all.ts';
import { openSession } from '../support/managed-database.ts';
import { sql } from '../support/sql.ts';
import { serverFlags, settle, sharedClass, sync, twoDevices, type Pair } from './support/two-devices.ts';

const cleanUp = cleanUpAfterAll();

describe('a server that an older version set up', () => {
  it('is named, upgraded only with consent, and synced with afterwards', async () => {
    const { a, database } = await twoDevices(cleanUp);
    await a.json(['class', 'create', '5B']);
    await a.json(['student', 'add', 'Li Wei']);
    await a.json(['connection', 'add', 'school', ...serverFlags(database)]);
    const failing = async (...args: readonly string[]): Promise<readonly unknown[]> => {
      const { code, json } = await a.run(args);
      return [code, json.error.code];
    };
    expect(await failing('connection', 'upgrade', 'school', '--yes')).toEqual([8, 'schema-missing']);
    const session = await openSession(database);
    const { steps } = await planMigration(session, { catalog: classroomCatalog });
    await session.query(steps[0] ?? '');
    await session.close();
    expect(await failing('preview')).toEqual([8, 'schema-older']);
    expect(await failing('connection', 'init', 'school', '--yes')).toEqual([8, 'schema-older']);
    expect(await failing('connection', 'upgrade', 'school')).toEqual([6, 'consent-needed']);
    expect((await a.json(['connection', 'upgrade', 'school', '--print-sql'])).sql).toContain('UPDATE');
    const version = async (): Promise<unknown> =>
      await sql(database.config, 'SELECT schema_version FROM tallybook.meta');
    expect(await version()).toEqual([['1']]);
    expect(await a.json(['connection', 'upgrade', 'school', '--yes'])).toEqual({ done: true, server: 'managed' });
    expect(await version()).toEqual([[String(steps.length)]]);
    expect(await a.json(['connection', 'upgrade', 'school', '--yes'])).toEqual({ done: false, server: 'managed' });
    await sync(a);
  });
});

describe('erasing a student from the command line', () => {
  let pair: Pair;
  let id: string;

  beforeAll(async () => {
    pair = await twoDevices(cleanUp);
    await sharedClass(pair);
    const added = await pair.a.json(['student', 'add', 'Erased Elsewhere', '--tag', 'choir']);
    id = String(added.items[0]?.['id']);
    await pair.a.json(['score', 'add', '--student', id, '--delta', '3', '--text', 'Homework']);
    await settle(pair);
  });

  it('needs a word more, says what was not reached, and takes the student from the server and the next device', async () => {
    const { a, b, database } = pair;
    const refused = await a.run(['student', 'erase', id]);
    expect([refused.code, refused.json.error]).toEqual([6, { code: 'consent-needed', params: { what: 'erase' } }]);
    expect(refused.stderr).not.toContain('print-sql');
    const exported = await a.run(['student', 'export', id]);
    expect([exported.code, exported.stdout.includes('Erased Elsewhere')]).toEqual([0, true]);
    const erased = await a.run(['student', 'erase', id, '--yes']);
    expect(erased.code).toBe(0);
    expect(Object.keys(erased.json)).toEqual(['erased', 'backups', 'unreached']);
    const there = async (): Promise<unknown> =>
      await sql(database.config, `SELECT count(*) FROM tallybook.score_event WHERE student_id = '${id}'`);
    expect(await there()).toEqual([['1']]);
    await settle(pair);
    expect(await there()).toEqual([['0']]);
    for (const device of [a, b]) {
      const all = [await device.json(['student', 'list']), await device.json(['student', 'list', '--deleted'])];
      expect(JSON.stringify(all)).not.toContain(id);
      expect((await device.run(['student', 'export', id])).code).toBe(2);
    }
    expect(await b.json(['student', 'erasures'])).toEqual({ items: [] });
  });
});
