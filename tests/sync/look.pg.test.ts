import { expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { overLine } from '../support/over-line.ts';
import { pair, settle } from '../support/pair.ts';

const look = async (book: Book): Promise<boolean> =>
  (await book.call('sync.look', { connectionId: book.connectionId })).looked;

async function connection(book: Book) {
  const [item] = (await book.call('connection.list', {})).items;
  if (item === undefined) throw new Error('no connection');
  return item;
}

it('R3: a look counts what others sent, says when it looked, and takes nothing', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  const before = await connection(b);
  const had = await b.totals();
  await a.award('Chen Yu', 3);
  await a.award('Li W', 1);
  await a.sync();
  expect(await connection(b)).toMatchObject({ pending: { up: 0, down: 0 }, checkedAt: before.checkedAt });

  const told: string[] = [];
  b.device.client.onEvent((event) => {
    if (event.name === 'connection.changed') told.push(event.data.connection.status);
  });
  expect(await look(b)).toBe(true);
  const after = await connection(b);
  expect(after).toMatchObject({ pending: { up: 0, down: 2, conflicts: 0 }, lastRunAt: before.lastRunAt });
  expect(Date.parse(after.checkedAt ?? '')).toBeGreaterThan(Date.parse(before.checkedAt ?? ''));
  expect(told).not.toContain('IN_PROGRESS');
  expect(await b.totals()).toEqual(had);
  // The list the badge counts is the one the page shows.
  const [list] = (await b.call('plan.list', { connectionId: b.connectionId })).items;
  expect(list).toMatchObject({ state: 'open', total: 2, ready: { pull: 2 } });
  await b.run('pull', list?.planId ?? '');
  expect(await b.totals()).toEqual(await a.totals());
});

it('R3: a look keeps what was decided, and a list somebody asked for', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  for (const [book, name] of [
    [a, 'Li Wei'],
    [b, 'Li Wen'],
  ] as const) {
    const { id } = await book.student('Li W');
    await book.call('student.set', { id, change: { name } });
  }
  await a.sync();
  const { planId } = await b.preview();
  await b.call('plan.decide', { planId, target: { filter: { unresolved: true } }, choice: 'local' });
  expect((await connection(b)).pending).toMatchObject({ conflicts: 0, up: 1 });
  await a.award('Chen Yu', 3);
  await a.sync();
  expect(await look(b)).toBe(true);
  expect((await connection(b)).pending).toMatchObject({ conflicts: 0, up: 1, down: 1 });

  const { runId } = await b.sync();
  const undo = await b.call('run.undo', { runId });
  await a.award('Wang Fang', 1);
  await a.sync();
  expect(await look(b)).toBe(true);
  expect(await b.call('plan.show', { planId: undo.planId })).toMatchObject({ state: 'open', purpose: 'undo' });
  expect((await connection(b)).pending.down).toBeGreaterThan(0);
});

it('a look erases nobody: the next list somebody asks for does', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  const { id } = await a.student('Wang Fang');
  await a.call('student.erase', { id, confirm: true });
  await a.sync();
  expect(await look(b)).toBe(true);
  expect((await b.student('Wang Fang')).id).toBe(id);
  expect((await connection(b)).pending.down).toBeGreaterThan(0);
  await look(b);
  await b.preview();
  expect((await b.call('student.list', {})).items.map(({ name }) => name)).not.toContain('Wang Fang');
});

it('R3: a look that finds no way to the server says offline, and one that does takes that back', async () => {
  await using both = await pair();
  const { a, b } = both;
  const proxy = await overLine(both);
  await settle(a, b);
  await proxy.mode({ kind: 'refuse' });
  proxy.cut();
  await expect(look(b)).rejects.toMatchObject({ code: 'refused' });
  expect(await connection(b)).toMatchObject({ status: 'FAILED', error: { code: 'refused' } });
  await a.award('Chen Yu', 3);
  await a.sync();
  await proxy.mode({ kind: 'pass' });
  expect(await look(b)).toBe(true);
  expect(await connection(b)).toMatchObject({ status: 'COMPLETED', error: null, pending: { down: 1 } });
});

it('a look gives way at once to what a person wants', async () => {
  await using both = await pair();
  const { a, b } = both;
  const proxy = await overLine(both);
  await settle(a, b);
  await a.award('Chen Yu', 3);
  await a.sync();
  await proxy.mode({ kind: 'freeze' });
  const looking = look(b);
  const preview = b.preview();
  await expect(looking).rejects.toMatchObject({ code: 'cancelled' });
  expect((await connection(b)).status).toBe('IN_PROGRESS');
  await proxy.mode({ kind: 'pass' });
  expect(await preview).toMatchObject({ total: 1 });
});

it('looks of two windows do not end each other', async () => {
  await using both = await pair();
  const { a, b } = both;
  const proxy = await overLine(both);
  await settle(a, b);
  await a.award('Chen Yu', 3);
  await a.sync();
  await proxy.mode({ kind: 'freeze' });
  const looks = [look(b), look(b)];
  await proxy.mode({ kind: 'pass' });
  expect(await Promise.all(looks)).toEqual([true, true]);
});

it('no look asks for a password, meets a server for the first time, or goes on with another class', async () => {
  await using both = await pair();
  const { b } = both;
  await settle(both.a, b);
  await b.device.restart();
  // There is no keychain: the password is gone.
  await expect(look(b)).rejects.toMatchObject({ code: 'password-missing' });
  expect(await connection(b)).toMatchObject({ status: 'FAILED', error: { code: 'password-missing' } });
  expect(await look(b)).toBe(false);

  const { id } = await b.device.call('class.create', { name: '6A', students: ['Ada'] });
  const { host, port, user, password, database } = both.database.config;
  const values = { name: 'other', host, port, database, user, password, tls: 'disable', mode: 'two-way' } as const;
  const fresh = await b.device.call('connection.add', { classId: id, connection: values });
  expect(await b.device.call('sync.look', { classId: id, connectionId: fresh.id })).toEqual({ looked: false });
  expect((await b.device.call('connection.list', { classId: id })).items).toMatchObject([
    { remoteClassId: null, status: 'IDLE', checkedAt: null },
  ]);
});
