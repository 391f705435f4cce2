import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Book, startDevice, type Device } from '../support/device.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

/** The same book on a device whose folder was copied, logged in again: a copied folder brings no password. */
async function bookOn(device: Device, { classId, connectionId }: Book, { database }: Pair): Promise<Book> {
  const book = new Book(device, classId, connectionId);
  await book.call('connection.set', { connectionId, change: { password: database.config.password } });
  return book;
}

async function change(book: Book, name: string, values: object, tags: object = {}): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: values, ...tags });
}

/** Keeps a copy of a device's folder, and gives back what puts it there again. */
async function savedFolder(book: Book, both: Pair): Promise<() => Promise<void>> {
  const saved = mkdtempSync(join(tmpdir(), 'tallybook-saved-'));
  await book.device.stop();
  cpSync(book.device.folder, saved, { recursive: true });
  await book.device.start();
  await bookOn(book.device, book, both);
  return async () => {
    await book.device.stop();
    rmSync(book.device.folder, { recursive: true });
    cpSync(saved, book.device.folder, { recursive: true });
    rmSync(saved, { recursive: true });
    await book.device.start();
    await bookOn(book.device, book, both);
  };
}

/** What a file had not sent when it was copied: a deletion, a name, a tag taken away, a tag given, and points. */
async function unsentChanges(book: Book): Promise<void> {
  await book.call('student.delete', { ids: [(await book.student('Chen Yu')).id] });
  await change(book, 'Li W', { name: 'Li Wei' });
  await change(book, 'Wang Fang', {}, { untag: ['choir'], tag: ['piano'] });
  await book.award('Wang Fang', 2);
}

/** The same files under an installation of their own, as where a class file alone was copied. */
async function installAnew(device: Device): Promise<void> {
  await device.stop();
  const db = new Database(join(device.folder, 'app.db'));
  db.prepare('UPDATE device SET id = ?').run(randomUUID());
  db.close();
  await device.start();
}

/** What is asked about in the next list, with what speaks for it. */
async function asked(book: Book): Promise<readonly string[]> {
  const { planId } = await book.preview();
  const rows = await book.rows(planId);
  return rows
    .filter(({ kind }) => kind === 'conflict')
    .map(({ table, conflict, reason }) => `${table} ${conflict} ${reason}`)
    .toSorted();
}

const everyQuestion = [
  'student both-updated file-restored',
  'student deleted-here-updated-there file-restored',
  'student_tag deleted-here-updated-there file-restored',
  'student_tag updated-here-deleted-there file-restored',
];

describe('what a class file had not sent yet when it was put back to an older copy', () => {
  it('is asked about where others have undone it since, and not repeated', async () => {
    await using both = await pair();
    const { a, b } = both;
    await change(b, 'Wang Fang', {}, { tag: ['choir'] });
    await settle(b, a);
    await unsentChanges(b);
    const putBack = await savedFolder(b, both);
    await settle(b, a);
    // The other PC takes all of it back.
    await a.call('student.restore', { ids: [(await a.student('Chen Yu')).id] });
    await change(a, 'Li Wei', { name: 'Li W' });
    await change(a, 'Wang Fang', {}, { tag: ['choir'], untag: ['piano'] });
    await settle(a, b);
    await putBack();
    expect(await asked(b)).toEqual(everyQuestion);
    // The same after a restart, and when everything is read again.
    await b.device.restart();
    await bookOn(b.device, b, both);
    expect(await asked(b)).toEqual(everyQuestion);
    // Nobody's points wait for it, and nothing of it is sent.
    expect(await b.sync()).toMatchObject({ outcome: 'undecided', counts: { up: { add: 0, update: 0, delete: 0 } } });
    await a.sync();
    expect(await a.student('Chen Yu')).toMatchObject({ deleted: false });
    expect(await a.student('Li W')).toMatchObject({ deleted: false });
    expect(await a.student('Wang Fang')).toMatchObject({ tags: ['choir'], allTime: 2 });
    const decided = await b.sync({ conflicts: 'server' });
    expect(decided).toMatchObject({ outcome: 'completed' });
    await expectSame(a, b);
    expect(await b.student('Wang Fang')).toMatchObject({ tags: ['choir'], allTime: 2 });
    // Taken back, it is a question again.
    const undo = await b.call('run.undo', { runId: decided.runId });
    await b.run('sync', undo.planId);
    expect(await asked(b)).toEqual(everyQuestion);
  });

  it('goes to the server where a person says so, and is not asked about again', async () => {
    await using both = await pair();
    const { a, b } = both;
    await change(b, 'Wang Fang', {}, { tag: ['choir'] });
    await settle(b, a);
    await unsentChanges(b);
    const putBack = await savedFolder(b, both);
    await b.award('Wang Fang', 1);
    await b.sync();
    await a.sync();
    await a.call('student.restore', { ids: [(await a.student('Chen Yu')).id] });
    await change(a, 'Li Wei', { name: 'Li W' });
    await change(a, 'Wang Fang', {}, { tag: ['choir'], untag: ['piano'] });
    await a.sync();
    await putBack();
    // Said while only the server's part is taken: it waits to be sent, and nobody is asked twice.
    const plan = await b.preview();
    await b.call('plan.decide', { planId: plan.planId, target: { filter: {} }, choice: 'local' });
    expect((await b.run('pull', plan.planId)).outcome).toBe('completed');
    expect(await asked(b)).toEqual([]);
    expect(await b.sync()).toMatchObject({ outcome: 'completed' });
    await settle(a, b);
    await expectSame(a, b);
    expect(await a.student('Chen Yu')).toMatchObject({ deleted: true });
    expect(await a.student('Li Wei')).toMatchObject({ deleted: false });
    expect(await a.student('Wang Fang')).toMatchObject({ tags: ['piano'], allTime: 3 });
    // A later change is nobody's old one.
    await change(b, 'Li Wei', { name: 'Li W' });
    expect(await asked(b)).toEqual([]);
  });
});

describe('what a class file had not sent yet when it was copied to another PC', () => {
  const cases = [
    { name: 'nobody had anything new', learns: false, installed: false },
    { name: 'others had something new', learns: true, installed: false },
    { name: 'the file alone lies in another installation', learns: true, installed: true },
  ];
  for (const { name, learns, installed } of cases)
    it(`goes from the one that comes first, and the other one asks, when ${name}`, async () => {
      await using both = await pair();
      const { a, b } = both;
      await change(b, 'Wang Fang', {}, { tag: ['choir'] });
      await settle(b, a);
      await unsentChanges(b);
      await b.device.stop();
      await using copied = await startDevice('Copied PC', undefined, b.device.folder);
      if (installed) await installAnew(copied);
      await b.device.start();
      const c = await bookOn(copied, b, both);
      await bookOn(b.device, b, both);
      await c.call('student.add', { students: [{ name: 'Zhou Min' }] });
      if (learns) await a.award('Wang Fang', 4);
      await a.sync();
      expect(await asked(c)).toEqual([]);
      expect((await c.sync()).outcome).toBe('completed');
      await a.sync();
      await a.call('student.restore', { ids: [(await a.student('Chen Yu')).id] });
      await change(a, 'Li Wei', { name: 'Li W' });
      await change(a, 'Wang Fang', {}, { tag: ['choir'], untag: ['piano'] });
      await a.sync();
      expect(await asked(b)).toEqual(everyQuestion);
      expect((await b.sync({ conflicts: 'server' })).outcome).toBe('completed');
      await settle(b, c, a);
      for (const book of [b, c]) await expectSame(a, book);
      expect(await a.student('Chen Yu')).toMatchObject({ deleted: false });
      expect(await a.student('Wang Fang')).toMatchObject({ tags: ['choir'], allTime: learns ? 6 : 2 });
      const { items } = await a.call('device.list', { connectionId: a.connectionId });
      expect(items.map(({ name }) => name)).toContain('Office PC');
    });
});
