import { describe, expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { expectSame, pair, previewCutShort, settle, type Pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';
import { copyOfDatabase } from '../support/test-database.ts';

/** Rows of a plan in short. */
async function rowsOf(book: Book, planId: string): Promise<readonly string[]> {
  const rows = await book.rows(planId);
  return rows
    .map(({ label, kind, conflict, direction }) => `${label.split(' · ')[0]} ${conflict ?? kind} ${direction}`)
    .toSorted();
}

const names = async (book: Book): Promise<readonly string[]> =>
  (await book.call('student.list', {})).items.map(({ name }) => name).toSorted();

async function change(book: Book, name: string, values: object, tags: object = {}): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: values, ...tags });
}

/** A pair whose server was backed up, then learned a deletion, a rename, a lost tag and a point, and was put back. Returns once it is. */
async function restoredPair(meanwhile: (both: Pair) => Promise<void> = async () => {}): Promise<Pair> {
  const both = await pair();
  const { a, b, database } = both;
  await change(a, 'Wang Fang', {}, { tag: ['choir'] });
  await settle(a, b);
  const backup = await copyOfDatabase(database);
  await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
  await change(a, 'Li W', { name: 'Li Wei' });
  await change(a, 'Wang Fang', {}, { untag: ['choir'] });
  await a.award('Wang Fang', 3);
  await settle(a, b);
  await meanwhile(both);
  await copyOfDatabase(backup, database.database);
  return both;
}

const asked = [
  'Chen Yu deleted-here-updated-there both',
  'Li Wei both-added both',
  'Wang Fang add up',
  'Wang Fang deleted-here-updated-there both',
];

describe('a server that was restored to an older state', () => {
  it('stays one decision when the reading that noticed it was cut short', async () => {
    await using both = await restoredPair();
    const { b } = both;
    await previewCutShort(b);
    const plan = await b.preview();
    expect(await rowsOf(b, plan.planId)).toEqual(asked);
    expect(plan).toMatchObject({ undecided: 3, restored: { rows: 3 } });
  });

  it('deleted students returning after the server was restored', async () => {
    await using both = await restoredPair();
    const { a, b } = both;
    // B only pulled: had it left no visit when it did, what it learned would look deleted on the server.
    for (const book of [b, a]) {
      const plan = await book.preview();
      expect(await rowsOf(book, plan.planId)).toEqual(asked);
      expect(plan).toMatchObject({ undecided: 3, restored: { rows: 3 } });
      const conflicts = (await book.rows(plan.planId)).filter(({ kind }) => kind === 'conflict');
      expect(conflicts.map(({ recommended, reason }) => `${recommended} ${reason}`)).toEqual(
        Array.from({ length: 3 }, () => 'local server-restored'),
      );
    }
    // Asked again and again, nothing is done by itself: only what the server lost goes there.
    expect(await b.sync()).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1, update: 0, delete: 0 } } });
    expect(await names(b)).toEqual(['Li Wei', 'Wang Fang']);
    const plan = await b.preview();
    const resolve = { planId: plan.planId, restored: 'send-newer' } as const;
    expect(await b.run('sync', plan.planId, { resolve })).toMatchObject({ outcome: 'completed' });
    await settle(b, a);
    await expectSame(a, b);
    for (const book of [a, b]) {
      expect(await names(book)).toEqual(['Li Wei', 'Wang Fang']);
      expect(await book.student('Wang Fang')).toMatchObject({ allTime: 3, tags: [] });
    }
  });

  it('may be taken as it is, by one decision, and keeps the points all the same', async () => {
    await using both = await restoredPair();
    const { a, b } = both;
    const plan = await b.preview();
    const decided = await b.call('plan.decide', { planId: plan.planId, target: { restored: 'take-server' } });
    expect(decided.undecided).toBe(0);
    expect(await b.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
    expect(await names(b)).toEqual(['Chen Yu', 'Li W', 'Wang Fang']);
    const other = await a.preview();
    await a.run('sync', other.planId, { resolve: { planId: other.planId, restored: 'take-server' } });
    await settle(a, b);
    await expectSame(a, b);
    expect(await a.student('Wang Fang')).toMatchObject({ allTime: 3, tags: ['choir'] });
  });

  it('leaves alone by that one decision what was decided by itself, and says nothing twice', async () => {
    await using both = await restoredPair();
    const { b } = both;
    const { planId } = await b.preview();
    const conflicts = (await b.rows(planId)).filter(({ kind }) => kind === 'conflict');
    const first = conflicts[0]?.ordinal ?? -1;
    const one = await b.call('plan.decide', { planId, target: { ordinals: [first] }, choice: 'server' });
    expect(one).toMatchObject({ undecided: 2, restored: { rows: 3, undecided: 2 } });
    const rest = await b.call('plan.decide', { planId, target: { restored: 'send-newer' } });
    expect(rest).toMatchObject({ undecided: 0, restored: { undecided: 0 }, decided: { decided: 2, left: 0 } });
    const again = await b.call('plan.decide', { planId, target: { restored: 'take-server' } });
    expect(again).toMatchObject({ lastEntry: rest.lastEntry, decided: { decided: 0, left: 0 } });
    const choices = (await b.rows(planId)).filter(({ kind }) => kind === 'conflict').map(({ choice }) => choice);
    expect(choices).toEqual(['server', 'local', 'local']);
  });

  it('leaves alone what was decided by itself, also where a file says that one decision', async () => {
    await using both = await restoredPair();
    const { b } = both;
    const { planId } = await b.preview();
    const place = (await b.rows(planId)).find(({ label, kind }) => kind === 'conflict' && label === 'Li Wei')?.ordinal;
    await b.call('plan.decide', { planId, target: { ordinals: [place ?? -1] }, choice: 'server' });
    const ended = await b.run('sync', planId, { resolve: { planId, restored: 'send-newer' } });
    expect(ended).toMatchObject({ outcome: 'completed' });
    expect(await names(b)).toEqual(['Li W', 'Wang Fang']);
  });

  it('is asked about no decision when it was not restored', async () => {
    await using both = await pair();
    const { a } = both;
    await a.award('Li W', 1);
    const { planId } = await a.preview();
    for (const restored of ['send-newer', 'take-server'] as const) {
      await expect(a.call('plan.decide', { planId, target: { restored } })).rejects.toMatchObject({
        code: 'resolve-invalid',
        params: { reason: 'not-restored' },
      });
      await expect(a.run('sync', planId, { resolve: { planId, restored } })).rejects.toMatchObject({
        code: 'resolve-invalid',
      });
    }
  });

  it('never takes what this PC let go of for deleted: students and points come again, with what others added', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await settle(a, b);
    const early = await copyOfDatabase(database);
    await a.call('student.add', { students: [{ name: 'Ada' }] });
    await a.award('Ada', 2);
    await settle(a, b);
    await copyOfDatabase(early, database.database);
    const emptier = await b.call('sync.previewReplace', { connectionId: b.connectionId });
    await b.run('pull', emptier.planId, { allowMassChange: true });
    expect(await names(b)).not.toContain('Ada');
    // Another PC sends them again, and the server is put back to a moment before this PC was there.
    await a.sync();
    await a.award('Ada', 3);
    await a.sync();
    await sql(database.config, 'DELETE FROM tallybook.device');
    const plan = await b.preview();
    expect((await b.rows(plan.planId)).map(({ table, kind, direction }) => `${table} ${kind} ${direction}`)).toEqual([
      'student add down',
      'score_event add down',
      'score_event add down',
    ]);
    await b.run('sync', plan.planId);
    await settle(a, b);
    await expectSame(a, b);
    expect(await b.student('Ada')).toMatchObject({ allTime: 5 });
  });

  it('makes a plan from before it stale, and keeps what was recorded here since', async () => {
    let before = '';
    await using both = await restoredPair(async ({ a }) => {
      await a.award('Li Wei', 2);
      before = (await a.preview()).planId;
    });
    const { a, b } = both;
    const run = await a.run('sync', before).catch((error: unknown) => error);
    expect(run).toMatchObject({ code: 'plan-stale' });
    const plan = await a.preview();
    await a.run('sync', plan.planId, { resolve: { planId: plan.planId, restored: 'send-newer' } });
    const other = await b.preview();
    expect(await rowsOf(b, other.planId)).toEqual(['Li Wei add down']);
    await settle(b, a);
    await expectSame(a, b);
    expect(await b.student('Li Wei')).toMatchObject({ allTime: 2 });
  });
});
