import { describe, expect, it } from 'vitest';
import { Book, connectBook, connectionTo, firstUpload, joinClass, startDevice } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { settle } from '../support/pair.ts';
import { testDatabase } from '../support/test-database.ts';

async function reasons(book: Book): Promise<number> {
  return (await book.call('reason.list', {})).items.length;
}

describe('a class on the server that holds nothing yet', () => {
  it('takes no built-in reason away from a device that is attached to it', async () => {
    const database = await testDatabase();
    await using device = await startDevice('Room 301 PC');
    const a = await firstUpload(device, database);
    const session = await openSession(database);
    await session.query(`INSERT INTO tallybook.class (id, name) VALUES ('01900000-0000-7000-8000-000000000001', '6A')`);
    await session.close();
    const before = await reasons(a);
    const created = await device.call('class.create', { name: '6A', students: ['Mia'] });
    const other = await connectBook(device, created.id, database);
    await other.call('connection.bind', {
      connectionId: other.connectionId,
      remoteClass: '01900000-0000-7000-8000-000000000001',
    });
    const plan = await other.preview();
    expect(plan.summary.filter(({ kind, direction }) => kind === 'delete' || direction !== 'up')).toEqual([]);
    await other.run('sync', plan.planId);
    expect(await reasons(other)).toBe(before);
  });

  it('takes none away when its rows were lost there after they were shared', async () => {
    const database = await testDatabase();
    await using deviceA = await startDevice('Room 301 PC');
    await using deviceB = await startDevice('Office PC');
    const a = await firstUpload(deviceA, database);
    const created = await deviceB.call('class.create', { name: '5B' });
    const b = await connectBook(deviceB, created.id, database);
    await b.call('connection.bind', { connectionId: b.connectionId, remoteClass: a.classId });
    await settle(a, b);
    const before = await reasons(b);
    // A server put back to an older state: rows and their journal are gone, and everybody reads everything again.
    const session = await openSession(database);
    await session.query(`ALTER TABLE tallybook.reason DISABLE TRIGGER ALL; DELETE FROM tallybook.reason WHERE delta > 0; ALTER TABLE tallybook.reason ENABLE ALWAYS TRIGGER tallybook_journal_insert, ENABLE ALWAYS TRIGGER tallybook_journal_update, ENABLE ALWAYS TRIGGER tallybook_journal_delete, ENABLE ALWAYS TRIGGER tallybook_journal_truncate, ENABLE ALWAYS TRIGGER tallybook_touch;
      DELETE FROM tallybook.row_state s WHERE tbl = 'reason' AND NOT EXISTS (SELECT FROM tallybook.reason r WHERE s.pk = '["' || r.id || '"]');
      UPDATE tallybook.meta SET epoch = '01900000-0000-7000-8000-000000000002'`);
    await session.close();
    const plan = await b.preview();
    expect(plan.summary.filter(({ kind }) => kind === 'delete')).toEqual([]);
    expect(plan.ready.apply).toBeGreaterThan(0);
    await b.run('sync', plan.planId);
    await settle(a, b);
    expect(await reasons(a)).toBe(before);
    expect(await reasons(b)).toBe(before);
  });
});

describe('a connection that is pointed at another server', () => {
  it('makes the plan of the server before stale, and nothing of it is written', async () => {
    const [one, two] = [await testDatabase(), await testDatabase()];
    await using device = await startDevice('Room 301 PC');
    await using deviceB = await startDevice('Office PC');
    const a = await firstUpload(device, one);
    const b = await joinClass(deviceB, one);
    await a.award('Li W', 1);
    await b.award('Li W', 2);
    await b.sync();
    const plan = await a.preview();
    await a.call('connection.set', { connectionId: a.connectionId, change: { database: two.config.database } });
    for (const mode of ['apply', 'pull', 'sync'] as const)
      await expect(a.run(mode, plan.planId)).rejects.toMatchObject({ code: 'plan-stale' });
    expect((await a.student('Li W')).allTime).toBe(1);
  });

  it('uploads the class there when that server has none, also from a device that joined it', async () => {
    const [one, two] = [await testDatabase(), await testDatabase()];
    await using deviceA = await startDevice('Room 301 PC');
    await using deviceB = await startDevice('Office PC');
    const a = await firstUpload(deviceA, one);
    const b = await joinClass(deviceB, one);
    await b.call('connection.set', { connectionId: b.connectionId, change: { database: two.config.database } });
    await b.call('connection.init', { connectionId: b.connectionId, consent: true });
    const plan = await b.preview();
    expect(plan.summary.filter(({ kind, direction }) => kind !== 'add' || direction !== 'up')).toEqual([]);
    expect(await b.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
    await a.call('connection.set', { connectionId: a.connectionId, change: { database: two.config.database } });
    expect((await a.preview()).total).toBe(0);
  });

  it('still refuses to put a sample beside other classes', async () => {
    const [one, two] = [await testDatabase(), await testDatabase()];
    await using device = await startDevice('Room 301 PC');
    await firstUpload(device, two);
    const sample = await device.call('class.create', { name: 'Sample', sample: true });
    const connection = await device.call('connection.add', { classId: sample.id, connection: connectionTo(one) });
    const book = new Book(device, sample.id, connection.id);
    await book.call('connection.init', { connectionId: book.connectionId, consent: true });
    await book.preview();
    await book.call('connection.set', { connectionId: book.connectionId, change: { database: two.config.database } });
    await expect(book.preview()).rejects.toMatchObject({ code: 'sample-refused' });
  });
});

it('a class put on a server a second time, as a new one, gets an id of its own, and both go on side by side', async () => {
  const database = await testDatabase();
  await using device = await startDevice('Room 301 PC');
  const a = await firstUpload(device, database);
  await a.call('connection.remove', { connectionId: a.connectionId });
  const again = await connectBook(device, a.classId, database);
  const bound = await again.call('connection.bind', { connectionId: again.connectionId, remoteClass: 'new' });
  expect(bound.remoteClassId).not.toBe(a.classId);
  expect(await again.sync()).toMatchObject({
    outcome: 'completed',
    counts: { down: { add: 0, update: 0, delete: 0 } },
  });
  expect((await again.preview()).total).toBe(0);
  const session = await openSession(database);
  const { rows } = await session.query('SELECT class_id, count(*) FROM tallybook.student GROUP BY 1 ORDER BY 1');
  await session.close();
  expect(rows.map(([id, students]) => `${id === a.classId ? 'first' : 'own'} ${students}`).toSorted()).toEqual([
    'first 3',
    'own 3',
  ]);
});
