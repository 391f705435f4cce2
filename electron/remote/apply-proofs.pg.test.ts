import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { Resolution } from '../../shared/sync/logged-fields.ts';
import type { Cell, Row } from '../../shared/sync/plan.ts';
import { managedDatabase } from '../../tests/support/managed-database.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import { applyRun, observeAll, point, put, rowOf, student, write } from '../../tests/support/remote-runs.ts';
import { createPgRemote } from './pg-remote.ts';
import type { Remote } from './remote.ts';

let db: ManagedDatabase;
let remote: Remote;

beforeEach(async () => {
  db = await managedDatabase();
  remote = await createPgRemote(await db.session(), classroomCatalog);
});
afterEach(async () => {
  await db[Symbol.asyncDispose]();
});

async function dump(): Promise<unknown> {
  const tables = [...classroomCatalog.tables.map(({ name }) => name), 'row_state', 'run'];
  const answers = await db.owner.pipeline(
    tables.map((name) => ({ sql: `SELECT t.* FROM tallybook."${name}" t ORDER BY t::text` })),
  );
  return answers.map(({ rows }) => rows);
}

const changed = (row: Row, cells: Readonly<Record<string, Cell>>): Row => ({ ...row, ...cells });

async function trigger(table: string, when: string, body: string): Promise<void> {
  await db.owner
    .query(`CREATE FUNCTION public.surprise() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN ${body} END $$;
    CREATE TRIGGER surprise ${when} ON tallybook.${table} FOR EACH ROW EXECUTE FUNCTION public.surprise()`);
}

describe('the journal proof refuses, and writes nothing, when', () => {
  it('a trigger would also change another row of ours', async () => {
    const [a, b] = [student({ name: 'a' }), student({ name: 'b' })];
    await put(remote, db.classId, ['student', a], ['student', b]);
    await trigger(
      'score_event',
      'AFTER INSERT',
      `UPDATE tallybook.student SET note = 'got one' WHERE id = NEW.student_id; RETURN NULL;`,
    );
    const before = await dump();
    expect(await applyRun(remote, db.classId, [write('score_event', null, point(a))])).toEqual({
      kind: 'refused',
      error: { code: 'journal-mismatch', params: { table: 'student' } },
      row: null,
    });
    expect(await dump()).toEqual(before);
  });

  it('a trigger would also change a row of another class', async () => {
    const other = randomUUID();
    await remote.createClass({ id: other, name: '5C', sample: false });
    await applyRun(remote, other, [write('student', null, student())]);
    await trigger(
      'score_event',
      'AFTER INSERT',
      `UPDATE tallybook.student SET note = 'x' WHERE class_id = '${other}'; RETURN NULL;`,
    );
    const row = student();
    expect(
      await applyRun(remote, db.classId, [write('student', null, row), write('score_event', null, point(row))]),
    ).toMatchObject({
      kind: 'refused',
      error: { params: { table: 'student' } },
    });
  });

  it('a trigger would write to a table of somebody else', async () => {
    await db.owner.query('CREATE TABLE public.audit (what text)');
    await trigger('student', 'AFTER INSERT', `INSERT INTO public.audit VALUES (NEW.name); RETURN NULL;`);
    expect(await applyRun(remote, db.classId, [write('student', null, student())])).toMatchObject({
      kind: 'refused',
      error: { code: 'journal-mismatch', params: { table: 'public.audit' } },
    });
    expect((await db.owner.query('SELECT * FROM public.audit')).rows).toEqual([]);
  });

  const lines: readonly Resolution[] = [
    {
      id: randomUUID(),
      table: 'student',
      pk: '["x"]',
      baseHash: 'a',
      loserHash: 'b',
      winnerHash: 'c',
      choice: 'local',
      fields: null,
      who: 'me',
      runId: randomUUID(),
      at: '2026-11-20T08:00:00.000Z',
    },
  ];
  const audit = `INSERT INTO public.audit VALUES ('x'); RETURN NULL;`;
  const rename = `UPDATE tallybook.student SET note = 'x' WHERE note IS NULL; RETURN NULL;`;
  it.each([
    [
      'a line of the log of decisions makes a trigger write elsewhere',
      'resolution_log',
      'INSERT',
      audit,
      'public.audit',
    ],
    ['a line of the log of decisions makes a trigger change a row', 'resolution_log', 'INSERT', rename, 'student'],
    ['what is last taken away makes a trigger write elsewhere', 'presence', 'DELETE', audit, 'public.audit'],
    ['what is last taken away makes a trigger change a row', 'presence', 'DELETE', rename, 'student'],
    ['the forgetting of old deletions makes a trigger change a row', 'gc_horizon', 'UPDATE', rename, 'student'],
    ['the first line of the run makes a trigger write elsewhere', 'run', 'INSERT', audit, 'public.audit'],
    ['the visit makes a trigger write elsewhere', 'device', 'INSERT', audit, 'public.audit'],
  ])('%s', async (_title, table, event, body, named) => {
    await put(remote, db.classId, ['student', student({ name: 'there' })]);
    await db.owner.query(
      `CREATE TABLE public.audit (what text); UPDATE tallybook.gc_horizon SET at = now() - interval '2 days'`,
    );
    await trigger(table, `AFTER ${event}`, body);
    expect(
      await applyRun(remote, db.classId, [write('student', null, student({ note: 'new' }))], { resolutions: lines }),
    ).toMatchObject({ kind: 'refused', error: { code: 'journal-mismatch', params: { table: named } } });
    // Who is syncing is taken back outside of the run as well.
    if (table === 'presence') return;
    expect((await db.owner.query('SELECT * FROM public.audit')).rows).toEqual([]);
    expect((await db.owner.query('SELECT note FROM tallybook.student')).rows).toEqual([[null]]);
  });

  it('a cascade would delete rows nobody saw', async () => {
    const row = student();
    const tag = rowOf('student_tag', { student_id: row['id'] ?? null, tag: 'choir' });
    await put(remote, db.classId, ['student', row], ['student_tag', tag]);
    await db.owner.query(`ALTER TABLE tallybook.student_tag DROP CONSTRAINT student_tag_class_id_student_id_fkey;
      ALTER TABLE tallybook.student_tag ADD FOREIGN KEY (class_id, student_id) REFERENCES tallybook.student ON DELETE CASCADE`);
    const before = await dump();
    expect(await applyRun(remote, db.classId, [write('student', row, null)])).toMatchObject({
      kind: 'refused',
      error: { params: { table: 'student_tag' } },
    });
    expect(await dump()).toEqual(before);
    expect(
      await applyRun(remote, db.classId, [write('student', row, null), write('student_tag', tag, null)]),
    ).toMatchObject({ kind: 'committed' });
  });

  it('the journal itself is off', async () => {
    await db.owner.query('ALTER TABLE tallybook.student DISABLE TRIGGER tallybook_journal_insert');
    expect(await applyRun(remote, db.classId, [write('student', null, student())])).toMatchObject({
      kind: 'refused',
      error: { params: { table: 'student' } },
    });
  });

  it('a trigger swallows a row', async () => {
    await trigger('student', 'BEFORE INSERT', `RETURN NULL;`);
    expect(await applyRun(remote, db.classId, [write('student', null, student())])).toMatchObject({
      kind: 'refused',
      error: { params: { table: 'student' } },
    });
  });

  it('a trigger swallows a change: it is told from one that writes something else', async () => {
    const row = student();
    await put(remote, db.classId, ['student', row]);
    await trigger('student', 'BEFORE UPDATE', `RETURN NULL;`);
    expect(await applyRun(remote, db.classId, [write('student', row, changed(row, { name: 'Li Wen' }))])).toMatchObject(
      { kind: 'refused', error: { code: 'journal-mismatch', params: { table: 'student' } } },
    );
  });

  it('but not for what other transactions write, nor for what the connection wrote before', async () => {
    await db.owner.query('CREATE TABLE public.busy (n int); GRANT ALL ON public.busy TO PUBLIC');
    const session = await db.session();
    await session.query('INSERT INTO public.busy VALUES (1)');
    const mine = await createPgRemote(session, classroomCatalog);
    await session.query('INSERT INTO public.busy VALUES (2)');
    await db.owner.query('INSERT INTO public.busy VALUES (3)');
    expect(await applyRun(mine, db.classId, [write('student', null, student())])).toMatchObject({ kind: 'committed' });
  });
});

describe('the read-back refuses, and names row and column, when', () => {
  it('a trigger stamps another value', async () => {
    await trigger('student', 'BEFORE INSERT OR UPDATE', `NEW.created_at := now(); RETURN NEW;`);
    const row = student();
    expect(await applyRun(remote, db.classId, [write('student', null, row)])).toEqual({
      kind: 'refused',
      error: { code: 'read-back-differs', params: { table: 'student', column: 'created_at' } },
      row: { table: 'student', pk: JSON.stringify([row['id']]) },
    });
    expect((await observeAll(remote, db.classId)).rows).toEqual([]);
  });

  it('a trigger trims a text', async () => {
    await trigger('student', 'BEFORE INSERT', `NEW.name := btrim(NEW.name); RETURN NEW;`);
    expect(await applyRun(remote, db.classId, [write('student', null, student({ name: ' Li ' }))])).toMatchObject({
      error: { params: { column: 'name' } },
    });
    expect(await applyRun(remote, db.classId, [write('student', null, student({ name: 'Li' }))])).toMatchObject({
      kind: 'committed',
    });
  });

  it('a trigger changes one cell of one row whose version nobody asks for, however many go with it', async () => {
    const few = [student({ note: '' }), student({ name: 'odd', note: '' }), student({ note: null })];
    const many = [...few, ...Array.from({ length: 1_200 }, () => student({ note: null }))];
    await trigger('student', 'BEFORE INSERT', `IF NEW.name = 'odd' THEN NEW.note := NULL; END IF; RETURN NEW;`);
    for (const rows of [few, many]) {
      const effects = rows.map((row) => write('student', null, row, { versionUnasked: true }));
      expect(await applyRun(remote, db.classId, effects)).toEqual({
        kind: 'refused',
        error: { code: 'read-back-differs', params: { table: 'student', column: 'note' } },
        row: { table: 'student', pk: JSON.stringify([rows[1]?.['id']]) },
      });
    }
    expect((await observeAll(remote, db.classId)).rows).toEqual([]);
  });

  it('a trigger puts a deleted row back', async () => {
    const row = student();
    await put(remote, db.classId, ['student', row]);
    await trigger('student', 'AFTER DELETE', `INSERT INTO tallybook.student SELECT OLD.*; RETURN NULL;`);
    expect(await applyRun(remote, db.classId, [write('student', row, null)])).toMatchObject({
      kind: 'refused',
      row: { table: 'student' },
    });
    expect((await observeAll(remote, db.classId)).rows).toMatchObject([{ row: { id: row['id'] } }]);
  });
});

describe('a row the server refuses for its value is named', () => {
  const many = Array.from({ length: 37 }, (_, n) => rowOf('reward', { id: randomUUID(), name: `r${n}`, cost: '1' }));
  it.each([
    ['a check', { cost: '0' }, 'constraint-failed'],
    ['a number beyond its type', { cost: '99999999999' }, 'value-refused'],
    ['a time that is none', { deleted_at: 'yesterday-ish' }, 'value-refused'],
    ['a missing value', { name: null }, 'constraint-failed'],
  ])('for %s', async (_title, cells, code) => {
    const bad = changed(many[23] ?? {}, cells);
    const effects = many.map((row, index) => write('reward', null, index === 23 ? bad : row));
    const before = await dump();
    expect(await applyRun(remote, db.classId, effects)).toMatchObject({
      kind: 'refused',
      error: { code },
      row: { table: 'reward', pk: JSON.stringify([bad['id']]) },
    });
    expect(await dump()).toEqual(before);
    expect(
      await applyRun(
        remote,
        db.classId,
        effects.filter((effect) => effect.pk !== JSON.stringify([bad['id']])),
      ),
    ).toMatchObject({ kind: 'committed' });
  });

  it('by a trigger that raises a data error, among updates of many kinds', async () => {
    const rows = Array.from({ length: 9 }, (_, n) => student({ name: `s${n}`, number: String(n) }));
    await put(remote, db.classId, ...rows.map((row) => ['student', row] as const));
    await trigger('student', 'BEFORE UPDATE', `IF NEW.note = 'bad' THEN RAISE check_violation; END IF; RETURN NEW;`);
    const effects = rows.map((row, n) =>
      write('student', row, changed(row, { number: String((n + 1) % 9), note: n === 4 ? 'bad' : null })),
    );
    expect(await applyRun(remote, db.classId, effects)).toMatchObject({
      kind: 'refused',
      row: { pk: JSON.stringify([rows[4]?.['id']]) },
    });
  });
});

it('needs no right beyond those granted, and says so when one is missing', async () => {
  await db.owner.query(`REVOKE INSERT ON tallybook.reward FROM "${db.role}"`);
  await expect(
    applyRun(remote, db.classId, [write('reward', null, rowOf('reward', { id: randomUUID(), cost: '1' }))]),
  ).rejects.toMatchObject({ code: 'right-missing' });
  await put(remote, db.classId, ['student', student()]);
});

it('brings back the versions of the rows that are asked for, and no other rows', async () => {
  const asked = new Set([3, 600, 1_100]);
  const effects = Array.from({ length: 1_200 }, (_, n) =>
    write('student', null, student(), { versionUnasked: !asked.has(n) }),
  );
  const versions: unknown[] = [];
  const onReadBack = (rows: readonly { readonly ord: number; readonly ver: string | null }[]): void => {
    versions.push(...rows.map(({ ord, ver }) => [ord, ver]));
  };
  expect(await applyRun(remote, db.classId, effects, { onReadBack })).toMatchObject({ kind: 'committed' });
  expect(versions).toEqual([...asked].map((n) => [n, '1']));
});
