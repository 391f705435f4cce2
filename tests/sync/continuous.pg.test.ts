import { expect, it } from 'vitest';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import type { Params } from '../../shared/contract/contract.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { openAppStore } from '../../electron/store/app-store.ts';
import { inClassFile } from '../support/class-file.ts';
import { Book, firstUpload, joinClass, startDevice } from '../support/device.ts';
import { overLine } from '../support/over-line.ts';
import { handTimers, type HandTimers } from '../support/hand-timers.ts';
import { movedClock, type MovedClock } from '../support/moved-clock.ts';
import { testDatabase } from '../support/test-database.ts';

const minute = 60_000;

/** A class on a PC whose clock and timers the test moves. */
class KeptBook extends Book {
  readonly clock: MovedClock;
  readonly timers: HandTimers;

  constructor({ device, classId, connectionId }: Book, clock: MovedClock, timers: HandTimers) {
    super(device, classId, connectionId);
    this.clock = clock;
    this.timers = timers;
  }

  async connection(): Promise<ConnectionItem> {
    const [item] = (await this.call('connection.list', {})).items;
    if (item === undefined) throw new Error('no connection');
    return item;
  }

  async set(change: Params<'continuous.set'>['change']): Promise<ConnectionItem> {
    return await this.call('continuous.set', { connectionId: this.connectionId, change });
  }

  /** Switches it on and waits for the first round, which is at once. */
  async keep(): Promise<ConnectionItem> {
    return await this.untilRound(async () => {
      await this.set({ on: true });
      this.timers.fire();
    });
  }

  /** Lets time pass until the next round is due, and waits for it. */
  async nextRound(ms = 5 * minute): Promise<ConnectionItem> {
    return await this.untilRound(() => {
      this.clock.pass(ms);
      this.timers.fire();
    });
  }

  /** Does something that begins a round, and waits until it has ended. */
  async untilRound(begin: () => unknown): Promise<ConnectionItem> {
    const { promise, resolve } = Promise.withResolvers<ConnectionItem>();
    let began = false;
    const stop = this.device.client.onEvent((event) => {
      if (event.name !== 'connection.changed' || event.data.connection.id !== this.connectionId) return;
      const { connection } = event.data;
      if (connection.continuous === null) return;
      const { nextAt, halted } = connection.continuous;
      if (nextAt === null && halted === null) began = true;
      else if (began) resolve(connection);
    });
    await begin();
    try {
      return await promise;
    } finally {
      stop();
    }
  }

  async runs() {
    return (await this.call('run.list', {})).items;
  }
}

interface Kept extends AsyncDisposable {
  readonly a: KeptBook;
  readonly b: KeptBook;
  readonly database: Awaited<ReturnType<typeof testDatabase>>;
}

async function keptPair(students?: readonly string[]): Promise<Kept> {
  const database = await testDatabase();
  const start = async (name: string) => {
    const [clock, timers] = [movedClock(), handTimers()];
    return { clock, timers, device: await startDevice(name, undefined, undefined, clock, undefined, timers) };
  };
  const [one, two] = [await start('Room 301 PC'), await start('Office PC')];
  const a = new KeptBook(await firstUpload(one.device, database, students), one.clock, one.timers);
  const b = new KeptBook(await joinClass(two.device, database), two.clock, two.timers);
  for (const book of [a, b, a]) await book.sync();
  return {
    a,
    b,
    database,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([one, two].map(async ({ device }) => await device[Symbol.asyncDispose]()));
    },
  };
}

async function rename(book: Book, from: string, name: string): Promise<void> {
  const { id } = await book.student(from);
  await book.call('student.set', { id, change: { name } });
}

function haltedBy(item: ConnectionItem): ErrorCode | undefined {
  return item.continuous?.halted?.code as ErrorCode | undefined;
}

it('R5: two PCs come to the same without anybody pressing anything, and nothing is run where nothing changed', async () => {
  await using both = await keptPair();
  const { a, b } = both;
  expect((await a.connection()).continuous).toBe(null);
  await a.keep();
  await b.keep();
  await a.award('Chen Yu', 3);
  await b.award('Li W', 2);
  const before = (await b.runs()).length;
  await a.nextRound();
  await b.nextRound();
  const item = await a.nextRound();
  expect(await a.totals()).toEqual(await b.totals());
  expect(Object.values(await a.totals()).toSorted((x, y) => x - y)).toEqual([0, 2, 3]);
  expect(item).toMatchObject({ status: 'COMPLETED', pending: { up: 0, down: 0, conflicts: 0, left: 0 } });
  expect(item.continuous).toMatchObject({ everyMinutes: 5, paused: false, halted: null, failures: 0, waits: null });
  const [run] = await b.runs();
  expect(run).toMatchObject({ automatic: true, outcome: 'completed', mode: 'sync', device: 'Office PC' });
  expect((await b.runs()).length).toBe(before + 1);

  const quiet = await b.nextRound();
  expect((await b.runs()).length).toBe(before + 1);
  expect(Date.parse(quiet.continuous?.nextAt ?? '')).toBeGreaterThan(b.clock.read().wallMs + 4 * minute);
  // What a round takes that finds nothing: what the card says about load.
  expect(quiet.continuous?.load?.asked).toBeGreaterThan(0);
  expect(quiet.continuous?.load?.asked).toBeLessThan(10);
});

it('R5: a conflict is parked and told, and everything else goes', async () => {
  await using both = await keptPair();
  const { a, b } = both;
  await b.keep();
  await rename(a, 'Li W', 'Li Wei');
  await rename(b, 'Li W', 'Li Wen');
  await b.award('Chen Yu', 4);
  await a.sync();
  const item = await b.nextRound();
  expect(item).toMatchObject({ pending: { up: 0, down: 0, conflicts: 1 }, continuous: { halted: null } });
  expect((await b.student('Li Wen')).name).toBe('Li Wen');
  await a.sync();
  expect((await a.student('Chen Yu')).allTime).toBe(4);
  const runs = (await b.runs()).length;
  expect((await b.nextRound()).pending.conflicts).toBe(1);
  expect((await b.runs()).length).toBe(runs);
});

it('R5: what somebody chose in the list and did not carry out stays as it is, chosen and not carried out', async () => {
  await using both = await keptPair();
  const { a, b } = both;
  await b.keep();
  await rename(a, 'Li W', 'Li Wei');
  await rename(b, 'Li W', 'Li Wen');
  await a.sync();
  const { planId } = await b.preview();
  await b.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, choice: 'local' });
  await b.award('Chen Yu', 4);
  await b.nextRound();
  await b.nextRound();
  // The point went; the row did not, and is still chosen.
  await a.sync();
  expect((await a.student('Chen Yu')).allTime).toBe(4);
  expect((await a.student('Li Wei')).name).toBe('Li Wei');
  const [list] = (await b.call('plan.list', { connectionId: b.connectionId })).items;
  const choices = (await b.rows(list?.planId ?? '')).map(({ choice }) => choice);
  expect(choices).toEqual(['local']);
  await b.run('sync', list?.planId ?? '');
  await a.sync();
  expect((await a.student('Li Wen')).name).toBe('Li Wen');
});

it('R5, P7: a guard halts it and nothing is written, until a person has carried the list out', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `Student ${index + 1}`);
  await using both = await keptPair(names);
  const { a, b } = both;
  await b.keep();
  const { items } = await a.call('student.list', {});
  for (const { id } of items.slice(0, 8)) await a.call('student.delete', { ids: [id] });
  await a.sync({ allowMassChange: true });
  await b.award('Student 12', 1);
  const runs = (await b.runs()).length;
  const item = await b.nextRound();
  expect(haltedBy(item)).toBe('guard-refused');
  expect(item.continuous).toMatchObject({ nextAt: null, halted: { params: { guard: 'mass-delete', count: 8 } } });
  expect((await b.call('student.list', {})).items).toHaveLength(12);
  expect((await b.runs()).length).toBe(runs);
  // No timer is set, and a restart does not make it go on.
  expect(b.timers.sleeps).toBe(null);
  await b.device.restart();
  expect(haltedBy(await b.connection())).toBe('guard-refused');
  expect(b.timers.sleeps).toBe(null);

  const { password } = both.database.config;
  // Other values may be what was missing; they were not.
  await b.call('connection.set', { connectionId: b.connectionId, change: { password } });
  expect(haltedBy(await b.nextRound())).toBe('guard-refused');
  await b.sync({ allowMassChange: true });
  const after = await b.connection();
  expect(after.continuous).toMatchObject({ halted: null });
  expect(after.continuous?.nextAt).not.toBe(null);
  expect((await b.call('student.list', {})).items).toHaveLength(4);
});

it('R5: without the network it comes later and later, says so, and goes on by itself', async () => {
  await using both = await keptPair();
  const { a, b } = both;
  const proxy = await overLine(both);
  await b.keep();
  await proxy.mode({ kind: 'refuse' });
  proxy.cut();
  await b.award('Chen Yu', 4);
  const pauses: number[] = [];
  for (let failures = 1; failures <= 3; failures += 1) {
    const item = await b.nextRound();
    expect(item).toMatchObject({ status: 'FAILED', continuous: { failures, halted: null } });
    pauses.push(Math.round((Date.parse(item.continuous?.nextAt ?? '') - b.clock.read().wallMs) / 1_000));
  }
  const near = pauses.map((seconds, index) => Math.abs(seconds - [15, 30, 60][index]!) < 5);
  expect(near, pauses.join()).toEqual([true, true, true]);
  await proxy.mode({ kind: 'pass' });
  expect(await b.nextRound()).toMatchObject({ status: 'COMPLETED', error: null, continuous: { failures: 0 } });
  await a.sync();
  expect((await a.student('Chen Yu')).allTime).toBe(4);
});

it('R5: it waits while somebody is at the list, and goes on when that person has left or does nothing any more', async () => {
  await using both = await keptPair();
  const { a, b } = both;
  await b.keep();
  await a.award('Chen Yu', 4);
  await a.sync();
  const { planId } = await b.preview();
  const attend = async (here: boolean, viewer = 'one window'): Promise<unknown> =>
    await b.call('continuous.attend', { connectionId: b.connectionId, viewer, here });
  b.clock.pass(4.5 * minute);
  await attend(true);
  expect((await b.nextRound(minute)).continuous).toMatchObject({ waits: 'at-list', failures: 0 });
  expect(await b.call('plan.show', { planId })).toMatchObject({ state: 'open', total: 1 });
  // It waits as long as any window is at the list.
  await attend(true);
  await attend(true, 'another window');
  await attend(false, 'another window');
  expect((await b.nextRound(minute)).continuous).toMatchObject({ waits: 'at-list' });
  await b.untilRound(async () => {
    await attend(false);
    b.timers.fire();
  });
  expect((await b.student('Chen Yu')).allTime).toBe(4);

  await attend(true);
  await a.award('Li W', 2);
  await a.sync();
  expect((await b.nextRound()).continuous?.waits).toBe(null);
  expect((await b.student('Li W')).allTime).toBe(2);
});

it('R5: a list somebody asked for is neither replaced nor carried out, and one that was only opened and left holds nothing up for ever', async () => {
  await using both = await keptPair();
  const { a, b } = both;
  await b.award('Chen Yu', 4);
  const { runId } = await b.sync();
  const { planId } = await b.call('run.undo', { runId });
  await a.award('Li W', 2);
  await a.sync();
  expect((await b.keep()).continuous?.waits).toBe('asked-list');
  expect(await b.call('plan.show', { planId })).toMatchObject({ state: 'open', purpose: 'undo' });
  // Ten minutes after that person was last at it, it was only looked at; nothing of it was done, and it can be made again.
  b.clock.pass(8 * minute);
  for (const here of [true, false])
    await b.call('continuous.attend', { connectionId: b.connectionId, viewer: 'window', here });
  expect((await b.nextRound(9 * minute)).continuous?.waits).toBe('asked-list');
  expect((await b.nextRound(2 * minute)).continuous?.waits).toBe(null);
  expect([(await b.student('Li W')).allTime, (await b.student('Chen Yu')).allTime]).toEqual([2, 4]);
  const again = await b.call('run.undo', { runId });
  await b.call('plan.discard', { planId: again.planId });
  expect((await b.nextRound()).continuous?.waits).toBe(null);
});

it('R5: a list the command line is about to carry out is not overtaken, by a round or by a look, and holds nobody up for long', async () => {
  await using both = await keptPair();
  const { a, b } = both;
  const { connectionId } = b;
  await b.keep();
  await b.award('Chen Yu', 4);
  const plan = await b.call('sync.preview', { connectionId, hold: true });
  await a.award('Li W', 2);
  await a.sync();
  expect((await b.nextRound()).continuous?.waits).toBe('asked-list');
  await b.call('sync.look', { connectionId });
  expect(await b.call('plan.show', { planId: plan.planId })).toMatchObject({ state: 'open' });
  expect(await b.call('sync.run', { planId: plan.planId, mode: 'apply' })).toMatchObject({ outcome: 'completed' });
  // It was carried out: keeping in sync goes on.
  expect((await b.nextRound()).continuous?.waits).toBe(null);
  expect((await b.student('Li W')).allTime).toBe(2);

  // Nobody carries this one out.
  await b.award('Chen Yu', 1);
  await b.call('sync.preview', { connectionId, hold: true });
  expect((await b.nextRound(5 * minute)).continuous?.waits).toBe('asked-list');
  expect((await b.nextRound(6 * minute)).continuous?.waits).toBe(null);
  expect((await b.call('sync.preview', { connectionId })).total).toBe(0);
});

it('R5: a PC that slept for hours does one round and not all it missed; paused, it does none', async () => {
  await using both = await keptPair();
  const { a, b } = both;
  await b.set({ on: true, everyMinutes: 1 });
  await b.untilRound(() => b.timers.fire());
  // A timer never sleeps past half a minute: it stands still while the PC does.
  expect(b.timers.sleeps).toBe(30_000);
  const told: (string | null)[] = [];
  b.device.client.onEvent((event) => {
    if (event.name === 'connection.changed') told.push(event.data.connection.checkedAt);
  });
  await b.nextRound(9 * 60 * minute);
  expect(new Set(told).size).toBe(2);
  expect(b.timers.sleeps).toBe(30_000);

  await b.set({ paused: true });
  expect(b.timers.sleeps).toBe(null);
  await a.award('Chen Yu', 4);
  await a.sync();
  b.clock.pass(60 * minute);
  b.timers.fire();
  expect((await b.connection()).continuous).toMatchObject({ paused: true, nextAt: null });
  await b.device.restart();
  expect((await b.connection()).continuous).toMatchObject({ paused: true, everyMinutes: 1, nextAt: null });
  expect((await b.student('Chen Yu')).allTime).toBe(0);
});

it('R5: a lost sign-in halts it until the password is given again', async () => {
  await using both = await keptPair();
  const { b, database } = both;
  await b.keep();
  await b.device.restart();
  // There is no keychain: the password is gone.
  expect(haltedBy(await b.nextRound())).toBe('password-missing');
  const { password } = database.config;
  await b.call('connection.set', { connectionId: b.connectionId, change: { password } });
  expect((await b.connection()).continuous).toMatchObject({ halted: null });
  expect(await b.nextRound()).toMatchObject({ error: null, continuous: { halted: null } });
});

it('R5: it meets no server for the first time, and takes up no other one', async () => {
  await using both = await keptPair();
  const { b, database } = both;
  const other = await testDatabase();
  const { host, port, user, password, database: name } = other.config;
  await b.keep();
  await b.call('connection.set', {
    connectionId: b.connectionId,
    change: { host, port, user, password, database: name },
  });
  expect(['schema-missing', 'first-sync-needed']).toContain(haltedBy(await b.nextRound()));

  const { id: classId } = await b.device.call('class.create', { name: '6A', students: ['Ada'] });
  const { config } = database;
  const fresh = await b.device.call('connection.add', {
    classId,
    connection: { ...config, name: 'x', database: config.database, tls: 'disable', mode: 'two-way' },
  });
  const round = await b.device.call('continuous.round', { classId, connectionId: fresh.id });
  expect(round).toMatchObject({ outcome: 'halted', error: { code: 'first-sync-needed' }, run: null });
  await b.device.call('connection.remove', { classId, connectionId: fresh.id });
});

it('R5: nothing is kept of a connection that is removed, or that a class file which was put back does not have', async () => {
  await using both = await keptPair();
  for (const book of [both.a, both.b]) await book.keep();
  const { a, b } = both;
  const kept = (book: Book): string | null => {
    const app = openAppStore(book.device.folder);
    try {
      return app.setting('continuous');
    } finally {
      app.close();
    }
  };
  expect(kept(a)).toContain(a.connectionId);
  await a.call('connection.remove', { connectionId: a.connectionId });
  expect(kept(a)).toBe(null);
  inClassFile(b, ({ db }) => db.prepare('DELETE FROM connection').run());
  b.clock.pass(5 * minute);
  b.timers.fire();
  await expect.poll(() => kept(b), { timeout: 20_000 }).toBe(null);
});
