import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { inOwnClass } from '../../tests/support/in-own-class.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import { applyRun, observeAll, point, quietHorizon, rowOf, student, write } from '../../tests/support/remote-runs.ts';
import { systemClock } from '../engine/system-clock.ts';
import { createPgRemote } from './pg-remote.ts';
import type { Remote, ServerRow } from './remote.ts';

let db: ManagedDatabase;
let remote: Remote;
let classId: string;

inOwnClass((own) => ({ db, remote, classId } = own));

async function addStudent(name = 'Li Wei', session = db.owner): Promise<string> {
  const id = randomUUID();
  await session.query(
    `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $2, $3, '2026-11-20T08:00:00Z')`,
    [classId, id, name],
  );
  return id;
}

const names = (rows: readonly ServerRow[]): readonly string[] =>
  rows.map(({ row }) => String(row?.['name'])).toSorted();

describe('a remote', () => {
  it('knows who the server is, also as a role with few rights', async () => {
    const owner = await createPgRemote(await db.foreign(), classroomCatalog);
    expect(remote.identity).toMatchObject({ schema: 'tallybook', inRecovery: false });
    expect(remote.identity.system).toMatch(/^\d{10,}$/);
    expect(remote.identity.epoch).toMatch(/^[0-9a-f-]{36}$/);
    expect(owner.identity).toEqual(remote.identity);
  });

  it('lists the classes with their living students, and makes a class once', async () => {
    await remote.createClass({ id: classId, name: 'renamed', sample: true });
    await addStudent();
    const gone = await addStudent();
    await db.owner.query('UPDATE tallybook.student SET deleted_at = now() WHERE id = $1', [gone]);
    expect((await remote.classes()).find(({ id }) => id === classId)).toEqual({
      id: classId,
      name: '5B',
      students: 1,
      sample: false,
    });
  });
});

describe('the first observation', () => {
  it('gives every row of this class in canonical text, parents before children, and nothing of another class', async () => {
    const other = randomUUID();
    await remote.createClass({ id: other, name: '5C', sample: false });
    const who = student({
      name: 'O\'Neil "李伟"\t\\ 🎈',
      note: '',
      number: '007',
      created_at: '2026-11-20T08:00:00.120Z',
    });
    const rows: readonly (readonly [string, Row])[] = [
      ['avatar', rowOf('avatar', { hash: 'h', image: '\\x00ff0a09', type: 'image/png' })],
      ['group', rowOf('group', { id: randomUUID(), name: 'Tigers' })],
      ['student', who],
      ['student_tag', rowOf('student_tag', { student_id: who['id'] ?? null, tag: 'choir\n"x"' })],
      ['score_event', point(who, { delta: '-2147483648', at: '2026-11-20T08:00:00.123456Z' })],
      ['reward', rowOf('reward', { id: randomUUID(), cost: '1', active: 'true' })],
      ['class_setting', rowOf('class_setting', { key: 'a', value: '{"a":[1,2.5,null],"b":"x"}' })],
    ];
    await applyRun(
      remote,
      classId,
      rows.map(([table, row]) => write(table, null, row)),
    );
    await applyRun(
      remote,
      other,
      rows.map(([table, row]) => write(table, null, row)),
    );
    const { observation, rows: seen } = await observeAll(remote, classId);
    expect(seen.map(({ table, row }) => [table, row])).toEqual(rows);
    expect(seen.every(({ ver, by, editedAt }) => ver === '1' && by === 'Room 301' && editedAt === null)).toBe(true);
    expect(observation).toMatchObject({ full: true, rows: rows.length, restart: null, identity: remote.identity });
    expect(Math.abs(observation.clock.serverMs - observation.clock.wallMs)).toBeLessThanOrEqual(
      observation.clock.uncertaintyMs + 50,
    );
    expect(observation.serverTime).toMatch(/^\d{4}-.*Z$/);
  });

  it('reads and writes values the same over a connection that was handed on with other settings, as a pooler does', async () => {
    const session = await db.session();
    await session.query(`SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Kathmandu'; SET bytea_output = 'escape'`);
    const handed = await createPgRemote(session, classroomCatalog);
    const rows = [student({ created_at: '2026-11-20T08:00:00.120Z' }), student({ name: 'Chen Yu' })] as const;
    const written = rows.map((row) => write('student', null, row));
    expect(await applyRun(handed, classId, written)).toMatchObject({ kind: 'committed' });
    const { rows: seen } = await observeAll(handed, classId);
    expect(seen).toEqual((await observeAll(remote, classId)).rows);
    const [device] = await handed.devices(classId);
    expect(device?.lastSeen).toMatch(/^\d{4}-.*Z$/);
    expect(new Set(seen.map(({ row }) => JSON.stringify(row)))).toEqual(
      new Set(rows.map((row) => JSON.stringify(row))),
    );
  });

  it('gives tombstones with the content of what was deleted', async () => {
    const id = await addStudent('Ana');
    await db.owner.query('DELETE FROM tallybook.student WHERE id = $1', [id]);
    const { rows } = await observeAll(remote, classId);
    expect(rows).toMatchObject([
      {
        table: 'student',
        pk: JSON.stringify([id]),
        row: null,
        ver: '2',
        by: null,
        content: { id, name: 'Ana', created_at: '2026-11-20T08:00:00.000Z' },
      },
    ]);
    expect(rows[0]?.editedAt).toBe(rows[0]?.editedFrom);
  });

  it('lets a row that is there win over a stale mark in the journal', async () => {
    const id = await addStudent('Ana');
    await db.owner.query(`UPDATE tallybook.row_state SET deleted = true WHERE pk = $1`, [JSON.stringify([id])]);
    expect(names((await observeAll(remote, classId)).rows)).toEqual(['Ana']);
    expect(names((await observeAll(remote, classId, '0')).rows)).toEqual(['Ana']);
  });

  it('hands over at most 2,000 rows at a time, and waits until they are stored', async () => {
    await db.owner.query(
      `INSERT INTO tallybook.reason (class_id, id, text, delta, sort, built_in) SELECT $1, md5(n::text)::uuid, 'r' || n, n, n, false FROM generate_series(1, 4500) n`,
      [classId],
    );
    const sizes: number[] = [];
    let storing = false;
    await remote.observe({
      scope: classId,
      tables: classroomCatalog.tables,
      since: null,
      readClock: systemClock().read,
      signal: new AbortController().signal,
      onRows: async (rows) => {
        expect(storing).toBe(false);
        storing = true;
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        storing = false;
        sizes.push(rows.length);
      },
    });
    expect(sizes).toEqual([2000, 2000, 500]);
    const { observation } = await observeAll(remote, classId, '0');
    expect(observation.rows).toBe(4500);
  });
});

describe('an observation from a horizon', () => {
  it('passes over what a settled run wrote, and reads what anybody wrote since, rows of that run included', async () => {
    const since = await quietHorizon(remote, classId);
    const [kept, edited, gone] = [student({ name: 'kept' }), student({ name: 'edited' }), student({ name: 'gone' })];
    const runId = randomUUID();
    await addStudent('before');
    const effects = [kept, edited, gone].map((row) => write('student', null, row));
    expect(await applyRun(remote, classId, effects, { runId })).toMatchObject({ kind: 'committed' });
    expect(names((await observeAll(remote, classId, since, runId)).rows)).toEqual(['before']);
    await addStudent('after');
    await db.owner.query(`UPDATE tallybook.student SET name = 'edited again' WHERE id = $1`, [edited['id'] ?? null]);
    await db.owner.query('DELETE FROM tallybook.student WHERE id = $1', [gone['id'] ?? null]);
    const { rows } = await observeAll(remote, classId, since, runId);
    expect(names(rows)).toEqual(['after', 'before', 'edited again', 'undefined']);
    // A run the server does not know stands for nothing, and of a reading of everything nothing is left out.
    expect((await observeAll(remote, classId, since, randomUUID())).rows).toHaveLength(5);
    expect((await observeAll(remote, classId, null, runId)).rows).toHaveLength(5);
  });

  it('gives only what changed, whoever changed it', async () => {
    const kept = await addStudent('kept');
    const gone = await addStudent('gone');
    await addStudent('untouched');
    const since = await quietHorizon(remote, classId);
    await db.owner.query(`UPDATE tallybook.student SET name = 'renamed' WHERE id = $1`, [kept]);
    await db.owner.query('DELETE FROM tallybook.student WHERE id = $1', [gone]);
    await addStudent('new');
    const { rows, observation } = await observeAll(remote, classId, since);
    expect(names(rows)).toEqual(['new', 'renamed', 'undefined']);
    expect(rows.find(({ row }) => row === null)?.content).toMatchObject({ name: 'gone' });
    expect(observation.full).toBe(false);
    expect(await observeAll(remote, classId, await quietHorizon(remote, classId))).toMatchObject({
      rows: [],
      observation: { rows: 0, restart: null },
    });
  });

  it('does not lose a transaction that commits late', async () => {
    const late = await db.foreign();
    await late.query('BEGIN');
    await addStudent('late', late);
    await addStudent('early');
    const first = await observeAll(remote, classId);
    expect(names(first.rows)).toEqual(['early']);
    await addStudent('later');
    await late.query('COMMIT');
    const second = await observeAll(remote, classId, first.observation.horizon);
    expect(names(second.rows)).toContain('late');
    expect(names(second.rows)).toContain('later');
  });

  it('does not lose a late transaction that writes a row another one wrote meanwhile', async () => {
    const id = await addStudent('first');
    const late = await db.foreign();
    await late.query('BEGIN');
    await late.query('SELECT txid_current()');
    await db.owner.query(`UPDATE tallybook.student SET name = 'second' WHERE id = $1`, [id]);
    const first = await observeAll(remote, classId);
    expect(names(first.rows)).toEqual(['second']);
    await late.query(`UPDATE tallybook.student SET name = 'third' WHERE id = $1`, [id]);
    await late.query('COMMIT');
    expect(names((await observeAll(remote, classId, first.observation.horizon)).rows)).toEqual(['third']);
  });

  it('asks for everything when the server stands behind the horizon, or the journal was cleared since', async () => {
    const { observation } = await observeAll(remote, classId);
    await addStudent();
    const ahead = String(BigInt(observation.horizon) + 1_000_000n);
    expect(await observeAll(remote, classId, ahead)).toMatchObject({
      rows: [],
      observation: { restart: 'horizon-behind' },
    });
    await db.owner.query('UPDATE tallybook.gc_horizon SET horizon = txid_current() + 1 WHERE class_id = $1', [classId]);
    const collected = await observeAll(remote, classId, observation.horizon);
    expect(collected).toMatchObject({ rows: [], observation: { restart: 'horizon-collected' } });
    expect(BigInt(collected.observation.horizon)).toBeLessThan(BigInt(observation.horizon));
    expect((await observeAll(remote, classId)).rows).toHaveLength(1);
  });

  it('never takes a row nobody can see for a deleted one', async () => {
    const { observation } = await observeAll(remote, classId);
    const id = await addStudent();
    await db.owner.query('ALTER TABLE tallybook.student DISABLE TRIGGER tallybook_journal_delete');
    await db.owner.query('DELETE FROM tallybook.student WHERE id = $1', [id]);
    await db.owner.query('ALTER TABLE tallybook.student ENABLE ALWAYS TRIGGER tallybook_journal_delete');
    expect(await observeAll(remote, classId, observation.horizon)).toMatchObject({
      rows: [],
      observation: { restart: 'journal-gap' },
    });
    expect((await observeAll(remote, classId)).rows).toEqual([]);
  });

  it('refuses while a journal trigger is off', async () => {
    await db.owner.query('ALTER TABLE tallybook.reason DISABLE TRIGGER tallybook_journal_update');
    await expect(observeAll(remote, classId)).rejects.toMatchObject({ code: 'schema-damaged' });
    await db.owner.query('ALTER TABLE tallybook.reason ENABLE ALWAYS TRIGGER tallybook_journal_update');
    await observeAll(remote, classId);
  });
});

describe('stopping an observation', () => {
  it('ends it when the caller cancels', async () => {
    const mine = await createPgRemote(await db.session(), classroomCatalog);
    const controller = new AbortController();
    controller.abort();
    const request = {
      scope: classId,
      tables: classroomCatalog.tables,
      since: null,
      readClock: systemClock().read,
      signal: controller.signal,
      onRows: () => {},
    };
    await expect(mine.observe(request)).rejects.toMatchObject({ code: 'cancelled' });
    expect((await observeAll(mine, classId)).rows).toEqual([]);
  });

  it('hands on a value this app cannot hold as the server writes it, for a preview that leaves out that row alone', async () => {
    await db.owner.query(
      `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $2, 'x', 'infinity')`,
      [classId, randomUUID()],
    );
    const mine = await createPgRemote(await db.session(), classroomCatalog);
    expect((await observeAll(mine, classId)).rows).toMatchObject([{ row: { name: 'x', created_at: 'infinity' } }]);
  });
});
