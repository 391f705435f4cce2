import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openClassStore } from '../../electron/store/class-store.ts';
import { inClassFile } from '../support/class-file.ts';
import type { Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

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

  it('says so where only a part of many rows was looked at', async () => {
    await using both = await pair(['Li W']);
    const { a } = both;
    const students = Array.from({ length: 2_000 }, (_, place) => ({ name: `Student ${place}` }));
    await a.call('student.add', { students });
    const run = await a.sync();
    expect(await verifyOf(a, run.nextPlanId)).toMatchObject({ state: 'ok', params: { rowsOfEach: 2_000 } });
    await a.award('Li W', 1);
    const next = await a.sync();
    expect((await verifyOf(a, next.nextPlanId))?.params).toEqual({});
  });

  it('is not read again, neither then nor later', async () => {
    await using both = await pair();
    const { a } = both;
    const { classId, connectionId } = a;
    // What others have open on the server holds the horizon back, and then a preview reads once more what it knows.
    const readAgain = async (): Promise<number> => {
      await a.award('Li W', 1);
      expect(await verifyOf(a, (await a.sync()).nextPlanId)).toMatchObject({ state: 'ok' });
      let read = 0;
      const onProgress = ({ phase, done }: { readonly phase: string; readonly done: number }): void => {
        if (phase === 'observe') read = done;
      };
      await a.device.client.call('sync.preview', { classId, connectionId }, { onProgress });
      return read;
    };
    await expect.poll(readAgain, { interval: 20, timeout: 30_000 }).toBe(0);
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

  it('minds nothing of a student erased here that the server still holds, or holds again: not before the erasure was sent, and not after', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const id = (await a.student('Li W')).id;
    await a.call('student.set', { id, change: {}, tag: ['choir'] });
    await sql(
      database.config,
      `INSERT INTO tallybook.avatar (class_id, hash, image, type) SELECT id, 'face', '\\x00', 'image/png' FROM tallybook.class;
       UPDATE tallybook.student SET avatar_hash = 'face' WHERE name IN ('Li W', 'Wang Fang')`,
    );
    const event = await a.award('Li W', 3);
    await a.call('score.void', { eventIds: [event] });
    await settle(a, b);
    await b.call('student.erase', { id, confirm: true });
    // Something comes into every table the erasure covers.
    const news = async (n: number): Promise<void> => {
      await a.call('student.add', { students: [{ name: `Zhao ${n}`, tags: ['front'] }] });
      await a.call('score.void', { eventIds: [await a.award('Chen Yu', n)] });
      await sql(
        database.config,
        `INSERT INTO tallybook.avatar (class_id, hash, image, type) SELECT id, 'other ${n}', '\\x00', 'image/png' FROM tallybook.class`,
      );
      await a.sync();
    };
    const pulled = async (): Promise<unknown> => {
      const run = await b.run('pull', (await b.preview()).planId);
      expect(run.outcome).toBe('completed');
      return await verifyOf(b, run.nextPlanId);
    };
    await news(1);
    expect(await pulled()).toMatchObject({ state: 'ok' });
    const { checks } = await b.device.call('app.doctor', { classId: b.classId });
    expect(checks.flatMap(({ differences }) => differences ?? [])).toEqual([]);
    await b.sync();
    await sql(
      database.config,
      `INSERT INTO tallybook.student (class_id, id, name, created_at) SELECT id, '${id}', 'Back again', now() FROM tallybook.class;
       INSERT INTO tallybook.score_event (class_id, id, student_id, text, delta, at, device_id, device_name)
       SELECT id, md5('late')::uuid, '${id}', 'late', 1, now(), '${id}', 'x' FROM tallybook.class`,
    );
    await news(2);
    expect(await pulled()).toMatchObject({ state: 'ok' });
    expect([...(await logged(a)), ...(await logged(b))]).toEqual([]);
    await settle(b, a);
    await expectSame(a, b);
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

  it('says what does not fit in every list until a person has carried one out', async () => {
    await using both = await pair();
    const { a, b } = both;
    const id = (await b.student('Chen Yu')).id;
    await b.call('student.set', { id, change: { name: 'Chen Yue' } });
    await b.sync();
    const plan = await a.preview();
    // What the run writes here is changed again on the way, and no mark of it lasts.
    inClassFile(a, ({ db }) =>
      db.exec(`CREATE TRIGGER meddle AFTER UPDATE OF name ON student WHEN NEW.name = 'Chen Yue' BEGIN
        INSERT OR IGNORE INTO applying (peer_id) SELECT id FROM peer; UPDATE student SET name = 'Changed' WHERE id = NEW.id; END;
        CREATE TRIGGER unmark AFTER INSERT ON dirty BEGIN DELETE FROM dirty WHERE tbl = NEW.tbl AND pk = NEW.pk; END`),
    );
    const doubt = { state: 'warning', code: 'verify-differs', params: { misfits: 1 } };
    const run = await a.run('pull', plan.planId);
    expect(await verifyOf(a, run.nextPlanId)).toMatchObject(doubt);
    for (const again of [await a.preview(), await a.preview()])
      expect(await verifyOf(a, again.planId)).toMatchObject(doubt);

    const { connectionId } = a;
    const halted = { outcome: 'halted', error: { code: 'verify-differs' } };
    expect(await a.call('continuous.round', { connectionId })).toMatchObject(halted);

    inClassFile(a, ({ db }) => db.exec('DROP TRIGGER meddle; DROP TRIGGER unmark'));
    await a.award('Li W', 1);
    expect(await verifyOf(a, (await a.sync()).nextPlanId)).toMatchObject({ state: 'ok' });
    expect(await verifyOf(a, (await a.preview()).planId)).toBe(undefined);

    // Or until somebody who was told goes on.
    inClassFile(a, ({ db }) => db.exec('UPDATE peer SET misfits = 1'));
    await a.call('continuous.set', { connectionId, change: { on: true } });
    await a.preview();
    expect(await a.call('continuous.round', { connectionId })).toMatchObject(halted);
    await a.call('continuous.set', { connectionId, change: { paused: false } });
    expect(await a.call('continuous.round', { connectionId })).toMatchObject({ outcome: 'nothing', error: null });
  });
});
