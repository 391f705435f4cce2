import { describe, expect, it } from 'vitest';
import { connectionTo, startDevice, Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { pair } from '../support/pair.ts';
import { testDatabase } from '../support/test-database.ts';

const names = Array.from({ length: 12 }, (_, place) => `Student ${place + 1}`);

describe('P7: many changes at once', () => {
  it('made on this PC go without a second question, and ask on the PC they come to', async () => {
    await using both = await pair(names);
    const { a, b } = both;
    for (const { id } of (await a.call('student.list', {})).items.slice(0, 6))
      await a.call('student.delete', { ids: [id] });
    for (const { id, name } of (await a.call('student.list', {})).items)
      await a.call('student.set', { id, change: { name: `${name}x` } });
    const sent = await a.preview();
    expect(sent.guards).toEqual([]);
    expect(await a.run('sync', sent.planId)).toMatchObject({ outcome: 'completed' });
    const plan = await b.preview();
    expect(plan.guards.map(({ id }) => id).toSorted()).toEqual(['mass-delete', 'mass-overwrite']);
    await expect(b.run('sync', plan.planId)).rejects.toMatchObject({ code: 'guard-refused' });
  });

  it('of others in a backup copy are not overwritten without a question', async () => {
    const database = await testDatabase();
    await using device = await startDevice('Room 301 PC');
    const { id: classId } = await device.call('class.create', { name: '5B', students: names });
    const connection = { ...connectionTo(database), mode: 'push-only' as const };
    const { id: connectionId } = await device.call('connection.add', { classId, connection });
    const book = new Book(device, classId, connectionId);
    await book.call('connection.init', { connectionId, consent: true });
    await book.run('apply', (await book.preview()).planId);
    const session = await openSession(database);
    await session.query("UPDATE tallybook.student SET name = name || ' of somebody else'");
    await session.close();
    const plan = await book.preview();
    await expect(book.run('apply', plan.planId)).rejects.toMatchObject({
      code: 'guard-refused',
      params: { guard: 'mass-overwrite', count: names.length },
    });
  });
});
