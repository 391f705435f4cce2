import { describe, expect, it } from 'vitest';
import { firstUpload, joinClass, startDevice, type Book } from '../support/device.ts';
import { movedClock, type MovedClock } from '../support/moved-clock.ts';
import { expectSame, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';
import { testDatabase } from '../support/test-database.ts';
import type { TestDatabase } from '../support/postgres.ts';

const hour = 3_600_000;
const day = 24 * hour;

interface Clocks extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly a: Book;
  readonly b: Book;
  readonly clock: MovedClock;
}

/** Two devices that hold the same; the clocks of the second can be moved. */
async function pairWithClock(prepare: (clock: MovedClock) => void = () => {}): Promise<Clocks> {
  const database = await testDatabase();
  const clock = movedClock();
  prepare(clock);
  const deviceA = await startDevice('Room 301 PC');
  const deviceB = await startDevice('Office PC', undefined, undefined, clock);
  const a = await firstUpload(deviceA, database);
  const b = await joinClass(deviceB, database);
  return {
    database,
    a,
    b,
    clock,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([deviceA, deviceB].map(async (device) => await device[Symbol.asyncDispose]()));
    },
  };
}

async function note(book: Book, name: string, text: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: { note: text } });
}

/** The one row of the plan, in short. */
async function onlyRow(
  book: Book,
): Promise<{ readonly what: string; readonly reason: string | null; readonly planId: string }> {
  const { planId } = await book.preview();
  const rows = await book.rows(planId);
  expect(rows).toHaveLength(1);
  const [row] = rows;
  return { planId, what: `${row?.conflict ?? row?.kind} ${row?.direction}`, reason: row?.reason ?? null };
}

/** Lets several round trips pass between two edits: more than what any measurement of a clock is off by, however busy this computer is. */
async function timeEnough(book: Book): Promise<void> {
  for (let n = 0; n < 2; n += 1) await book.preview();
}

describe('a clock that is off', () => {
  for (const [what, ms] of [
    ['an hour ahead', hour],
    ['an hour behind', -hour],
    ['a day ahead', day],
    ['ten years ahead', 3650 * day],
    ['ten years behind', -3650 * day],
  ] as const)
    it(`by ${what} neither wins nor loses by it: the later note is kept, whoever wrote it`, async () => {
      await using clocks = await pairWithClock((clock) => clock.set(ms));
      const { a, b } = clocks;
      await note(b, 'Li W', 'first, there');
      await settle(b, a);
      await note(a, 'Li W', 'earlier');
      await a.sync();
      await timeEnough(a);
      await note(b, 'Li W', 'later');
      expect((await onlyRow(b)).what).toBe('update up');
      await settle(b, a);
      expect(await a.student('Li W')).toMatchObject({ note: 'later' });
      await note(b, 'Li W', 'earlier');
      await timeEnough(b);
      await note(a, 'Li W', 'latest');
      await a.sync();
      expect((await onlyRow(b)).what).toBe('update down');
      await settle(b, a);
      await expectSame(a, b);
      expect(await b.student('Li W')).toMatchObject({ note: 'latest' });
    });

  it('is said in the preview, and what it does not tell is trusted to stay so', async () => {
    await using clocks = await pairWithClock((clock) => clock.set(hour));
    const plan = await clocks.b.preview();
    expect(plan.clock).toMatchObject({ trusted: true });
    expect(Math.abs(plan.clock.offsetMs + hour)).toBeLessThan(5_000);
    expect(plan.checks.find(({ id }) => id === 'clock')).toMatchObject({ code: 'clock-differs' });
  });
});

describe('a clock that jumped', () => {
  for (const [what, ms] of [
    ['back', -2 * hour],
    ['ahead, as for summer time set by hand', hour],
  ] as const)
    it(`${what} between an edit and every contact asks instead of guessing, and says why`, async () => {
      await using clocks = await pairWithClock();
      const { a, b, clock } = clocks;
      clock.set(ms);
      await note(b, 'Li W', 'here');
      clock.set(-2 * ms);
      await note(a, 'Li W', 'there');
      await a.sync();
      const plan = await b.preview();
      expect(plan.clock.trusted).toBe(false);
      expect(await onlyRow(b)).toMatchObject({ what: 'both-updated both', reason: 'clock-unknown' });
      await b.sync({ conflicts: 'newer' });
      expect(await b.student('Li W')).toMatchObject({ note: 'here' });
      await b.sync({ conflicts: 'server' });
      await settle(a, b);
      await expectSame(a, b);
      // Nothing is wrong with the clocks from then on.
      expect((await b.preview()).clock.trusted).toBe(true);
    });

  it('because the computer was started again asks as well, and edits after it are told apart', async () => {
    await using clocks = await pairWithClock();
    const { a, b, clock } = clocks;
    await note(b, 'Li W', 'before the start');
    clock.boot();
    await note(a, 'Li W', 'there');
    await a.sync();
    expect(await onlyRow(b)).toMatchObject({ what: 'both-updated both', reason: 'clock-unknown' });
    await timeEnough(a);
    await note(b, 'Li W', 'after the start');
    expect(await onlyRow(b)).toMatchObject({ what: 'update up' });
  });
});

describe('an edit of three weeks ago', () => {
  it('does not beat the one of yesterday because it is sent today', async () => {
    await using clocks = await pairWithClock();
    const { a, b, clock, database } = clocks;
    // No contact of this start of the computer until three weeks later.
    clock.boot();
    await note(b, 'Li W', 'three weeks old');
    await note(b, 'Chen Yu', 'three weeks old');
    await note(a, 'Li W', 'of yesterday');
    await a.sync();
    clock.pass(21 * day);
    const plan = await b.preview();
    expect(
      (await b.rows(plan.planId)).map(({ label, kind, direction }) => `${label} ${kind} ${direction}`).toSorted(),
    ).toEqual(['Chen Yu update up', 'Li W update down']);
    await b.run('sync', plan.planId);
    await settle(a, b);
    await expectSame(a, b);
    expect(await b.student('Li W')).toMatchObject({ note: 'of yesterday' });
    const [[age] = []] = await sql(
      database.config,
      `SELECT extract(day FROM now() - edited_to) FROM tallybook.row_state WHERE tbl = 'student' ORDER BY edited_to LIMIT 1`,
    );
    expect(Number(age)).toBeGreaterThanOrEqual(20);
  });
});

describe('somebody with psql', () => {
  it('edited at the moment of the statement, in the time of the server', async () => {
    await using clocks = await pairWithClock((clock) => clock.set(-day));
    const { b, database } = clocks;
    await note(b, 'Li W', 'here');
    await timeEnough(b);
    await sql(database.config, `UPDATE tallybook.student SET note = 'psql' WHERE name = 'Li W'`);
    expect((await onlyRow(b)).what).toBe('update down');
    await timeEnough(b);
    await note(b, 'Li W', 'here again');
    expect((await onlyRow(b)).what).toBe('update up');
  });

  it('a server in another time zone making every plan stale', async () => {
    await using clocks = await pairWithClock();
    const { a, b, database } = clocks;
    await sql(database.config, `ALTER DATABASE "${database.database}" SET timezone = 'Asia/Kathmandu'`);
    await sql(database.config, `ALTER DATABASE "${database.database}" SET datestyle = 'SQL, DMY'`);
    await note(b, 'Li W', 'x');
    await b.award('Li W', 1);
    await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
    for (const book of [b, a, b]) expect((await book.sync()).outcome).toBe('completed');
    await expectSame(a, b);
  });
});
