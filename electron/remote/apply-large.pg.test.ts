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
