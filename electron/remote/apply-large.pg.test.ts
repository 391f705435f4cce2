import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { managedDatabase } from '../../tests/support/managed-database.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import { applyRun, observeAll, point, put, student, write } from '../../tests/support/remote-runs.ts';
import { countRoundTrips } from '../../tests/support/round-trips.ts';
import { createPgRemote } from './pg-remote.ts';

let db: ManagedDatabase;

beforeEach(async () => {
  db = await managedDatabase();
});
afterEach(async () => {
  await db[Symbol.asyncDispose]();
});

async function count(from: string): Promise<number> {
  return Number((await db.owner.query(`SELECT count(*) FROM ${from}`)).rows[0]?.[0]);
}

describe('a run waits for the server', () => {
  it.each([1, 1_000, 20_000])('at most 8 times for %i rows', { timeout: 120_000 }, async (rows) => {
    const relay = await countRoundTrips(db.database.config);
    onTestFinished(async () => await relay[Symbol.asyncDispose]());
    const session = await db.session({ port: relay.port });
    const remote = await createPgRemote(session, classroomCatalog);
    const of = student();
    await put(remote, db.classId, ['student', of]);
    const effects = Array.from({ length: rows }, () => write('score_event', null, point(of)));
    relay.take();
    expect(await applyRun(remote, db.classId, effects)).toMatchObject({ kind: 'committed', written: rows });
    expect(relay.take()).toBeLessThanOrEqual(8);
    expect(await count('tallybook.score_event')).toBe(rows);
    await session.close();
  });
});

it('of many new rows tells those that are there already from those that are there with other content, also where they were deleted before', async () => {
  const remote = await createPgRemote(await db.session(), classroomCatalog);
  const rows = Array.from({ length: 1_200 }, (_, n) => student({ name: `s${n}` }));
  const [same, differs, again] = [rows[3], rows[700], rows[1_100]];
  if (same === undefined || differs === undefined || again === undefined) throw new Error('1,200 rows');
  await put(remote, db.classId, ['student', same], ['student', again]);
  await applyRun(remote, db.classId, [write('student', again, null)]);
  const effects = rows.map((row) => write('student', null, row, row === again ? { serverVer: '2' } : {}));
  await put(remote, db.classId, ['student', { ...differs, note: 'of somebody else' }]);
  const place = ({ table, pk }: { readonly table: string; readonly pk: string }): object => ({ table, pk });
  const at = (row: Row): object => place(write('student', null, row));
  expect(await applyRun(remote, db.classId, effects)).toMatchObject({ kind: 'stale', rows: [at(differs)] });
  await db.owner.query('DELETE FROM tallybook.student WHERE id = $1', [differs['id'] ?? null]);
  const late = write('student', null, again, { serverVer: '1' });
  const outdated = effects.map((effect) => (effect.pk === late.pk ? late : effect));
  expect(await applyRun(remote, db.classId, outdated)).toMatchObject({ kind: 'stale', rows: [at(again)] });
  expect(await applyRun(remote, db.classId, effects)).toMatchObject({
    kind: 'committed',
    written: 1_199,
    alreadyThere: [at(same)],
  });
  expect(await count('tallybook.student')).toBe(1_200);
});

it('notes when each of many rows was edited, in the one writing of the journal', async () => {
  const remote = await createPgRemote(await db.session(), classroomCatalog);
  const together = { editedFrom: '2026-11-01T08:00:00.000Z', editedTo: '2026-11-01T08:00:00.250Z' };
  const alone = { editedFrom: '2026-10-01T08:00:00.000Z', editedTo: '2026-10-02T08:00:00.000Z' };
  const rows = Array.from({ length: 1_200 }, (_, n) => student({ name: `s${n}` }));
  const timesOf = (n: number): object => (n % 3 === 1 ? alone : n % 3 === 2 ? {} : together);
  await applyRun(
    remote,
    db.classId,
    rows.map((row, n) => write('student', null, row, n < 600 ? together : timesOf(n))),
  );
  const found = new Map((await observeAll(remote, db.classId)).rows.map((row) => [row.row?.['name'], row]));
  for (const n of [0, 599, 600, 601, 602, 1_199]) {
    const { editedFrom = null, editedTo = null } = (n < 600 ? together : timesOf(n)) as Partial<typeof alone>;
    expect(found.get(`s${n}`)).toMatchObject({ editedFrom, editedAt: editedTo, ver: '1' });
  }
});

it('of 8 devices that apply overlapping plans at once exactly one does, and the others write nothing', async () => {
  const remotes = await Promise.all(
    Array.from({ length: 8 }, async () => await createPgRemote(await db.session(), classroomCatalog)),
  );
  const [first] = remotes;
  if (first === undefined) throw new Error('eight devices');
  let shared: Row = student({ name: 'shared' });
  await put(first, db.classId, ['student', shared]);
  for (let round = 1; round <= 5; round += 1) {
    const results = remotes.map((_, n): Row => ({ ...shared, note: `round ${round} of ${n}` }));
    const outcomes = await Promise.all(
      remotes.map(
        async (remote, n) =>
          await applyRun(remote, db.classId, [
            write('student', shared, results[n] ?? null),
            write('score_event', null, point(shared)),
          ]),
      ),
    );
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['committed', ...Array.from({ length: 7 }, () => 'stale')]);
    shared = results[kinds.indexOf('committed')] ?? shared;
    const { rows } = await observeAll(first, db.classId);
    expect(rows.find(({ table }) => table === 'student')?.row).toEqual(shared);
    expect(await count('tallybook.score_event')).toBe(round);
  }
});
