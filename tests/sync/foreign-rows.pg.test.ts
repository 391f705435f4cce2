import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

const image = `'\\x${'00'.repeat(66_000)}'`;

/** What somebody with psql, or a tool that restores without checking, can leave on the server; and how it is named. */
const unfit = [
  {
    what: 'a time that is none',
    sql: `UPDATE tallybook.student SET created_at = 'infinity' WHERE name = 'Li W'`,
    left: ['student refused student created_at'],
    repair: `UPDATE tallybook.student SET created_at = now() WHERE name = 'Li W'`,
  },
  {
    what: 'a price of nothing',
    sql: `ALTER TABLE tallybook.reward DROP CONSTRAINT reward_cost_check;
      INSERT INTO tallybook.reward (class_id, id, name, cost, active, sort) SELECT id, md5(random()::text)::uuid, 'Free', 0, true, 1 FROM tallybook.class`,
    left: ['reward refused reward cost'],
    repair: `UPDATE tallybook.reward SET cost = 1`,
  },
  {
    what: 'an image that is too large, and the student who has it',
    sql: `ALTER TABLE tallybook.avatar DROP CONSTRAINT avatar_image_check;
      INSERT INTO tallybook.avatar (class_id, hash, image, type) SELECT id, 'big', ${image}, 'image/png' FROM tallybook.class;
      UPDATE tallybook.student SET avatar_hash = 'big' WHERE name = 'Wang Fang'`,
    left: ['avatar refused avatar image', 'student blocked avatar big'],
    repair: `UPDATE tallybook.student SET avatar_hash = NULL; DELETE FROM tallybook.avatar`,
  },
  {
    what: 'points of a student who is nowhere',
    sql: `SET session_replication_role = replica;
      INSERT INTO tallybook.score_event (class_id, id, student_id, text, delta, at, device_id, device_name)
      SELECT id, '01900000-0000-7000-8000-00000000beef', md5(random()::text)::uuid, 'Lost', 1, now(), md5(random()::text)::uuid, 'psql' FROM tallybook.class;
      SET session_replication_role = origin`,
    left: ['score_event refused score_event student_id'],
    repair: `DELETE FROM tallybook.score_event WHERE text = 'Lost'`,
  },
] as const;

describe('rows on the server that cannot be stored here', () => {
  let both: Pair;
  let psql: PgSession;

  beforeAll(async () => {
    both = await pair();
    psql = await openSession(both.database);
  });
  afterAll(async () => {
    await psql.close();
    await both[Symbol.asyncDispose]();
  });

  for (const { what, sql, left, repair } of unfit) {
    it(`leave out ${what} by name, let all else go on, and come once they are mended`, async () => {
      const { a, b } = both;
      const before = (await b.student('Chen Yu')).allTime;
      await psql.query(sql);
      await a.award('Chen Yu', 2);
      await a.sync();
      await b.award('Chen Yu', 3);
      const { planId } = await b.preview();
      const run = await b.run('sync', planId, { conflicts: 'server' });
      expect(run.outcome).toBe('undecided');
      expect(run.left.map((row) => `${row.table} ${row.reason} ${row.blockedBy}`).toSorted()).toEqual(left);
      expect((await b.student('Chen Yu')).allTime).toBe(before + 5);
      await psql.query(repair);
      await settle(a, b);
      await expectSame(a, b);
    });
  }

  it('take a name of ten thousand characters as it is', async () => {
    const { a, b } = both;
    await psql.query(`UPDATE tallybook.student SET name = repeat('漢', 10000) WHERE name = 'Li W'`);
    await settle(a, b);
    await expectSame(a, b);
    await b.call('student.set', { id: (await b.student('漢'.repeat(10_000))).id, change: { note: 'x' } });
    await settle(b, a);
    await expectSame(a, b);
  });
});
