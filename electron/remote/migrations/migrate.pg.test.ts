import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { serverBookkeeping } from '../../../shared/catalog/reserved-names.ts';
import { classroomCatalog } from '../../../shared/catalog/classroom.ts';
import { openSession } from '../../../tests/support/managed-database.ts';
import { testDatabase } from '../../../tests/support/test-database.ts';
import { createPgRemote } from '../pg-remote.ts';
import type { PgSession } from '../pg-session.ts';
import { inspectSchema, schemaVersion } from '../schema-state.ts';
import { migrate, planMigration } from './migrate.ts';
import { migrations } from './migrations.ts';

const options = { catalog: classroomCatalog };

async function emptyDatabase(): Promise<PgSession> {
  return await openSession(await testDatabase());
}

async function state(session: PgSession): Promise<string> {
  return (await inspectSchema(session, classroomCatalog)).state;
}

describe('setting up a server', () => {
  it('goes from empty to managed, and a second time does nothing', async () => {
    const session = await emptyDatabase();
    expect(await state(session)).toBe('empty');
    await migrate(session, options);
    const report = await inspectSchema(session, classroomCatalog);
    expect(report).toMatchObject({ state: 'managed', problems: [], meta: { schemaVersion, minWrite: schemaVersion } });
    expect(report.meta?.system).toMatch(/^\d+$/);
    expect(await migrate(session, options)).toMatchObject({ from: schemaVersion, sql: '', steps: [] });
    await session.close();
  });

  it('prints exactly the script it runs', async () => {
    const [one, two] = [await emptyDatabase(), await emptyDatabase()];
    const { sql } = await planMigration(one, options);
    expect(sql).toContain('CREATE SCHEMA "tallybook"');
    await two.query(sql);
    expect(await state(two)).toBe('managed');
    expect((await migrate(one, options)).sql).toBe(sql);
    await Promise.all([one.close(), two.close()]);
  });

  it('leaves everything outside its schema untouched, byte for byte', async () => {
    const session = await emptyDatabase();
    await session.query(`CREATE TABLE public.users (id int PRIMARY KEY, name text); INSERT INTO public.users VALUES (1, 'admin'), (2, '李伟');
      CREATE TABLE public.student (id text, name text); INSERT INTO public.student VALUES ('x', 'not ours')`);
    const picture = async (): Promise<unknown> => {
      const answers = await session.pipeline([
        { sql: 'SELECT xmin::text, ctid::text, * FROM public.users ORDER BY id' },
        { sql: 'SELECT xmin::text, ctid::text, * FROM public.student' },
        {
          sql: `SELECT c.oid::text, c.xmin::text, n.nspname, c.relname, c.relacl::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname NOT IN ('tallybook', 'pg_catalog', 'pg_toast', 'information_schema') ORDER BY 1`,
        },
        {
          sql: `SELECT oid::text, xmin::text, nspname, nspacl::text FROM pg_namespace WHERE nspname <> 'tallybook' ORDER BY 1`,
        },
        { sql: `SELECT oid::text, proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace` },
        { sql: `SELECT datname, datacl::text FROM pg_database WHERE datname = current_database()` },
      ]);
      return answers.map(({ rows }) => rows);
    };
    const before = await picture();
    await migrate(session, { ...options, grantTo: ['pg_monitor'] });
    expect(await picture()).toEqual(before);
    await session.close();
  });

  it('is done once when two devices set up at the same moment', async () => {
    const database = await testDatabase();
    const sessions = await Promise.all([openSession(database), openSession(database), openSession(database)]);
    await Promise.all(sessions.map(async (session) => await migrate(session, options)));
    expect(await state(sessions[0])).toBe('managed');
    await Promise.all(sessions.map(async (session) => await session.close()));
  });

  it('goes on where an interrupted set-up stopped', async () => {
    const session = await emptyDatabase();
    const { steps } = await planMigration(session, options);
    await session.query(steps[0] ?? '');
    expect(await state(session)).toBe('older');
    expect((await migrate(session, options)).from).toBe(1);
    expect(await state(session)).toBe('managed');
    await session.close();
  });

  it('refuses a step out of turn, so that a script run twice changes nothing', async () => {
    const session = await emptyDatabase();
    const { steps, sql } = await planMigration(session, options);
    await expect(session.query(steps[1] ?? '')).rejects.toThrow();
    await session.query('ROLLBACK');
    await session.query(sql);
    const picture = 'SELECT c.oid::text, c.xmin::text FROM pg_class c ORDER BY 1';
    const before = await session.query(picture);
    await expect(session.query(sql)).rejects.toMatchObject({ params: { sqlstate: 'TB001' } });
    await session.query('ROLLBACK');
    expect((await session.query(picture)).rows).toEqual(before.rows);
    await session.close();
  });

  it('needs no superuser, only the right to make a schema', async () => {
    const database = await testDatabase();
    const admin = await openSession(database);
    const user = `admin_${randomBytes(4).toString('hex')}`;
    await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD 'pw'`);
    const session = await openSession(database, { user, password: 'pw' });
    await expect(migrate(session, options)).rejects.toMatchObject({ code: 'right-missing' });
    await admin.query(`GRANT CREATE ON DATABASE "${database.database}" TO ${user}`);
    await migrate(session, options);
    expect(await state(session)).toBe('managed');
    expect((await createPgRemote(session, classroomCatalog)).identity.system).toMatch(/^\d+$/);
    await Promise.all([session.close(), admin.close()]);
  });

  it('says so when a role that shall get rights is not there, and goes on from there', async () => {
    const session = await emptyDatabase();
    await expect(migrate(session, { ...options, grantTo: ['nobody "here"'] })).rejects.toMatchObject({
      code: 'not-found',
      params: { what: 'role' },
    });
    expect(await state(session)).toBe('managed');
    expect((await migrate(session, { ...options, grantTo: ['pg_monitor'] })).steps).toHaveLength(1);
    await session.close();
  });

  it('refuses a schema of a newer app', async () => {
    const session = await emptyDatabase();
    await migrate(session, options);
    await session.query('UPDATE tallybook.meta SET schema_version = 99, min_read = 99, min_write = 99');
    expect(await state(session)).toBe('newer');
    await expect(migrate(session, options)).rejects.toMatchObject({ code: 'schema-newer' });
    // Whoever may not read it understands nothing of it, whatever may be written.
    await session.query('UPDATE tallybook.meta SET min_write = 1');
    expect(await state(session)).toBe('newer');
    await session.query('UPDATE tallybook.meta SET min_read = 1, min_write = 99');
    expect(await state(session)).toBe('newer');
    await session.query('UPDATE tallybook.meta SET min_write = 1');
    expect(await state(session)).toBe('managed');
    await session.close();
  });

  it('uses a schema an administrator made beforehand, and refuses one with strange tables in it', async () => {
    const session = await emptyDatabase();
    await session.query('CREATE SCHEMA tallybook');
    expect(await state(session)).toBe('empty');
    await session.query('CREATE TABLE tallybook.stranger (id int)');
    expect(await state(session)).toBe('damaged');
    await expect(migrate(session, options)).rejects.toMatchObject({
      code: 'schema-damaged',
      params: { kind: 'not-ours' },
    });
    await session.query('DROP TABLE tallybook.stranger');
    await migrate(session, options);
    expect(await state(session)).toBe('managed');
    await session.close();
  });
});

describe('a damaged schema', () => {
  const damages: readonly (readonly [title: string, sql: string, problem: Record<string, string>])[] = [
    [
      'a missing column',
      'ALTER TABLE tallybook.student DROP COLUMN note',
      { kind: 'column-missing', table: 'student', column: 'note' },
    ],
    [
      'another type',
      'ALTER TABLE tallybook.score_event ALTER COLUMN delta TYPE numeric',
      { kind: 'column-type', column: 'delta', found: 'numeric', expected: 'integer' },
    ],
    [
      'an extra column that must be given',
      'ALTER TABLE tallybook.erasure ADD COLUMN school int NOT NULL',
      { kind: 'column-required', table: 'erasure', column: 'school' },
    ],
    ['a missing table', 'DROP TABLE tallybook.alias', { kind: 'table-missing', table: 'alias' }],
    [
      'a partitioned table',
      'DROP TABLE tallybook.alias; CREATE TABLE tallybook.alias (class_id uuid) PARTITION BY HASH (class_id)',
      { kind: 'not-a-table', table: 'alias' },
    ],
  ];
  it.each(damages)('with %s is named and not touched', async (_title, sql, problem) => {
    const session = await emptyDatabase();
    await migrate(session, options);
    await session.query(sql);
    const report = await inspectSchema(session, classroomCatalog);
    expect(report.state).toBe('damaged');
    expect(report.problems).toContainEqual(expect.objectContaining(problem));
    await expect(migrate(session, options)).rejects.toMatchObject({ code: 'schema-damaged' });
    await session.close();
  });

  it('with triggers a restore tool switched off or dropped is repaired, and every device must then read everything', async () => {
    const session = await emptyDatabase();
    await migrate(session, options);
    await session.query(`INSERT INTO tallybook.class VALUES (md5(random()::text)::uuid, '5B'); INSERT INTO tallybook.gc_horizon SELECT id FROM tallybook.class;
      ALTER TABLE tallybook.student DISABLE TRIGGER ALL; ALTER TABLE tallybook.reason ENABLE TRIGGER tallybook_journal_update;
      DROP TRIGGER tallybook_journal_delete ON tallybook.reward`);
    const kinds = (await inspectSchema(session, classroomCatalog)).problems.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['trigger-off', 'trigger-missing']));
    await migrate(session, options);
    expect(await state(session)).toBe('managed');
    const { rows } = await session.query('SELECT horizon > 0 FROM tallybook.gc_horizon');
    expect(rows).toEqual([['t']]);
    await session.close();
  });

  it('with extra columns that need no value counts as managed', async () => {
    const session = await emptyDatabase();
    await migrate(session, options);
    await session.query(
      `ALTER TABLE tallybook.student ADD COLUMN shoe_size int, ADD COLUMN seen timestamptz NOT NULL DEFAULT now()`,
    );
    expect(await state(session)).toBe('managed');
    await session.close();
  });
});

it('never changes a released step', () => {
  const fingerprints = migrations.map((migration) => {
    const text = migration.statements(classroomCatalog).join(';\n');
    return [migration.version, migration.name, createHash('sha256').update(text).digest('hex').slice(0, 16)];
  });
  expect(fingerprints).toMatchInlineSnapshot(`
    [
      [
        1,
        "bookkeeping",
        "5514e1fce4978884",
      ],
      [
        2,
        "domain-tables",
        "8d4356e34354d808",
      ],
      [
        3,
        "journal",
        "9b5c6122596dbb5a",
      ],
    ]
  `);
});

it('makes the tables of the catalog and its bookkeeping, whose names no catalog can take, and no others', async () => {
  const session = await emptyDatabase();
  await migrate(session, options);
  const { rows } = await session.query(
    `SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'tallybook' AND c.relkind IN ('r', 'p')`,
  );
  const own = new Set<string>(classroomCatalog.tables.map(({ name }) => name));
  const beside = rows.flatMap(([name]) => (name === null || name === undefined || own.has(name) ? [] : [name]));
  expect(new Set(beside)).toEqual(new Set(serverBookkeeping));
  await session.close();
});
