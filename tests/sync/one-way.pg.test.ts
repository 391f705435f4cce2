import { describe, expect, it } from 'vitest';
import type { ConnectionInput } from '../../shared/contract/connection.ts';
import { Book, connectionTo } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle } from '../support/pair.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { testDatabase } from '../support/test-database.ts';

/** A backup copy of the class on another server, with what is there now. */
async function copyOf(book: Book, database: TestDatabase, change: Partial<ConnectionInput> = {}): Promise<Book> {
  const { id } = await book.call('connection.add', {
    connection: connectionTo(database, { name: 'copy', mode: 'push-only', ...change }),
  });
  const copy = new Book(book.device, book.classId, id);
  await copy.call('connection.init', { connectionId: id, consent: true });
  expect(await push(copy)).toMatchObject({ outcome: 'completed' });
  return copy;
}

async function push(copy: Book) {
  return await copy.run('apply', (await copy.preview()).planId);
}

async function tagsIn(database: TestDatabase): Promise<readonly (string | null)[]> {
  const psql = await openSession(database);
  const { rows } = await psql.query('SELECT tag FROM tallybook.student_tag ORDER BY tag');
  await psql.close();
  return rows.flat();
}

async function tag(book: Book, change: { readonly tag?: readonly string[]; readonly untag?: readonly string[] }) {
  const { id } = await book.student('Li W');
  await book.call('student.set', { id, change: {}, tag: [...(change.tag ?? [])], untag: [...(change.untag ?? [])] });
}

describe('a backup copy', () => {
  it('keeps what is deleted here unless told to mirror, and lists it no more', async () => {
    await using both = await pair();
    const { a } = both;
    await tag(a, { tag: ['band', 'choir'] });
    const second = await testDatabase();
    const copy = await copyOf(a, second);
    await tag(a, { untag: ['band'] });
    expect((await copy.preview()).total).toBe(0);
    expect((await copy.preview()).total).toBe(0);
    expect(await tagsIn(second)).toEqual(['band', 'choir']);
    await tag(a, { tag: ['band'] });
    expect((await copy.preview()).total).toBe(0);
    await copy.call('connection.set', { connectionId: copy.connectionId, change: { deletes: 'mirror' } });
    await tag(a, { untag: ['choir'] });
    expect(await push(copy)).toMatchObject({ outcome: 'completed', counts: { up: { delete: 1 } } });
    expect(await tagsIn(second)).toEqual(['band']);
    expect((await a.call('connection.list', {})).items.map(({ deletes }) => deletes)).toEqual(['keep', 'mirror']);
  });

  it('never removes a record that only hides: it is hidden there too', async () => {
    await using both = await pair();
    const { a } = both;
    const second = await testDatabase();
    const copy = await copyOf(a, second, { deletes: 'mirror' });
    await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
    expect(await push(copy)).toMatchObject({ counts: { up: { delete: 1 } } });
    const psql = await openSession(second);
    const { rows } = await psql.query('SELECT name FROM tallybook.student WHERE deleted_at IS NOT NULL');
    await psql.close();
    expect(rows).toEqual([['Chen Yu']]);
  });

  it('says what others did in it', async () => {
    await using both = await pair();
    const { a } = both;
    const second = await testDatabase();
    const copy = await copyOf(a, second);
    expect((await copy.preview()).checks.map(({ id }) => id)).not.toContain('drift');
    const psql = await openSession(second);
    await psql.query(`UPDATE tallybook.student SET name = 'X' WHERE name = 'Li W'`);
    await psql.query(
      `INSERT INTO tallybook.student (class_id, id, name, created_at) SELECT id, md5(random()::text)::uuid, 'Guest', now() FROM tallybook.class`,
    );
    await psql.close();
    const drift = { id: 'drift', state: 'warning', code: 'copy-drifted', params: { changed: 1, foreign: 1 } };
    expect((await copy.preview()).checks).toContainEqual(drift);
    await push(copy);
    expect((await copy.preview()).checks).toContainEqual({ ...drift, params: { changed: 0, foreign: 1 } });
    expect((await a.call('bin.list', {})).items).toMatchObject([{ side: 'server', row: { name: 'X' } }]);
  });
});

describe('a class that only receives', () => {
  it('cannot be changed here, whatever is tried, and still receives', async () => {
    await using both = await pair();
    const { a, b } = both;
    await b.call('connection.set', { connectionId: b.connectionId, change: { mode: 'pull-only' } });
    const { id } = await b.student('Li W');
    const [reason] = (await b.call('reason.list', {})).items;
    for (const attempt of [
      () => b.call('student.add', { students: [{ name: 'Ben' }] }),
      () => b.call('student.set', { id, change: { name: 'X' } }),
      () => b.call('student.set', { id, change: {}, tag: ['choir'] }),
      () => b.call('student.delete', { ids: [id] }),
      () => b.call('score.add', { studentIds: [id], award: { delta: 1, text: 'x' } }),
      () => b.call('group.add', { name: 'Red' }),
      () => b.call('reason.set', { id: reason?.id ?? '', change: { text: 'x' } }),
      () => b.call('reason.delete', { id: reason?.id ?? '' }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'class-read-only' });
    await a.award('Li W', 4);
    await a.sync();
    expect(await b.run('pull', (await b.preview()).planId)).toMatchObject({ outcome: 'completed' });
    await expectSame(a, b);
    await b.call('connection.set', { connectionId: b.connectionId, change: { mode: 'two-way' } });
    await b.award('Li W', 1);
    await settle(b, a);
    await expectSame(a, b);
  });

  it('has no other connection, and one that has stays as it is', async () => {
    await using both = await pair();
    const { a } = both;
    const second = await testDatabase();
    const copy = await copyOf(a, second);
    for (const [book, mode] of [
      [a, 'pull-only'],
      [copy, 'pull-only'],
      [copy, 'two-way'],
    ] as const)
      await expect(
        book.call('connection.set', { connectionId: book.connectionId, change: { mode } }),
      ).rejects.toMatchObject({ code: 'connection-exists' });
    expect((await a.call('connection.list', {})).items.map(({ mode }) => mode)).toEqual(['two-way', 'push-only']);
  });
});

describe('which class of a server a connection leads to', () => {
  it('is fixed once both sides have agreed on anything', async () => {
    await using both = await pair();
    const { a } = both;
    await expect(a.call('connection.bind', { connectionId: a.connectionId, remoteClass: 'new' })).rejects.toMatchObject(
      { code: 'connection-exists', params: { reason: 'bound' } },
    );
  });

  it('is not the one another connection leads to already', async () => {
    await using both = await pair();
    const { a, database } = both;
    const { id } = await a.call('connection.add', {
      connection: connectionTo(database, { name: 'again', mode: 'push-only' }),
    });
    await expect(new Book(a.device, a.classId, id).preview()).rejects.toMatchObject({
      code: 'connection-doubled',
      params: { name: 'school' },
    });
  });
});
