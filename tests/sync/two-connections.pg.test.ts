import { describe, expect, it } from 'vitest';
import { Book, connectionTo } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { pair, settle } from '../support/pair.ts';
import { testDatabase } from '../support/test-database.ts';

describe('a class with a backup copy on a second server', () => {
  it('copies what arrived from the first, overwrites what others changed in the copy, and leaves their rows alone', async () => {
    await using both = await pair();
    const { a, b } = both;
    const second = await testDatabase();
    const { id } = await a.call('connection.add', {
      connection: connectionTo(second, { name: 'copy', mode: 'push-only' }),
    });
    const copy = new Book(a.device, a.classId, id);
    await copy.call('connection.init', { connectionId: id, consent: true });
    const push = async () => await copy.run('apply', (await copy.preview()).planId);
    expect(await push()).toMatchObject({ outcome: 'completed' });
    await b.award('Li W', 5);
    await settle(b, a);
    expect(await push()).toMatchObject({ outcome: 'completed', counts: { up: { add: 1, update: 0, delete: 0 } } });
    const psql = await openSession(second);
    const [, , total] = await psql.pipeline([
      { sql: `UPDATE tallybook.student SET name = 'X' WHERE name = 'Li W'` },
      {
        sql: `INSERT INTO tallybook.student (class_id, id, name, created_at) SELECT id, md5(random()::text)::uuid, 'Guest', now() FROM tallybook.class`,
      },
      { sql: 'SELECT sum(delta) FROM tallybook.score_event' },
    ]);
    expect(total?.rows).toEqual([['5']]);
    const plan = await copy.preview();
    expect((await copy.rows(plan.planId)).map(({ label, kind, direction }) => `${label} ${kind} ${direction}`)).toEqual(
      ['Li W update up'],
    );
    await expect(copy.run('pull', plan.planId)).rejects.toMatchObject({ code: 'mode-refused' });
    expect(await copy.run('apply', plan.planId)).toMatchObject({ outcome: 'completed' });
    expect((await psql.query('SELECT name FROM tallybook.student ORDER BY name')).rows.flat()).toEqual([
      'Chen Yu',
      'Guest',
      'Li W',
      'Wang Fang',
    ]);
    await psql.close();
    expect((await copy.preview()).total).toBe(0);
    expect((await a.preview()).total).toBe(0);
    expect((await a.call('student.list', {})).items).toHaveLength(3);
  });

  it('refuses a class that pulls only any other connection that writes', async () => {
    await using both = await pair();
    const { a } = both;
    const second = await testDatabase();
    const pullOnly = connectionTo(second, { name: 'other', mode: 'pull-only' });
    await expect(a.call('connection.add', { connection: pullOnly })).rejects.toMatchObject({
      code: 'connection-exists',
    });
    await a.call('connection.set', { connectionId: a.connectionId, change: { mode: 'pull-only' } });
    for (const mode of ['two-way', 'push-only'] as const)
      await expect(a.call('connection.add', { connection: { ...pullOnly, mode } })).rejects.toMatchObject({
        code: 'connection-exists',
      });
  });

  it('a plan made for another mode is not carried out', async () => {
    await using both = await pair();
    const { a } = both;
    await a.award('Li W', 1);
    const plan = await a.preview();
    await a.call('connection.set', { connectionId: a.connectionId, change: { mode: 'push-only' } });
    await expect(a.run('apply', plan.planId)).rejects.toMatchObject({ code: 'plan-stale' });
  });
});
