import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { managedDatabase } from '../../tests/support/managed-database.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import {
  applyRun,
  observeAll,
  point,
  put,
  quietHorizon,
  serverRows,
  student,
  write,
} from '../../tests/support/remote-runs.ts';
import { testConnection } from './connection-test.ts';
import type { ConnectionTestResult } from './connection-test.ts';
import { createPgRemote } from './pg-remote.ts';
import type { Remote, TimedEffect } from './remote.ts';

let db: ManagedDatabase;

beforeEach(async () => {
  db = await managedDatabase();
});
afterEach(async () => {
  await db[Symbol.asyncDispose]();
});

async function remoteOf(): Promise<Remote> {
  return await createPgRemote(await db.session(), classroomCatalog);
}

/** Puts a trigger of somebody else on a table of ours. */
async function trigger(name: string, table: string, when: string, body: string, declare = ''): Promise<void> {
  await db.owner
    .query(`CREATE FUNCTION public.${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ ${declare} BEGIN ${body} END $$;
    CREATE ${when.includes('DEFERRED') ? 'CONSTRAINT ' : ''}TRIGGER ${name} ${when.replace(' DEFERRED', '')} ON tallybook.${table}
    ${when.includes('DEFERRED') ? 'DEFERRABLE INITIALLY DEFERRED' : ''} FOR EACH ${when.includes('STATEMENT') ? 'STATEMENT' : 'ROW'} EXECUTE FUNCTION public.${name}()`);
}

async function probe(remote: Remote, effects: readonly TimedEffect[]): Promise<unknown> {
  return (await remote.tryRows({ scope: db.classId, effects, signal: new AbortController().signal })).broken;
}

async function test(): Promise<ConnectionTestResult> {
  const endpoint = {
    ...db.database.config,
    tls: 'disable' as const,
    ca: null,
    fingerprint: null,
    applicationName: 'test',
  };
  return await testConnection(endpoint, { catalog: classroomCatalog, readOnly: false, now: () => Date.now() });
}

const broken = 'NEW.modified := now(); RETURN NEW;';

describe('a trigger of others that fails', () => {
  const breakages: readonly (readonly [what: string, when: string, body: string, sqlstate: string])[] = [
    ['names a field the table does not have', 'BEFORE INSERT OR UPDATE', broken, '42703'],
    ['writes to a table that is gone', 'AFTER INSERT', `INSERT INTO public.gone VALUES (1); RETURN NULL;`, '42P01'],
    ['calls a function that is gone', 'AFTER INSERT', `PERFORM public.gone(1); RETURN NULL;`, '42883'],
    ['says no in its own words', 'BEFORE INSERT', `RAISE EXCEPTION 'no % today', NEW.name;`, 'P0001'],
    ['fails at the end of the transaction', 'AFTER INSERT DEFERRED', broken, '42703'],
    ['forgets to return', 'BEFORE INSERT', '', '2F005'],
  ];
  it.each(breakages)(
    'because it %s is found and named before anything is sent',
    async (_what, when, body, sqlstate) => {
      await trigger('stamp_it', 'student', when, body);
      await trigger('harmless', 'student', 'AFTER INSERT', 'RETURN NULL;');
      const remote = await remoteOf();
      expect(remote.foreignTriggers).toEqual([
        { table: 'student', trigger: 'harmless' },
        { table: 'student', trigger: 'stamp_it' },
      ]);
      const effects = [write('student', null, student({ name: 'Canary Chen' }))];
      expect(await probe(remote, effects)).toEqual([{ table: 'student', trigger: 'stamp_it', sqlstate }]);
      expect((await serverRows(remote, db.classId)).size).toBe(0);
      expect((await db.owner.query('SELECT count(*) FROM tallybook.row_state')).rows).toEqual([['0']]);
      const run = await applyRun(remote, db.classId, effects).catch((error: unknown) => error);
      expect(run).toMatchObject({ code: 'trigger-broken', params: { table: 'student', trigger: 'stamp_it' } });
      expect(JSON.stringify(run)).not.toContain('Canary');
      expect((await serverRows(remote, db.classId)).size).toBe(0);
    },
  );

  it('is found for rows that are changed and for rows that go, too', async () => {
    const [kept, gone] = [student({ name: 'a' }), student({ name: 'b' })];
    await put(await remoteOf(), db.classId, ['student', kept], ['student', gone]);
    await trigger('on_update', 'student', 'BEFORE UPDATE', broken);
    await trigger('on_delete', 'student', 'AFTER DELETE', 'PERFORM OLD.modified; RETURN NULL;');
    const remote = await remoteOf();
    const effects = [write('student', kept, { ...kept, name: 'c' }), write('student', gone, null)];
    expect(await probe(remote, effects)).toEqual([
      { table: 'student', trigger: 'on_delete', sqlstate: '42703' },
      { table: 'student', trigger: 'on_update', sqlstate: '42703' },
    ]);
    expect(await probe(remote, [write('student', null, student())])).toEqual([]);
  });

  it('is not blamed for data errors, children before their parents, or rights', async () => {
    await trigger('harmless', 'score_event', 'AFTER INSERT', 'RETURN NULL;');
    const remote = await remoteOf();
    expect(await probe(remote, [write('score_event', null, point(student()))])).toEqual([]);
    await db.owner.query(`REVOKE INSERT ON tallybook.score_event FROM "${db.role}"`);
    expect(await probe(remote, [write('score_event', null, point(student()))])).toEqual([]);
  });

  it('fails the connection test by name, and one that works is listed there', async () => {
    await trigger('audit', 'reason', 'AFTER INSERT', 'RETURN NULL;');
    const listed = (await test()).steps.find(({ id }) => id === 'schema');
    expect(listed).toMatchObject({
      state: 'warning',
      code: 'foreign-triggers',
      params: { triggers: 'reason (audit)' },
    });
    await trigger('stamp_it', 'score_event', 'BEFORE UPDATE', broken);
    const failed = await test();
    expect(failed.ok).toBe(false);
    expect(failed.steps.find(({ id }) => id === 'schema')).toMatchObject({
      state: 'failed',
      code: 'trigger-broken',
      params: { table: 'score_event', trigger: 'stamp_it' },
    });
    expect((await db.owner.query('SELECT count(*) FROM tallybook.reason')).rows).toEqual([['0']]);
  });
});

it('a trigger of others that stamps updated_at anew with every write changes nothing that is compared', async () => {
  await trigger(
    'restamp',
    'student',
    'BEFORE INSERT OR UPDATE',
    `NEW.updated_at := clock_timestamp() + interval '1 day'; RETURN NEW;`,
  );
  const remote = await remoteOf();
  const row = student({ name: 'Li Wei' });
  expect(await probe(remote, [write('student', null, row)])).toEqual([]);
  expect(await applyRun(remote, db.classId, [write('student', null, row)])).toMatchObject({ kind: 'committed' });
  const since = await quietHorizon(remote, db.classId);
  await db.owner.query('UPDATE tallybook.student SET updated_at = now()');
  const later = await observeAll(remote, db.classId, since);
  expect(later.rows).toEqual([]);
  expect((await serverRows(remote, db.classId)).size).toBe(1);
});
