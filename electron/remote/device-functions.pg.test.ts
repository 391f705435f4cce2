import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { managedDatabase, openSession } from '../../tests/support/managed-database.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import { classProof, deviceFunctions } from './device-functions.ts';
import { migrate } from './migrations/migrate.ts';
import { findMissingRights } from './missing-rights.ts';
import { introspect } from './introspect.ts';
import type { PgSession } from './pg-session.ts';

let db: ManagedDatabase;
/** A role the class policies keep to one class, and a class it may not see. */
let teacher: PgSession;
let other: string;

beforeAll(async () => {
  db = await managedDatabase();
  const { owner } = db;
  const role = `teacher_5a_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  await owner.query(`CREATE ROLE "${role}" LOGIN PASSWORD '${password}'`);
  await migrate(owner, { catalog: classroomCatalog, grantTo: [role], onlyClass: db.classId });
  other = randomUUID();
  await owner.query(`INSERT INTO tallybook.class (id, name) VALUES ($1, '5B')`, [other]);
  await owner.query(`INSERT INTO tallybook.class_secret (class_id, secret) VALUES ($1, 'of 5B')`, [other]);
  await owner.query(
    `INSERT INTO tallybook.gc_horizon (class_id, at) SELECT id, '2000-01-01' FROM tallybook.class ON CONFLICT (class_id) DO UPDATE SET at = excluded.at`,
  );
  for (const id of [db.classId, other]) {
    await owner.query(
      `INSERT INTO tallybook.student (class_id, id, name, created_at)
SELECT $1::uuid, md5($1::text || n)::uuid, 'Li Wei', now() FROM generate_series(1, 3) n`,
      [id],
    );
    await owner.query(`DELETE FROM tallybook.student WHERE id = md5($1::text || 1)::uuid`, [id]);
    await owner.query(
      `INSERT INTO tallybook.student_tag (class_id, student_id, tag) SELECT $1::uuid, md5($1::text || 3)::uuid, 'choir'`,
      [id],
    );
    await owner.query(`DELETE FROM tallybook.student_tag WHERE class_id = $1`, [id]);
    await owner.query(
      `INSERT INTO tallybook.erasure (class_id, id, student_id, at, by) SELECT $1::uuid, $1::uuid, md5($1::text || 2)::uuid, now(), ''`,
      [id],
    );
  }
  await owner.query(`UPDATE tallybook.row_state SET edited_to = '2000-01-01' WHERE deleted`);
  await owner.query(`UPDATE tallybook.row_state SET xid = 4611686018427387904 WHERE tbl = 'erasure'`);
  teacher = await openSession(db.database, { user: role, password });
});
afterAll(async () => {
  await teacher.close();
  await db[Symbol.asyncDispose]();
});

const functions = `FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'tallybook'`;

it('nobody but the owner may execute a function of the schema without a grant, and each looks names up in a place that is fixed', async () => {
  const { rows } = await db.owner.query(
    `SELECT p.proname, EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0), coalesce(array_to_string(p.proconfig, ','), '') ${functions} ORDER BY 1`,
  );
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(([, open]) => open === 't')).toEqual([]);
  expect(rows.filter(([, , config]) => config?.includes('search_path=pg_catalog, pg_temp') !== true)).toEqual([]);
});

it('whoever runs as the owner is known: devices call some of them, and triggers the others', async () => {
  const { rows } = await db.owner.query(
    `SELECT p.proname ${functions} AND p.prosecdef AND p.prorettype <> 'trigger'::regtype ORDER BY 1`,
  );
  expect(rows.map(([name]) => name)).toEqual(
    deviceFunctions(classroomCatalog)
      .map(({ name }) => name)
      .toSorted(),
  );
});

it('a role of another database user learns nothing and changes nothing without a grant', async () => {
  const { rows } = await db.owner.query(`SELECT p.oid::regprocedure::text ${functions}`);
  const stranger = `stranger_${randomBytes(4).toString('hex')}`;
  await db.owner.query(`CREATE ROLE "${stranger}"; GRANT USAGE ON SCHEMA tallybook TO "${stranger}"`);
  const granted = await db.owner.query(
    `SELECT p.proname ${functions} AND has_function_privilege('${stranger}', p.oid, 'EXECUTE')`,
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(granted.rows).toEqual([]);
});

/** Everything of a class that a function could change. */
async function stateOf(classId: string): Promise<unknown> {
  const { rows } = await db.owner.query(
    `SELECT (SELECT json_agg(s ORDER BY tbl, pk) FROM tallybook.row_state s WHERE scope = $1), (SELECT json_agg(s ORDER BY id) FROM tallybook.student s WHERE class_id = $1),
      (SELECT json_agg(g) FROM tallybook.gc_horizon g WHERE class_id = $1)`,
    [classId],
  );
  return rows;
}

it('a role kept to one class learns nothing about another, and changes nothing of it, whatever it hands over', async () => {
  const before = await stateOf(other);
  for (const proof of [
    classProof(classroomCatalog, `'${other}'`),
    classProof(classroomCatalog, `'${db.classId}'`),
    'NULL',
    `''`,
  ]) {
    const counts = await teacher.query(`SELECT * FROM tallybook.journal_row_counts('${other}', ${proof})`);
    expect(counts.rows).toEqual([]);
    await teacher.query(`SELECT tallybook.journal_collect('${other}', ${proof})`);
    await teacher.query(`SELECT tallybook.journal_renumber('${other}', ${proof})`);
    await expect(
      teacher.query(`SELECT tallybook.erase_covered('${other}', ${proof}, true, NULL)`),
    ).rejects.toMatchObject({
      code: 'right-missing',
    });
  }
  expect((await teacher.query(`SELECT * FROM tallybook.journal_elsewhere('${db.classId}')`)).rows).toEqual([]);
  expect(await stateOf(other)).toEqual(before);
});

it('a role can count, collect, renumber and erase in the class it may see', async () => {
  const of = `'${db.classId}'`;
  const proof = classProof(classroomCatalog, of);
  const others = await stateOf(other);
  const counts = await teacher.query(
    `SELECT * FROM tallybook.journal_row_counts(${of}, ${proof}) c WHERE c.n > 0 ORDER BY 1`,
  );
  expect(counts.rows).toEqual([
    ['erasure', '1'],
    ['student', '2'],
  ]);
  await teacher.query(`SELECT tallybook.journal_collect(${of}, ${proof})`);
  const tombstones = await db.owner.query('SELECT tbl FROM tallybook.row_state WHERE deleted AND scope = $1', [
    db.classId,
  ]);
  // The student was lost, not deleted: students are hidden. The tag is forgotten.
  expect(tombstones.rows).toEqual([['student']]);
  await teacher.query(`SELECT tallybook.journal_renumber(${of}, ${proof})`);
  const later = await db.owner.query(
    'SELECT count(*) FROM tallybook.row_state WHERE xid > txid_current() AND scope = $1',
    [db.classId],
  );
  expect(later.rows).toEqual([['0']]);
  expect((await teacher.query(`SELECT tallybook.erase_covered(${of}, ${proof}, true, NULL)`)).rows).toEqual([['1']]);
  expect(await stateOf(other)).toEqual(others);
});

it('a role moves the epoch on only from the one in force and with the proof of a class it may see', async () => {
  const read = async () => (await db.owner.query('SELECT epoch FROM tallybook.meta')).rows[0]?.[0] ?? '';
  const was = await read();
  const of = `'${db.classId}'`;
  const proof = classProof(classroomCatalog, of);
  const begin = async (about: string, shown: string, from: string) =>
    await teacher.query(`SELECT tallybook.begin_epoch(${about}, ${shown}, '${from}', md5(random()::text)::uuid)`);
  expect((await begin(`'${other}'`, proof, was)).rows).toEqual([[was]]);
  expect((await begin(of, 'NULL', was)).rows).toEqual([[was]]);
  expect((await begin(of, proof, other)).rows).toEqual([[was]]);
  expect(await read()).toBe(was);
  expect((await begin(of, proof, was)).rows).toEqual([[await read()]]);
  expect(await read()).not.toBe(was);
});

it('a role shuts a device out of its class, of no other, and lets none in again', async () => {
  for (const id of [db.classId, other])
    await db.owner.query(`INSERT INTO tallybook.device (class_id, device, name) VALUES ($1, $1, 'x')`, [id]);
  const out = async (id: string) =>
    (await teacher.query(`SELECT tallybook.shut_out('${id}', ${classProof(classroomCatalog, `'${id}'`)}, '${id}')`))
      .rows;
  expect(await out(other)).toEqual([['f']]);
  expect(await out(db.classId)).toEqual([['t']]);
  const { rows } = await db.owner.query(`SELECT class_id FROM tallybook.device WHERE revoked`);
  expect(rows).toEqual([[db.classId]]);
  await expect(teacher.query('UPDATE tallybook.device SET revoked = false')).rejects.toMatchObject({
    code: 'right-missing',
  });
});

it('renumbering leaves alone what a transaction wrote that began after it and is over', async () => {
  const of = `'${db.classId}'`;
  const aside = 'SELECT count(*) FROM tallybook.row_state WHERE xid < 0 AND scope = $1';
  const before = (await db.owner.query(aside, [db.classId])).rows;
  const renumbering = await db.foreign();
  await renumbering.query('BEGIN');
  await renumbering.query('SELECT txid_current()');
  await db.owner.query(`UPDATE tallybook.student SET note = 'later' WHERE class_id = $1`, [db.classId]);
  await renumbering.query(`SELECT tallybook.journal_renumber(${of}, ${classProof(classroomCatalog, of)})`);
  await renumbering.query('COMMIT');
  expect((await db.owner.query(aside, [db.classId])).rows).toEqual(before);
});

it('a role that lacks a function is told the grant it needs', async () => {
  const role = `half_${randomBytes(4).toString('hex')}`;
  await db.owner.query(`CREATE ROLE "${role}" LOGIN PASSWORD 'x'`);
  await migrate(db.owner, { catalog: classroomCatalog, grantTo: [role] });
  await db.owner.query(`REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA tallybook FROM "${role}"`);
  const session = await openSession(db.database, { user: role, password: 'x' });
  const found = await introspect(session, 'tallybook');
  const missing = (readOnly: boolean) => findMissingRights(session, classroomCatalog, found, { role, readOnly });
  expect(await missing(true)).toEqual({
    on: 'journal_row_counts',
    right: 'EXECUTE',
    sql: `GRANT EXECUTE ON FUNCTION "tallybook".journal_row_counts(uuid, text), "tallybook".journal_entries(uuid, text, int8) TO "${role}";`,
  });
  const all = await missing(false);
  await db.owner.query(all?.sql ?? '');
  expect(await missing(false)).toBeNull();
  await session.close();
});
