import { describe, expect, it } from 'vitest';
import { Book, connectBook, connectionTo, startDevice } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';
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

  it('gives up there a record that became another one here, and holds what became of it', async () => {
    await using both = await pair();
    const { a, b } = both;
    const second = await testDatabase();
    const { id } = await b.call('connection.add', {
      connection: connectionTo(second, { name: 'copy', mode: 'push-only' }),
    });
    const copy = new Book(b.device, b.classId, id);
    await copy.call('connection.init', { connectionId: id, consent: true });
    const push = async () => await copy.run('apply', (await copy.preview()).planId);
    await a.call('student.add', { students: [{ name: 'Ada', number: '30' }] });
    await a.award('Ada', 2);
    await a.sync();
    await b.call('student.add', { students: [{ name: 'Ada L', number: '30', tags: ['choir'] }] });
    await b.award('Ada L', 5);
    expect(await push()).toMatchObject({ outcome: 'completed' });
    const { planId } = await b.preview();
    await b.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, choice: 'adopt' });
    expect(await b.run('sync', planId)).toMatchObject({ outcome: 'completed' });
    expect(await push()).toMatchObject({ outcome: 'completed', left: [] });
    expect(
      await sql(
        second.config,
        `SELECT s.name, sum(e.delta), (SELECT count(*) FROM tallybook.student_tag t WHERE t.student_id = s.id)
           FROM tallybook.student s JOIN tallybook.score_event e ON e.student_id = s.id WHERE s.number = '30' GROUP BY s.id, s.name`,
      ),
    ).toEqual([['Ada', '7', '1']]);
    expect((await copy.preview()).total).toBe(0);
    expect((await b.preview()).total).toBe(0);
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

describe('two connections of a class to one database', () => {
  it('made before the first upload do not share a class there: who comes second is told who leads there, and may have a class of its own', async () => {
    const database = await testDatabase();
    await using device = await startDevice('Room 301 PC');
    const created = await device.call('class.create', { name: '5B', students: ['Li W', 'Wang Fang'] });
    const school = await connectBook(device, created.id, database);
    await school.call('connection.init', { connectionId: school.connectionId, consent: true });
    const { id } = await school.call('connection.add', {
      connection: connectionTo(database, { name: 'copy', mode: 'push-only' }),
    });
    const copy = new Book(device, created.id, id);
    const boundTo = async () =>
      (await copy.call('connection.list', {})).items.find((item) => item.id === id)?.remoteClassId ?? null;
    await school.preview();
    await expect(copy.preview()).rejects.toMatchObject({ code: 'connection-doubled', params: { name: 'school' } });
    expect(await boundTo()).toBeNull();
    await copy.call('connection.bind', { connectionId: id, remoteClass: 'new' });
    expect([null, created.id]).not.toContain(await boundTo());
    for (const book of [copy, school]) await book.run('apply', (await book.preview()).planId);
    expect(
      await sql(
        database.config,
        'SELECT c.id = s.class_id, count(*) FROM tallybook.class c JOIN tallybook.student s ON s.class_id = c.id GROUP BY c.id, 1',
      ),
    ).toEqual([
      ['t', '2'],
      ['t', '2'],
    ]);
    for (const book of [school, copy]) expect((await book.preview()).total).toBe(0);
  });

  it('are told apart by the server they reach, whichever was first, and a refusal leaves both as they were', async () => {
    await using both = await pair();
    const { a, database } = both;
    const second = await testDatabase();
    const { id } = await a.call('connection.add', {
      connection: connectionTo(second, { name: 'copy', mode: 'push-only' }),
    });
    const copy = new Book(a.device, a.classId, id);
    await copy.call('connection.init', { connectionId: id, consent: true });
    await copy.run('apply', (await copy.preview()).planId);
    const lead = async (book: Book, to: string) =>
      await book.call('connection.set', { connectionId: book.connectionId, change: { database: to } });
    const items = async () =>
      (await a.call('connection.list', {})).items.map(({ name, remoteClassId, status }) => [
        name,
        remoteClassId,
        status,
      ]);
    const before = await items();
    for (const [book, to, back, name] of [
      [copy, database.database, second.database, 'school'],
      [a, second.database, database.database, 'copy'],
    ] as const) {
      await lead(book, to);
      await expect(book.preview()).rejects.toMatchObject({ code: 'connection-doubled', params: { name } });
      await lead(book, back);
      expect((await book.preview()).total).toBe(0);
    }
    await expect(copy.call('connection.bind', { connectionId: id, remoteClass: a.classId })).rejects.toMatchObject({
      code: 'connection-exists',
    });
    const { id: third } = await a.call('connection.add', {
      connection: connectionTo(database, { name: 'third', mode: 'push-only' }),
    });
    await expect(a.call('connection.bind', { connectionId: third, remoteClass: a.classId })).rejects.toMatchObject({
      code: 'connection-doubled',
      params: { name: 'school' },
    });
    await a.call('connection.remove', { connectionId: third });
    expect(await items()).toEqual(before);
  });
});
