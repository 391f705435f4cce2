import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openClassStore } from '../../electron/store/class-store.ts';
import type { Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

const verifyOf = async (book: Book, planId: string | null) =>
  (await book.call('plan.show', { planId: planId ?? '' })).checks.find(({ id }) => id === 'verify');

const logged = async ({ device }: Book) =>
  (await device.call('app.log', { limit: 1000 })).items.filter(({ event }) => event === 'verify-differs');

describe('after a run', () => {
  it('says that both sides hold what it wrote, whatever others wrote meanwhile', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.award('Li W', 1);
    await a.call('student.add', { students: [{ name: 'Zhao Lei' }] });
    const plan = await a.preview();
    await b.call('student.add', { students: [{ name: 'Sun Qi' }] });
    await b.call('student.set', { id: (await b.student('Chen Yu')).id, change: { name: 'Chen Yue' } });
    await b.sync();
    const run = await a.run('sync', plan.planId);
    expect(run.outcome).toBe('completed');
    expect(await verifyOf(a, run.nextPlanId)).toMatchObject({ state: 'ok' });
    await settle(a, b);
    await expectSame(a, b);
    expect([...(await logged(a)), ...(await logged(b))]).toEqual([]);
  });

  it('notices a row the journal never told of in a table it wrote to, reads everything and lists it', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const psql = await openSession(database);
    await psql.query(`ALTER TABLE tallybook.student DISABLE TRIGGER tallybook_journal_insert;
      INSERT INTO tallybook.student (class_id, id, name, created_at) SELECT id, md5('x')::uuid, 'Unheard', now() FROM tallybook.class;
      ALTER TABLE tallybook.student ENABLE ALWAYS TRIGGER tallybook_journal_insert`);
    await psql.close();
    expect((await a.preview()).total).toBe(0);
    await a.call('student.add', { students: [{ name: 'Zhao Lei' }] });
    const run = await a.sync();
    expect(await logged(a)).toMatchObject([{ data: { rows: 1 } }]);
    expect(await verifyOf(a, run.nextPlanId)).toMatchObject({ state: 'ok' });
    expect((await a.rows(run.nextPlanId ?? '')).map(({ label, direction }) => [label, direction])).toEqual([
      ['Unheard', 'down'],
    ]);
    await settle(a, b);
    expect((await a.call('student.list', {})).items.map(({ name }) => name)).toContain('Unheard');
  });

  it('marks a row of it that is not what Base says and has no mark, so that it is not forgotten', async () => {
    await using both = await pair();
    const { a, b } = both;
    const id = (await b.student('Chen Yu')).id;
    await b.call('student.set', { id, change: { name: 'Chen Yue' } });
    await b.sync();
    const plan = await a.preview();
    // Whatever the run writes here is changed again on the way, and no trigger marks it.
    const store = openClassStore(join(a.device.folder, 'classes', `${a.classId}.db`), { classId: a.classId });
    store.db.exec(`CREATE TRIGGER meddle AFTER UPDATE OF name ON student WHEN NEW.name = 'Chen Yue' BEGIN
      INSERT OR IGNORE INTO applying (peer_id) SELECT id FROM peer; UPDATE student SET name = 'Changed' WHERE id = NEW.id; END`);
    store.close();
    const run = await a.run('pull', plan.planId);
    expect(await logged(a)).toHaveLength(1);
    expect((await a.rows(run.nextPlanId ?? '')).map(({ label, direction }) => [label, direction])).toEqual([
      ['Changed', 'up'],
    ]);
  });
});
