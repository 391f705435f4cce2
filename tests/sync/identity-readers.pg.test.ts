import { describe, expect, it } from 'vitest';
import { Book, connectionTo, startDevice } from '../support/device.ts';
import { pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';
import { copyOfDatabase } from '../support/test-database.ts';
import type { TestDatabase } from '../support/postgres.ts';

/** A role that may only read, and the login of it. */
async function readerOf(database: TestDatabase): Promise<{ readonly user: string; readonly password: string }> {
  const [user, password] = [`reader_${database.database}`, 'reads'];
  await sql(database.config, `CREATE ROLE "${user}" LOGIN PASSWORD '${password}'`);
  for (const statement of [
    `GRANT USAGE ON SCHEMA tallybook TO "${user}"`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA tallybook TO "${user}"`,
  ])
    await sql(database.config, statement);
  return { user, password };
}

describe('a connection whose role may only read', () => {
  it('writes nothing, not even a visit, gets what is new, and still notices that the server was put back', async () => {
    await using both = await pair();
    const { a, database } = both;
    await a.call('student.set', { id: (await a.student('Wang Fang')).id, change: {}, tag: ['choir'] });
    await a.award('Li W', 1);
    await a.sync();
    const login = await readerOf(database);
    await using device = await startDevice('Wall display');
    const joined = await device.call('class.join', {
      remoteClassName: '5B',
      connection: connectionTo(database, { ...login, mode: 'pull-only' }),
      pull: true,
    });
    const reader = new Book(device, joined.class.id, joined.connection.id);
    const backup = await copyOfDatabase(database);
    const pull = async () => await reader.run('pull', (await reader.preview()).planId);
    await a.call('student.set', {
      id: (await a.student('Wang Fang')).id,
      change: { name: 'Wang F' },
      untag: ['choir'],
    });
    await a.award('Li W', 2);
    await a.sync();
    expect(await pull()).toMatchObject({ outcome: 'completed' });
    expect(await reader.student('Wang F')).toMatchObject({ tags: [] });
    expect(await sql(database.config, 'SELECT count(*) FROM tallybook.device')).toEqual([['2']]);
    await a.award('Chen Yu', 4);
    await a.sync();
    expect(await pull()).toMatchObject({ outcome: 'completed', counts: { down: { add: 1, update: 0, delete: 0 } } });
    await copyOfDatabase(backup, database.database);
    const plan = await reader.preview();
    expect(plan.restored).toEqual({ rows: 2, undecided: 2 });
    expect(await pull()).toMatchObject({ outcome: 'undecided', counts: { down: { add: 0, update: 0, delete: 0 } } });
    expect(await reader.student('Wang F')).toMatchObject({ tags: [] });
    expect(await reader.student('Li W')).toMatchObject({ allTime: 3 });
  });
});

describe('a second connection, and a second class', () => {
  it('a second connection or class never getting rows', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await using third = await startDevice('Third PC');
    const other = await third.call('class.create', { name: '5C', students: ['Somebody'] });
    const c = new Book(
      third,
      other.id,
      (await third.call('connection.add', { classId: other.id, connection: connectionTo(database) })).id,
    );
    await c.call('connection.bind', { connectionId: c.connectionId, remoteClass: 'new' });
    await c.sync();
    const joined = await b.device.call('class.join', {
      remoteClassName: '5C',
      connection: connectionTo(database),
      pull: true,
    });
    const d = new Book(b.device, joined.class.id, joined.connection.id);
    await c.award('Somebody', 3);
    await a.award('Li W', 2);
    await settle(c, d, a, b);
    expect(await d.student('Somebody')).toMatchObject({ allTime: 3 });
    expect(await b.student('Li W')).toMatchObject({ allTime: 2 });
    expect((await b.call('student.list', {})).items).toHaveLength(3);
    expect((await d.call('student.list', {})).items).toHaveLength(1);
  });
});
