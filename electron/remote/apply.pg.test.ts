import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Cell, Row } from '../../shared/sync/plan.ts';
import { inOwnClass } from '../../tests/support/in-own-class.ts';
import { waitForBlocked } from '../../tests/support/managed-database.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import {
  applyRun,
  observeAll,
  point,
  put,
  quietHorizon,
  rowOf,
  serverRows,
  student,
  write,
} from '../../tests/support/remote-runs.ts';
import type { ApplyRequest, Remote, TimedEffect } from './remote.ts';

let db: ManagedDatabase;
let remote: Remote;
let classId: string;

inOwnClass((own) => ({ db, remote, classId } = own));

/** A person with psql changes something. */
async function foreign(sql: string, params: readonly (string | null)[] = []): Promise<void> {
  await db.owner.query(sql, params);
}

const changed = (row: Row, cells: Readonly<Record<string, Cell>>): Row => ({ ...row, ...cells });

describe('a run on the server', () => {
  it('adds, changes and deletes rows of several tables at once, and reads back what it wrote', async () => {
    const [kept, goes] = [student({ name: 'kept' }), student({ name: 'goes' })];
    const tag = rowOf('student_tag', { student_id: goes['id'] ?? null, tag: 'choir' });
    await put(remote, classId, ['student', kept], ['student', goes], ['student_tag', tag]);
    const renamed = changed(kept, { name: '李伟 "🎈" \\ \t', note: null, number: '7' });
    const added = student({ name: 'new' });
    const given = point(added, { text: 'Great\nwork', delta: '5' });
    const phases: string[] = [];
    const readBack: unknown[] = [];
    const outcome = await applyRun(
      remote,
      classId,
      [
        write('score_event', null, given),
        write('student', kept, renamed),
        write('student', goes, null),
        write('student', null, added),
        write('student_tag', tag, null),
      ],
      {
        onPhase: (phase) => phases.push(phase),
        onReadBack: (rows) => {
          readBack.push(...rows.map(({ ord, ver }) => [ord, ver]));
        },
      },
    );
    expect(outcome).toMatchObject({ kind: 'committed', alreadyThere: [] });
    expect(phases).toEqual(['lock', 'send', 'compare', 'write', 'commit']);
    expect(readBack).toEqual([
      [0, '1'],
      [1, '2'],
      [2, '2'],
      [3, '1'],
      [4, '2'],
    ]);
    const there = [...(await serverRows(remote, classId)).values()].filter((row) => row !== null);
    expect(there).toHaveLength(3);
    expect(there).toEqual(expect.arrayContaining([renamed, added, given]));
  });

  it('R1: says while it sends many rows of which table they are, and how many of all have gone', async () => {
    const students = Array.from({ length: 700 }, (_, n) => student({ name: `Pupil ${n}`, note: 'x'.repeat(200) }));
    const points = students.map((of) => point(of));
    const effects = [
      ...students.map((row) => write('student', null, row)),
      ...points.map((row) => write('score_event', null, row)),
    ];
    const sent: { readonly done: number; readonly total: number; readonly table: string | undefined }[] = [];
    await applyRun(remote, classId, effects, {
      onPhase: (phase, done, total, table) => {
        if (phase === 'send' && table !== undefined) sent.push({ done, total, table });
      },
    });
    expect(sent.map(({ done }) => done)).toEqual(sent.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(sent.every(({ done, total, table }) => total === 1400 && (table === 'student') === done <= 700)).toBe(true);
    expect(new Set(sent.map(({ table }) => table))).toEqual(new Set(['student', 'score_event']));
    expect(sent.at(-1)?.done).toBe(1400);
  });

  it('notes when a row was edited, in the time given, and which device wrote it', async () => {
    const row = student();
    const edited = { editedFrom: '2026-11-01T08:00:00.000Z', editedTo: '2026-11-01T08:00:00.250Z' };
    const device = { id: randomUUID(), name: 'Office "PC" 李' };
    await applyRun(remote, classId, [write('student', null, row, edited)], { device });
    const { rows } = await observeAll(remote, classId);
    expect(rows).toMatchObject([{ editedFrom: edited.editedFrom, editedAt: edited.editedTo, by: device.name }]);
    await foreign(`UPDATE tallybook.student SET note = 'x' WHERE class_id = $1`, [classId]);
    const again = (await observeAll(remote, classId)).rows[0];
    expect(again).toMatchObject({ by: null, ver: '2' });
    expect(again?.editedAt).not.toBe(edited.editedTo);
  });

  it('changes only the columns that changed, so that columns of others stay', async () => {
    await foreign('ALTER TABLE tallybook.reward ADD COLUMN IF NOT EXISTS shelf text');
    const row = rowOf('reward', { id: randomUUID(), name: 'Sticker', cost: '5' });
    await put(remote, classId, ['reward', row]);
    await foreign(`UPDATE tallybook.reward SET shelf = 'top' WHERE class_id = $1`, [classId]);
    await applyRun(remote, classId, [write('reward', row, changed(row, { cost: '6' }))]);
    const { rows } = await db.owner.query('SELECT shelf, cost, name FROM tallybook.reward WHERE class_id = $1', [
      classId,
    ]);
    expect(rows).toEqual([['top', '6', 'Sticker']]);
  });

  it('carries images, which are large although they are few', async () => {
    const image = (byte: string): string => `\\x${byte.repeat(65_536)}`;
    const rows = ['00', 'ff', '5c'].flatMap((byte) =>
      Array.from({ length: 4 }, (_, n) =>
        rowOf('avatar', { hash: `${byte}${n}`, image: image(byte), type: 'image/png' }),
      ),
    );
    await put(remote, classId, ...rows.map((row) => ['avatar', row] as const));
    expect([...(await serverRows(remote, classId)).values()]).toEqual(expect.arrayContaining(rows));
  });

  it('leaves two classes with the same ids apart', async () => {
    const other = randomUUID();
    await remote.createClass({ id: other, name: '5C', sample: false });
    const row = rowOf('reason', { id: '00000000-0000-7000-8000-0000000000aa', text: 'Helpful', built_in: 'true' });
    for (const scope of [classId, other])
      expect(await applyRun(remote, scope, [write('reason', null, row)])).toMatchObject({ kind: 'committed' });
    await applyRun(remote, other, [write('reason', row, changed(row, { text: 'Kind' }))]);
    expect([...(await serverRows(remote, classId)).values()]).toEqual([row]);
  });

  it('does nothing for a run that is in the ledger', async () => {
    const runId = randomUUID();
    expect(await remote.wasCommitted(classId, runId)).toBe(false);
    const row = student();
    await applyRun(remote, classId, [write('student', null, row)], { runId });
    expect(await remote.wasCommitted(classId, runId)).toBe(true);
    expect(await remote.wasCommitted(randomUUID(), runId)).toBe(false);
    expect(await applyRun(remote, classId, [write('student', row, null)], { runId })).toEqual({ kind: 'duplicate' });
    expect([...(await serverRows(remote, classId)).values()]).toEqual([row]);
  });

  it('takes a row that is already as wanted for done, and writes the others', async () => {
    const row = student();
    await put(remote, classId, ['student', row]);
    const tag = rowOf('student_tag', { student_id: row['id'] ?? null, tag: 'choir' });
    await put(remote, classId, ['student_tag', tag]);
    const renamed = changed(row, { name: 'new' });
    const outcome = await applyRun(remote, classId, [
      write('student_tag', null, tag),
      write('student', row, renamed),
      write('student', student(), null),
    ]);
    expect(outcome).toMatchObject({ kind: 'committed', written: 1 });
    expect(outcome.kind === 'committed' && outcome.alreadyThere.map(({ table }) => table).toSorted()).toEqual([
      'student',
      'student_tag',
    ]);
  });
});

describe('a plan the world has moved away from', () => {
  it('is stale when a row has changed, appeared or gone, and nothing at all is written', async () => {
    const [a, b, c] = [student({ name: 'a' }), student({ name: 'b' }), student({ name: 'c' })];
    await put(remote, classId, ['student', a], ['student', b]);
    await foreign(`UPDATE tallybook.student SET note = 'psql' WHERE id = $1`, [a['id'] ?? null]);
    await foreign('DELETE FROM tallybook.student WHERE id = $1', [b['id'] ?? null]);
    await foreign(`INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $2, 'foreign', now())`, [
      classId,
      c['id'] ?? null,
    ]);
    const before = await serverRows(remote, classId);
    const innocent = student({ name: 'innocent' });
    const outcome = await applyRun(remote, classId, [
      write('student', null, innocent),
      write('student', a, changed(a, { name: 'A' })),
      write('student', b, changed(b, { name: 'B' })),
      write('student', null, c),
    ]);
    expect(outcome).toEqual({
      kind: 'stale',
      reason: 'rows',
      rows: [a, b, c].map((row) => ({ table: 'student', pk: JSON.stringify([row['id']]) })),
    });
    expect(await serverRows(remote, classId)).toEqual(before);
  });

  it('is stale when the row was changed and changed back, where the version is known', async () => {
    const row = student();
    await put(remote, classId, ['student', row]);
    await foreign(`UPDATE tallybook.student SET name = 'other' WHERE id = $1`, [row['id'] ?? null]);
    await foreign(`UPDATE tallybook.student SET name = $2 WHERE id = $1`, [row['id'] ?? null, row['name'] ?? null]);
    const result = changed(row, { note: 'n' });
    expect(await applyRun(remote, classId, [write('student', row, result, { serverVer: '1' })])).toMatchObject({
      kind: 'stale',
    });
    expect(await applyRun(remote, classId, [write('student', row, result, { serverVer: '3' })])).toMatchObject({
      kind: 'committed',
    });
  });

  it('is stale in another epoch of the server', async () => {
    expect(await applyRun(remote, classId, [write('student', null, student())], { epoch: randomUUID() })).toEqual({
      kind: 'stale',
      reason: 'epoch',
      rows: [],
    });
    expect((await serverRows(remote, classId)).size).toBe(0);
  });

  it('is stale where another file has left a visit under the id of this device', async () => {
    const device = { id: randomUUID(), name: 'Room 301' };
    const [first, second] = [
      { no: 1, token: randomUUID() },
      { no: 2, token: randomUUID() },
    ];
    const add = (): TimedEffect[] => [write('student', null, student())];
    const visiting = async (visit: NonNullable<ApplyRequest['visit']>) =>
      await applyRun(remote, classId, add(), { device, visit });
    expect(await visiting({ from: null, to: first })).toMatchObject({ kind: 'committed' });
    expect(await visiting({ from: first, to: second })).toMatchObject({ kind: 'committed' });
    expect(await visiting({ from: first, to: { no: 2, token: randomUUID() } })).toEqual({
      kind: 'stale',
      reason: 'visit',
      rows: [],
    });
    expect((await serverRows(remote, classId)).size).toBe(2);
  });

  it('is not disturbed by rows it does not touch', async () => {
    const row = student();
    await put(remote, classId, ['student', row]);
    await foreign(`INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $2, 'foreign', now())`, [
      classId,
      randomUUID(),
    ]);
    expect(await applyRun(remote, classId, [write('student', row, changed(row, { name: 'new' }))])).toMatchObject({
      kind: 'committed',
    });
  });

  it('waits for somebody who is writing the same row, and sees what they wrote', async () => {
    const row = student();
    await put(remote, classId, ['student', row]);
    const other = await db.foreign();
    await other.query('BEGIN');
    await other.query(`UPDATE tallybook.student SET name = 'theirs' WHERE id = $1`, [row['id'] ?? null]);
    const mine = applyRun(remote, classId, [write('student', row, changed(row, { name: 'mine' }))]);
    await waitForBlocked(db);
    await other.query('COMMIT');
    expect(await mine).toMatchObject({ kind: 'stale', reason: 'rows' });
    expect([...(await serverRows(remote, classId)).values()]).toMatchObject([{ name: 'theirs' }]);
  });
});

it('locks the parents of what it adds before it writes anything, so that two runs never wait for each other in a circle', async () => {
  const parent = student();
  await put(remote, classId, ['student', parent]);
  const other = await db.foreign();
  await other.query('BEGIN');
  await other.query('SELECT 1 FROM tallybook.student WHERE id = $1 FOR UPDATE', [parent['id'] ?? null]);
  const mine = applyRun(remote, classId, [write('score_event', null, point(parent))]);
  await waitForBlocked(db);
  const written = await db.owner.query(
    `SELECT count(*) FROM pg_locks WHERE relation = 'tallybook.score_event'::regclass AND mode = 'RowExclusiveLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  await other.query('COMMIT');
  expect(written.rows).toEqual([['0']]);
  expect(await mine).toMatchObject({ kind: 'committed' });
});

describe('a collision with somebody else', () => {
  it('on a number that was taken meanwhile is stale, and refused once the plan knew it', async () => {
    const { observation } = await observeAll(remote, classId);
    const theirs = student({ name: 'theirs', number: '7' });
    await foreign(
      `INSERT INTO tallybook.student (class_id, id, name, number, created_at) VALUES ($1, $2, 'theirs', '7', now())`,
      [classId, theirs['id'] ?? null],
    );
    const mine = student({ name: 'mine', number: '7' });
    const effects = [write('student', null, mine)];
    const place = { table: 'student', pk: JSON.stringify([mine['id']]) };
    expect(await applyRun(remote, classId, effects, { horizon: observation.horizon })).toEqual({
      kind: 'stale',
      reason: 'collision',
      rows: [place],
    });
    const later = await quietHorizon(remote, classId);
    expect(await applyRun(remote, classId, effects, { horizon: later })).toMatchObject({
      kind: 'refused',
      error: { code: 'constraint-failed', params: { constraint: 'student_number_unique' } },
      row: place,
    });
    expect((await serverRows(remote, classId)).size).toBe(1);
  });

  it('on a row another transaction is just inserting is stale', async () => {
    const row = student();
    const other = await db.foreign();
    await other.query('BEGIN');
    await other.query(
      `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $2, 'theirs', now())`,
      [classId, row['id'] ?? null],
    );
    const mine = applyRun(remote, classId, [write('student', null, row)]);
    await waitForBlocked(db);
    await other.query('COMMIT');
    expect(await mine).toMatchObject({ kind: 'stale', rows: [{ table: 'student' }] });
    expect([...(await serverRows(remote, classId)).values()]).toMatchObject([{ name: 'theirs' }]);
  });

  it('on a parent that is gone, or a new child of a deleted row, is stale', async () => {
    const row = student();
    await put(remote, classId, ['student', row]);
    await foreign('DELETE FROM tallybook.student WHERE id = $1', [row['id'] ?? null]);
    const given = point(row);
    expect(await applyRun(remote, classId, [write('score_event', null, given)])).toEqual({
      kind: 'stale',
      reason: 'collision',
      rows: [{ table: 'score_event', pk: JSON.stringify([given['id']]) }],
    });
    const parent = student();
    await put(remote, classId, ['student', parent]);
    await foreign(`INSERT INTO tallybook.student_tag (class_id, student_id, tag) VALUES ($1, $2, 'choir')`, [
      classId,
      parent['id'] ?? null,
    ]);
    expect(await applyRun(remote, classId, [write('student', parent, null)])).toEqual({
      kind: 'stale',
      reason: 'collision',
      rows: [{ table: 'student', pk: JSON.stringify([parent['id']]) }],
    });
  });
});
