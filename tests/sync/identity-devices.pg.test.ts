import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Book, startDevice, type Device } from '../support/device.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

/** The same book on another device, logged in again: a copied folder brings no password. */
async function bookOn(device: Device, { classId, connectionId }: Book, { database }: Pair): Promise<Book> {
  const book = new Book(device, classId, connectionId);
  await book.call('connection.set', { connectionId, change: { password: database.config.password } });
  return book;
}

/** Ids of the devices the server knows, with the number of their last visit. */
async function devicesOf({ database }: Pair): Promise<readonly (string | null)[][]> {
  return await sql(database.config, 'SELECT device, visit_no FROM tallybook.device ORDER BY device');
}

async function change(book: Book, name: string, values: object, tags: object = {}): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: values, ...tags });
}

describe('a device', () => {
  it('stays the same one through runs, pulls and restarts', async () => {
    await using both = await pair();
    const { a, b } = both;
    for (const book of [a, b, a]) {
      await book.award('Li W', 1);
      await settle(a, b);
    }
    await b.device.restart();
    await settle(await bookOn(b.device, b, both), a);
    expect(await devicesOf(both)).toHaveLength(2);
  });
});

describe('a device whose folder was copied to another PC', () => {
  it('is two devices from then on: both keep what they record, whoever syncs first, and nothing is doubled', async () => {
    await using both = await pair();
    const { a, b } = both;
    await change(b, 'Wang Fang', {}, { tag: ['choir'] });
    await settle(b, a);
    await b.award('Li W', 1);
    await b.device.stop();
    await using copied = await startDevice('Copied PC', undefined, b.device.folder);
    await b.device.start();
    const c = await bookOn(copied, b, both);
    await bookOn(b.device, b, both);
    const before = (await devicesOf(both)).length;
    await c.award('Li W', 2);
    await b.award('Li W', 4);
    await change(c, 'Chen Yu', { name: 'Chen Yue' });
    await change(b, 'Wang Fang', {}, { untag: ['choir'] });
    expect((await b.sync()).outcome).toBe('completed');
    // The other one's new name may have been sent by its twin, as far as anybody can tell.
    expect((await c.sync()).left).toMatchObject([{ label: 'Chen Yue', reason: 'undecided' }]);
    expect((await c.sync({ conflicts: 'local' })).outcome).toBe('completed');
    for (const book of [a, c, b, a]) expect((await book.sync()).outcome).toBe('completed');
    for (const book of [b, c]) await expectSame(a, book);
    expect(await a.student('Li W')).toMatchObject({ allTime: 7 });
    expect(await a.student('Wang Fang')).toMatchObject({ tags: [] });
    expect(await a.student('Chen Yue')).toMatchObject({ deleted: false });
    expect((await devicesOf(both)).length).toBe(before + 1);
  });

  it('syncing at the same moment loses nothing either', async () => {
    await using both = await pair();
    const { a, b } = both;
    await b.device.stop();
    await using copied = await startDevice('Copied PC', undefined, b.device.folder);
    await b.device.start();
    const c = await bookOn(copied, b, both);
    await bookOn(b.device, b, both);
    await c.award('Li W', 2);
    await b.award('Li W', 4);
    const runs = await Promise.all([b.sync(), c.sync()]);
    for (const { outcome } of runs) expect(['completed', 'stale']).toContain(outcome);
    await settle(b, c, a);
    for (const book of [b, c]) await expectSame(a, book);
    expect(await a.student('Li W')).toMatchObject({ allTime: 6 });
  });
});

describe('a device whose folder was put back to an older copy', () => {
  it('gets what happened since, sends nothing of it back, and goes on as a new device', async () => {
    await using both = await pair();
    const { a, b } = both;
    await change(b, 'Wang Fang', {}, { tag: ['choir'] });
    await b.award('Chen Yu', 1);
    await settle(b, a);
    const saved = mkdtempSync(join(tmpdir(), 'tallybook-saved-'));
    await b.award('Li W', 8);
    await b.device.stop();
    cpSync(b.device.folder, saved, { recursive: true });
    await b.device.start();
    await bookOn(b.device, b, both);
    await b.call('student.delete', { ids: [(await b.student('Chen Yu')).id] });
    await change(b, 'Wang Fang', { name: 'Wang F' }, { untag: ['choir'] });
    await settle(b, a);
    const known = (await devicesOf(both)).length;
    await b.device.stop();
    rmSync(b.device.folder, { recursive: true });
    cpSync(saved, b.device.folder, { recursive: true });
    rmSync(saved, { recursive: true });
    await b.device.start();
    await bookOn(b.device, b, both);
    expect((await b.student('Wang Fang')).tags).toEqual(['choir']);
    await b.award('Wang Fang', 2);
    const plan = await b.preview();
    expect(plan).toMatchObject({ undecided: 0, restored: null });
    expect(await b.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
    expect((await devicesOf(both)).length).toBe(known + 1);
    await settle(b, a);
    await expectSame(a, b);
    expect((await b.call('student.list', {})).items.map(({ name }) => name).toSorted()).toEqual(['Li W', 'Wang F']);
    expect(await b.student('Wang F')).toMatchObject({ tags: [], allTime: 2 });
    expect(await b.student('Li W')).toMatchObject({ allTime: 8 });
  });
});

describe('a device that was away for more than a year', () => {
  it('takes deletions the server has forgotten for deletions, and sends what it recorded', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await change(a, 'Wang Fang', {}, { tag: ['choir', 'piano'] });
    await settle(a, b);
    await b.award('Li W', 5);
    await change(a, 'Wang Fang', {}, { untag: ['choir'] });
    await a.sync();
    await sql(
      database.config,
      `WITH r AS (UPDATE tallybook.run SET at = at - interval '401 days'), s AS (UPDATE tallybook.row_state SET edited_to = edited_to - interval '401 days')
       UPDATE tallybook.gc_horizon SET at = at - interval '401 days'`,
    );
    await a.award('Chen Yu', 1);
    await a.sync();
    expect(await sql(database.config, 'SELECT count(*) FROM tallybook.row_state WHERE deleted')).toEqual([['0']]);
    const plan = await b.preview();
    expect(
      (await b.rows(plan.planId)).map(({ table, kind, direction }) => `${table} ${kind} ${direction}`).toSorted(),
    ).toEqual(['score_event add down', 'score_event add up', 'student_tag delete down']);
    expect(await b.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) {
      expect(await book.student('Wang Fang')).toMatchObject({ tags: ['piano'] });
      expect(await book.student('Li W')).toMatchObject({ allTime: 5 });
    }
  });

  it('puts back what it saw was lost there, although the server has forgotten meanwhile that it was', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await settle(a, b);
    const lost = await b.award('Li W', 5);
    await b.sync();
    await sql(database.config, `DELETE FROM tallybook.score_event WHERE id = '${lost}'`);
    const seen = await b.preview();
    expect((await b.rows(seen.planId)).map(({ kind, direction }) => `${kind} ${direction}`)).toEqual(['add up']);
    await sql(
      database.config,
      `WITH r AS (UPDATE tallybook.run SET at = at - interval '401 days'), s AS (UPDATE tallybook.row_state SET edited_to = edited_to - interval '401 days')
       UPDATE tallybook.gc_horizon SET at = at - interval '401 days'`,
    );
    await a.award('Chen Yu', 1);
    await a.sync();
    expect(await sql(database.config, 'SELECT count(*) FROM tallybook.row_state WHERE deleted')).toEqual([['0']]);
    expect(await b.sync()).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 } } });
    await settle(a, b);
    await expectSame(a, b);
    expect(await a.student('Li W')).toMatchObject({ allTime: 5 });
  });

  it('keeps deletions that are younger, and looks only once a day', async () => {
    await using both = await pair();
    const { a, database } = both;
    await change(a, 'Wang Fang', {}, { tag: ['choir'] });
    await a.sync();
    await change(a, 'Wang Fang', {}, { untag: ['choir'] });
    await a.sync();
    const remembered =
      'SELECT count(*), (SELECT horizon FROM tallybook.gc_horizon) FROM tallybook.row_state WHERE deleted';
    await sql(database.config, `UPDATE tallybook.gc_horizon SET at = at - interval '3 days'`);
    await a.award('Chen Yu', 1);
    await a.sync();
    expect(await sql(database.config, remembered)).toEqual([['1', '0']]);
    await sql(database.config, `UPDATE tallybook.run SET at = at - interval '401 days'`);
    await a.award('Chen Yu', 1);
    await a.sync();
    expect(await sql(database.config, remembered)).toEqual([['1', '0']]);
  });
});
