import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { migrate } from '../../electron/remote/migrations/migrate.ts';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import { Book, connectionTo, startDevice } from '../support/device.ts';
import type { Device } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';
import { testDatabase } from '../support/test-database.ts';
import type { TestDatabase } from '../support/postgres.ts';

interface Login {
  readonly user: string;
  readonly password: string;
}

let database: TestDatabase;
let owner: Login;
let devices: Device[];

/** The server as docs/server-setup.md says: an owner that is no superuser, and teachers with the rights of the script alone. */
beforeEach(async () => {
  database = await testDatabase();
  devices = [];
  owner = await role('owner');
  await sql(database.config, `GRANT CREATE ON DATABASE "${database.database}" TO "${owner.user}"`);
  await sql(database.config, 'REVOKE ALL ON SCHEMA public FROM PUBLIC');
});
afterEach(async () => {
  for (const device of devices) await device[Symbol.asyncDispose]();
});

async function role(name: string): Promise<Login> {
  const login = { user: `${name}_${randomBytes(4).toString('hex')}`, password: randomBytes(12).toString('hex') };
  await sql(database.config, `CREATE ROLE "${login.user}" LOGIN PASSWORD '${login.password}'`);
  return login;
}

async function device(name: string): Promise<Device> {
  const made = await startDevice(name);
  devices.push(made);
  return made;
}

async function asOwner<T>(work: (session: PgSession) => Promise<T>): Promise<T> {
  const session = await openSession(database, owner);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** A class made on a device and uploaded by its teacher; the owner has run the script for it before. */
async function upload(on: Device, className: string, students: readonly string[], teacher: Login): Promise<Book> {
  const { id } = await on.call('class.create', { name: className, students: [...students] });
  await asOwner(
    async (session) => await migrate(session, { catalog: classroomCatalog, grantTo: [teacher.user], onlyClass: id }),
  );
  const connection = await on.call('connection.add', { classId: id, connection: connectionTo(database, teacher) });
  const book = new Book(on, id, connection.id);
  await book.run('apply', (await book.preview()).planId);
  return book;
}

async function join(on: Device, className: string, teacher: Login): Promise<Book> {
  const joined = await on.call('class.join', {
    remoteClassName: className,
    connection: connectionTo(database, teacher),
    pull: true,
  });
  return new Book(on, joined.class.id, joined.connection.id);
}

async function classNames(on: Device, teacher: Login): Promise<readonly string[]> {
  const { items } = await on.call('class.remote', { connection: connectionTo(database, teacher) });
  return items.map(({ name }) => name);
}

it('two classes share a server, and the role of each sees, syncs and writes its own alone', async () => {
  const [ofA, ofB] = [await role('teacher_5a'), await role('teacher_5b')];
  const [roomA, roomB, office] = [await device('Room A'), await device('Room B'), await device('Office')];
  const a = await upload(roomA, '5A', ['Li W', 'Wang Fang'], ofA);
  const b = await upload(roomB, '5B', ['Chen Yu', 'Zhao Lei', 'Sun Li'], ofB);
  expect(await classNames(roomA, ofA)).toEqual(['5A']);
  expect(await classNames(roomA, ofB)).toEqual(['5B']);

  const second = await join(office, '5A', ofA);
  await a.award('Li W', 5);
  await second.award('Li W', 2);
  await b.award('Chen Yu', 9);
  const { id } = await second.student('Wang Fang');
  await second.call('student.delete', { ids: [id] });
  await settle(a, second, b);
  await expectSame(a, second);
  expect(Object.values(await a.totals()).reduce((sum, each) => sum + each, 0)).toBe(7);
  expect((await b.preview()).total).toBe(0);

  const scopes = async (login: Login, table: string, column: string): Promise<readonly (string | null)[]> =>
    (await sql({ ...database.config, ...login }, `SELECT DISTINCT ${column} FROM tallybook.${table} ORDER BY 1`)).map(
      ([scope]) => scope ?? null,
    );
  const tables = classroomCatalog.tables.map(({ name }): [string, string] => [`"${name}"`, 'class_id']);
  const bookkeeping: readonly [string, string][] = [
    ['class', 'id'],
    ['gc_horizon', 'class_id'],
    ['row_state', 'scope'],
    ['run', 'class_id'],
    ['device', 'class_id'],
    ['presence', 'class_id'],
    ['resolution_log', 'class_id'],
    ['class_secret', 'class_id'],
  ];
  for (const [table, column] of [...tables, ...bookkeeping])
    for (const [login, book] of [
      [ofA, a],
      [ofB, b],
    ] as const)
      expect((await scopes(login, table, column)).filter((scope) => scope !== book.classId)).toEqual([]);
  expect(await scopes(database.config, 'row_state', 'scope')).toHaveLength(2);
}, 90_000);

it('what changed while a policy hid it is no deletion, and is read once it is in sight again', async () => {
  const teacher = await role('teacher');
  const book = await upload(await device('Room A'), '5A', ['Li W', 'Wang Fang'], teacher);
  expect((await book.preview()).total).toBe(0);
  await sql(database.config, 'CREATE POLICY nobody ON tallybook.student AS RESTRICTIVE FOR SELECT USING (false)');
  await sql(database.config, `UPDATE tallybook.student SET name = 'Li Wei' WHERE name = 'Li W'`);
  expect((await book.preview()).total).toBe(0);
  await sql(database.config, 'DROP POLICY nobody ON tallybook.student');
  const shown = await book.rows((await book.preview()).planId);
  expect(shown.map(({ label, kind, direction }) => [label, kind, direction])).toEqual([['Li W', 'update', 'down']]);
}, 90_000);

it('what changed while a policy hid it and what is noted of it is read once both are in sight again, and what was deleted then is no loss', async () => {
  const teacher = await role('teacher');
  const book = await upload(await device('Room A'), '5A', ['Li W', 'Wang Fang'], teacher);
  await book.call('student.set', { id: (await book.student('Li W')).id, change: {}, tag: ['choir'] });
  await book.sync();
  const hide = async (table: string, shown: string): Promise<unknown> =>
    await sql(database.config, `CREATE POLICY narrow ON tallybook.${table} AS RESTRICTIVE FOR SELECT USING (${shown})`);
  const show = async (table: string): Promise<unknown> =>
    await sql(database.config, `DROP POLICY narrow ON tallybook.${table}`);
  // Of one table nothing is in sight; of the other every row is, only that one is gone is not.
  await hide('student', 'false');
  await hide('row_state', `tbl NOT IN ('student', 'student_tag')`);
  await sql(database.config, `UPDATE tallybook.student SET name = 'Li Wei' WHERE name = 'Li W'`);
  await sql(database.config, 'DELETE FROM tallybook.student_tag');
  // Something is in sight: what was read is noted as read.
  await sql(database.config, `UPDATE tallybook.reason SET text = 'Help' WHERE text = 'Helped'`);
  const listed = async (): Promise<readonly unknown[]> =>
    (await book.rows((await book.preview()).planId)).map(({ table, kind, direction }) => [table, kind, direction]);
  for (let looks = 0; looks < 2; looks += 1) expect(await listed()).toEqual([['reason', 'update', 'down']]);
  await show('student');
  await show('row_state');
  expect(await listed()).toEqual([
    ['student', 'update', 'down'],
    ['student_tag', 'delete', 'down'],
    ['reason', 'update', 'down'],
  ]);
}, 90_000);

it('a role cannot write another class, make one, or do anything but sync', async () => {
  const teacher = await role('teacher');
  const book = await upload(await device('Room A'), '5A', ['Li W'], teacher);
  const other = randomUUID();
  await asOwner(async (session) => {
    await session.query(`INSERT INTO tallybook.class (id, name) VALUES ($1, '5B')`, [other]);
    await session.query(
      `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $1, 'Hidden', now())`,
      [other],
    );
  });
  const asTeacher = { ...database.config, ...teacher };
  const { id } = await book.student('Li W');
  for (const statement of [
    `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ('${other}', md5(random()::text)::uuid, 'x', now())`,
    `UPDATE tallybook.student SET class_id = '${other}' WHERE id = '${id}'`,
    `INSERT INTO tallybook.class (id, name) VALUES ('${randomUUID()}', 'mine')`,
    `INSERT INTO tallybook.run (class_id, run_id, device, plan_hash, counts) VALUES ('${other}', '${other}', '${other}', '', '{}')`,
    `UPDATE tallybook.row_state SET deleted = true`,
    `DELETE FROM tallybook.run`,
    `DELETE FROM tallybook.class`,
    `TRUNCATE tallybook.student`,
    `ALTER TABLE tallybook.student DISABLE ROW LEVEL SECURITY`,
    `ALTER TABLE tallybook.student DISABLE TRIGGER ALL`,
    `CREATE TABLE tallybook.mine (id int)`,
    `SET session_replication_role = replica`,
    `UPDATE tallybook.meta SET schema_version = 1`,
    `UPDATE tallybook.meta SET epoch = md5(random()::text)::uuid`,
    `UPDATE tallybook.device SET revoked = false`,
  ])
    await expect(sql(asTeacher, statement), statement).rejects.toMatchObject({ code: '42501' });
  expect(
    await sql(asTeacher, `UPDATE tallybook.student SET name = 'x' WHERE class_id = '${other}' RETURNING 1`),
  ).toEqual([]);
  expect(await sql(asTeacher, `DELETE FROM tallybook.student WHERE class_id = '${other}' RETURNING 1`)).toEqual([]);
  expect(await sql(database.config, `SELECT name FROM tallybook.student WHERE class_id = '${other}'`)).toEqual([
    ['Hidden'],
  ]);
}, 60_000);

it('a row that a policy hides is no deletion, and comes back as it was', async () => {
  const teacher = await role('teacher');
  const book = await upload(await device('Room A'), '5A', ['Li W', 'Wang Fang'], teacher);
  // A tag is deleted for good where it is missing; a student never goes missing.
  await book.call('student.set', { id: (await book.student('Li W')).id, change: {}, tag: ['choir'] });
  await book.sync();
  await asOwner(async (session) => {
    await session.query(
      `CREATE POLICY narrow ON tallybook.student_tag AS RESTRICTIVE FOR SELECT TO "${teacher.user}" USING (tag <> 'choir')`,
    );
    await session.query(
      `CREATE POLICY narrow ON tallybook.student AS RESTRICTIVE FOR SELECT TO "${teacher.user}" USING (name <> 'Li W')`,
    );
    // Every device must read everything once: the row is then looked for and not found.
    await session.query('UPDATE tallybook.gc_horizon SET horizon = txid_current() + 1');
  });
  const plan = await book.preview();
  expect(await book.rows(plan.planId)).toEqual([]);
  expect(plan.checks.filter(({ id }) => id === 'hidden' || id === 'lost')).toMatchObject([
    { id: 'hidden', state: 'warning', code: 'rows-hidden', params: { rows: 2 } },
  ]);
  expect(await book.student('Li W')).toMatchObject({ deleted: false, tags: ['choir'] });
  await asOwner(
    async (session) =>
      void (await session.query(
        'DROP POLICY narrow ON tallybook.student; DROP POLICY narrow ON tallybook.student_tag',
      )),
  );
  await book.sync();
  expect((await book.preview()).total).toBe(0);
  expect(await sql(database.config, 'SELECT count(*) FROM tallybook.student WHERE deleted_at IS NULL')).toEqual([
    ['2'],
  ]);
}, 60_000);

it('a class that is gone from the server is said to be, also to a role that sees nothing of it', async () => {
  const teacher = await role('teacher');
  const book = await upload(await device('Room A'), '5A', ['Li W', 'Wang Fang'], teacher);
  await asOwner(async (session) => {
    const { rows } = await session.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'tallybook'::regnamespace AND relkind = 'r' AND relname <> 'meta'`,
    );
    await session.query(`TRUNCATE ${rows.map(([name]) => `tallybook."${name}"`).join(', ')}`);
    await session.query('TRUNCATE tallybook.row_state');
  });
  const plan = await book.preview();
  expect(plan.checks.find(({ id }) => id === 'hidden' || id === 'lost')).toMatchObject({ state: 'warning' });
  expect(await book.student('Li W')).toMatchObject({ deleted: false });
}, 60_000);

it('what a trigger writes into a class nobody here may see is found by the proof all the same', async () => {
  const teacher = await role('teacher');
  const book = await upload(await device('Room A'), '5A', ['Li W'], teacher);
  const other = randomUUID();
  await asOwner(async (session) => {
    await session.query(`INSERT INTO tallybook.class (id, name) VALUES ($1, '5B')`, [other]);
    await session.query(
      `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $1, 'Hidden', now())`,
      [other],
    );
    await session.query(`CREATE FUNCTION tallybook.spread() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN UPDATE tallybook.student SET note = 'x' WHERE class_id = '${other}'; RETURN NULL; END $$`);
    await session.query(
      'CREATE TRIGGER spread AFTER INSERT ON tallybook.score_event FOR EACH ROW EXECUTE FUNCTION tallybook.spread()',
    );
  });
  await book.award('Li W', 3);
  const { planId } = await book.preview();
  expect(await book.run('apply', planId)).toMatchObject({
    outcome: 'refused',
    error: { code: 'journal-mismatch', params: { table: 'student' } },
  });
  expect(await sql(database.config, `SELECT note FROM tallybook.student WHERE class_id = '${other}'`)).toEqual([
    [null],
  ]);
}, 60_000);
