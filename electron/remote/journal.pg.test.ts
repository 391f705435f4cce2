import { randomUUID } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import { managedDatabase } from '../../tests/support/managed-database.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';

let db: ManagedDatabase;
let classId: string;

beforeAll(async () => {
  db = await managedDatabase();
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
});
beforeEach(async () => {
  classId = randomUUID();
  await db.owner.query('INSERT INTO tallybook.class (id, name) VALUES ($1, $2)', [classId, '5B']);
});

interface Entry {
  readonly table: string;
  readonly pk: string;
  readonly ver: string;
  readonly deleted: boolean;
  readonly content: Record<string, string | null> | null;
}

/** The journal of this test's class, oldest key first. */
async function journal(): Promise<readonly Entry[]> {
  const { rows } = await db.owner.query(
    'SELECT tbl, pk, ver, deleted, content_at_delete FROM tallybook.row_state WHERE scope = $1 ORDER BY tbl, pk COLLATE "C"',
    [classId],
  );
  return rows.map(([table, pk, ver, deleted, content]) => ({
    table: table ?? '',
    pk: pk ?? '',
    ver: ver ?? '',
    deleted: deleted === 't',
    content: content === null || content === undefined ? null : (JSON.parse(content) as Record<string, string | null>),
  }));
}

async function addStudents(...names: readonly string[]): Promise<readonly string[]> {
  const ids = names.map(() => randomUUID()).toSorted();
  await db.owner.query(
    'INSERT INTO tallybook.student (class_id, id, name, created_at) SELECT $1, id, name, now() FROM unnest($2::uuid[], $3::text[]) AS s (id, name)',
    [classId, ids, names],
  );
  return ids;
}

const key = (id: string | undefined): string => JSON.stringify([id]);

describe('the journal, whoever writes', () => {
  it('notes inserted rows with the transaction that wrote them', async () => {
    const [one, two] = await addStudents('Li Wei', 'Ana');
    expect(await journal()).toEqual([
      { table: 'student', pk: key(one), ver: '1', deleted: false, content: null },
      { table: 'student', pk: key(two), ver: '1', deleted: false, content: null },
    ]);
    const { rows } = await db.owner.query(
      'SELECT count(DISTINCT xid), bool_and(edited_from = edited_to) FROM tallybook.row_state WHERE scope = $1',
      [classId],
    );
    expect(rows).toEqual([['1', 't']]);
  });

  it('notes an update only where content really changed, and keeps updated_at out of it', async () => {
    const [one = '', two = ''] = await addStudents('Li Wei', 'Ana');
    await db.owner.query(
      `UPDATE tallybook.student SET note = CASE WHEN id = $2 THEN 'new' END, updated_at = '2001-01-01' WHERE class_id = $1`,
      [classId, one],
    );
    expect((await journal()).map(({ pk, ver }) => [pk, ver])).toEqual([
      [key(one), '2'],
      [key(two), '1'],
    ]);
    const { rows } = await db.owner.query(
      `SELECT bool_and(updated_at > '2020-01-01') FROM tallybook.student WHERE class_id = $1`,
      [classId],
    );
    expect(rows).toEqual([['t']]);
  });

  it('keeps the content of a deleted row as text', async () => {
    const [id] = await addStudents('Li "Wei" \\ 李伟 🎈');
    await db.owner.query('DELETE FROM tallybook.student WHERE class_id = $1', [classId]);
    const [entry] = await journal();
    expect(entry).toMatchObject({
      pk: key(id),
      ver: '2',
      deleted: true,
      content: { id, name: 'Li "Wei" \\ 李伟 🎈', note: null },
    });
  });

  it('notes both keys when a key changes: the old one as deleted, the new one as there', async () => {
    const [one = ''] = await addStudents('Li Wei');
    const moved = randomUUID();
    await db.owner.query('UPDATE tallybook.student SET id = $2 WHERE class_id = $1 AND id = $3', [classId, moved, one]);
    expect((await journal()).filter(({ pk }) => pk === key(one))).toMatchObject([
      { deleted: true, content: { name: 'Li Wei' } },
    ]);
    expect((await journal()).filter(({ pk }) => pk === key(moved))).toMatchObject([{ deleted: false, ver: '1' }]);
  });

  it('notes what ON CONFLICT inserts and what it updates, and nothing for DO NOTHING', async () => {
    const add = async (suffix: string, id: string, name: string): Promise<unknown> =>
      await db.owner.query(
        `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $2, $3, now()) ON CONFLICT (class_id, id) ${suffix}`,
        [classId, id, name],
      );
    const id = randomUUID();
    await add('DO NOTHING', id, 'a');
    await add('DO NOTHING', id, 'b');
    expect(await journal()).toMatchObject([{ ver: '1' }]);
    await add('DO UPDATE SET name = excluded.name', id, 'b');
    expect(await journal()).toMatchObject([{ ver: '2', deleted: false }]);
    await add('DO UPDATE SET name = excluded.name', id, 'b');
    expect(await journal()).toMatchObject([{ ver: '2' }]);
  });

  it('notes rows that come by COPY', async () => {
    const id = randomUUID();
    const copy = db.owner.copyIn('COPY tallybook.student (class_id, id, name, created_at) FROM STDIN');
    copy.end(`${classId}\t${id}\tLi Wei\t2026-11-20T08:00:00Z\n`);
    await finished(copy);
    expect(await journal()).toEqual([{ table: 'student', pk: key(id), ver: '1', deleted: false, content: null }]);
  });

  it('notes the rows a foreign cascade deletes', async () => {
    await db.owner.query(
      'ALTER TABLE tallybook.student_tag ADD CONSTRAINT eager FOREIGN KEY (class_id, student_id) REFERENCES tallybook.student ON DELETE CASCADE',
    );
    await db.owner.query('ALTER TABLE tallybook.student_tag DROP CONSTRAINT student_tag_class_id_student_id_fkey');
    const [id = ''] = await addStudents('Li Wei');
    await db.owner.query(`INSERT INTO tallybook.student_tag (class_id, student_id, tag) VALUES ($1, $2, 'choir')`, [
      classId,
      id,
    ]);
    await db.owner.query('DELETE FROM tallybook.student WHERE class_id = $1', [classId]);
    expect((await journal()).map(({ table, deleted }) => [table, deleted])).toEqual([
      ['student', true],
      ['student_tag', true],
    ]);
  });

  it('does not call a row deleted that another trigger has put back', async () => {
    const [id = ''] = await addStudents('Li Wei');
    await db.owner.query(`CREATE FUNCTION public.put_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES (OLD.class_id, OLD.id, 'back again', now()); RETURN NULL; END $$;
      CREATE TRIGGER a_put_back AFTER DELETE ON tallybook.student FOR EACH ROW EXECUTE FUNCTION public.put_back()`);
    await db.owner.query('DELETE FROM tallybook.student WHERE class_id = $1', [classId]);
    expect(await journal()).toMatchObject([{ pk: key(id), deleted: false, content: null }]);
    await db.owner.query('DROP TRIGGER a_put_back ON tallybook.student');
  });

  it('saves tombstones before a TRUNCATE, of every class', async () => {
    const [id] = await addStudents('Li Wei');
    await db.owner.query('TRUNCATE tallybook.student CASCADE');
    expect(await journal()).toMatchObject([{ pk: key(id), deleted: true, content: { name: 'Li Wei' } }]);
  });

  it('works for a restore tool that switches ordinary triggers off', async () => {
    await db.owner.query('SET session_replication_role = replica');
    const [id] = await addStudents('Li Wei');
    await db.owner.query('SET session_replication_role = origin');
    expect(await journal()).toMatchObject([{ pk: key(id) }]);
  });

  it('writes the same text whatever the settings of the writer', async () => {
    const session = await db.foreign();
    const [id = ''] = await addStudents('Li Wei');
    await session.query(`SET TimeZone = 'Asia/Shanghai'; SET DateStyle = 'German'; SET search_path = public`);
    await session.query(`UPDATE tallybook.student SET created_at = '2026-11-20 08:00:00+00' WHERE id = $1`, [id]);
    await session.query('DELETE FROM tallybook.student WHERE id = $1', [id]);
    expect(await journal()).toMatchObject([{ ver: '3', content: { created_at: '2026-11-20 08:00:00+00' } }]);
  });

  it('addresses rows exactly as the app does', async () => {
    const [id = ''] = await addStudents('Li Wei');
    const tags = [
      'plain',
      '"quoted" \\ back',
      'tab\tnew\nline\u0001\u007f\u2028',
      '李伟 🎈 \u202eRTL',
      "'; DROP TABLE x; --",
      ' ',
      '[",',
    ];
    for (const tag of tags)
      await db.owner.query('INSERT INTO tallybook.student_tag (class_id, student_id, tag) VALUES ($1, $2, $3)', [
        classId,
        id,
        tag,
      ]);
    const table = tableOf(classroomCatalog, 'student_tag');
    const expected = tags.map((tag) => pkOf(table, { student_id: id, tag }));
    const found = (await journal()).filter((entry) => entry.table === 'student_tag').map(({ pk }) => pk);
    expect(new Set(found)).toEqual(new Set(expected));
  });

  it('keeps two classes apart that use the same ids', async () => {
    const id = randomUUID();
    const other = randomUUID();
    await db.owner.query('INSERT INTO tallybook.class (id, name) VALUES ($1, $2)', [other, '5C']);
    for (const scope of [classId, other]) {
      await db.owner.query(
        `INSERT INTO tallybook.student (class_id, id, name, number, created_at) VALUES ($1, $2, 'Li Wei', '7', now())`,
        [scope, id],
      );
    }
    await db.owner.query('DELETE FROM tallybook.student WHERE class_id = $1', [other]);
    expect(await journal()).toMatchObject([{ pk: key(id), deleted: false, ver: '1' }]);
  });
});

describe('the journal and people with few rights', () => {
  it('is kept for a role that may not write it', async () => {
    const session = await db.session();
    const id = randomUUID();
    await session.query(
      `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $2, 'Li Wei', now())`,
      [classId, id],
    );
    expect(await journal()).toMatchObject([{ pk: key(id) }]);
    for (const sql of [
      'INSERT INTO tallybook.row_state (scope, tbl, pk, ver, xid, deleted) VALUES (md5(random()::text)::uuid, $$student$$, $$x$$, 1, 1, true)',
      'UPDATE tallybook.row_state SET deleted = true',
      'DELETE FROM tallybook.row_state',
      'TRUNCATE tallybook.student CASCADE',
      'UPDATE tallybook.meta SET min_write = 0',
      'DELETE FROM tallybook.run',
      'ALTER TABLE tallybook.student DISABLE TRIGGER USER',
    ]) {
      await expect(session.query(sql), sql).rejects.toMatchObject({ code: 'right-missing' });
    }
    await session.query('CREATE TEMP TABLE student (class_id uuid, id uuid)');
    await expect(
      session.query(
        `CREATE TRIGGER x AFTER INSERT ON pg_temp.student REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tallybook.journal_insert('{id}', '{id}')`,
      ),
    ).rejects.toMatchObject({ code: 'right-missing' });
  });

  it('holds the natural limits of columns and unique numbers among those not deleted', async () => {
    const insert = async (number: string, deletedAt: string | null): Promise<unknown> =>
      await db.owner.query(
        `INSERT INTO tallybook.student (class_id, id, name, number, created_at, deleted_at) VALUES ($1, $2, 'x', $3, now(), $4)`,
        [classId, randomUUID(), number, deletedAt],
      );
    await insert('7', '2026-01-01Z');
    await insert('7', null);
    await expect(insert('7', null)).rejects.toMatchObject({
      params: { sqlstate: '23505', constraint: 'student_number_unique' },
    });
    const reward = `INSERT INTO tallybook.reward (class_id, id, name, cost, active, sort) VALUES ($1, $2, 'x', 0, true, 0)`;
    await expect(db.owner.query(reward, [classId, randomUUID()])).rejects.toMatchObject({ code: 'constraint-failed' });
    const avatar = `INSERT INTO tallybook.avatar (class_id, hash, image, type) VALUES ($1, 'h', decode(repeat('00', 65537), 'hex'), 'png')`;
    await expect(db.owner.query(avatar, [classId])).rejects.toMatchObject({ code: 'constraint-failed' });
  });
});
