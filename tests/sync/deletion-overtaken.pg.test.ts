import { describe, expect, it } from 'vitest';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

describe('a deletion that was previewed before somebody else gave points', () => {
  for (const mode of ['apply', 'sync'] as const) {
    it(`is stale at ${mode}, writes nothing, and is asked about in the next list`, async () => {
      await using both = await pair();
      const { a, b } = both;
      const { id } = await a.student('Chen Yu');
      await a.call('student.delete', { ids: [id] });
      const plan = await a.preview();
      await b.award('Chen Yu', 4);
      await b.sync();
      const run = await a.run(mode, plan.planId);
      expect(run).toMatchObject({
        outcome: 'stale',
        counts: { up: { add: 0, update: 0, delete: 0 }, down: { add: 0, update: 0, delete: 0 } },
        left: [{ table: 'student', key: { id } }],
      });
      expect((await b.preview()).total).toBe(0);
      const next = run.nextPlanId ?? '';
      expect((await a.rows(next)).filter((row) => row.kind === 'conflict')).toMatchObject([
        { table: 'student', conflict: 'parent-deleted', newChildren: 1 },
      ]);
      expect((await a.run('sync', next, { conflicts: 'server' })).outcome).toBe('completed');
      await settle(a, b);
      await expectSame(a, b);
      for (const book of [a, b]) expect(await book.student('Chen Yu')).toMatchObject({ deleted: false, allTime: 4 });
    });
  }

  it('goes on when the points are of somebody else', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
    const plan = await a.preview();
    await b.award('Li W', 4);
    await b.sync();
    expect((await a.run('sync', plan.planId)).outcome).toBe('completed');
    await settle(a, b);
    await expectSame(a, b);
  });

  it('goes on when the points were known, also while a long transaction of others holds the horizon back', async () => {
    await using both = await pair();
    const { a, b } = both;
    const others = await openSession(both.database);
    await others.query('BEGIN');
    await others.query('SELECT txid_current()');
    await b.award('Chen Yu', 4);
    await settle(b, a);
    await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
    expect((await a.run('sync', (await a.preview()).planId)).outcome).toBe('completed');
    await others.query('ROLLBACK');
    await others.close();
    await settle(a, b);
    await expectSame(a, b);
  });
});
