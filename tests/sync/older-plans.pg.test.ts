import { describe, expect, it } from 'vitest';
import { inClassFile } from '../support/class-file.ts';
import type { Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

async function rename(book: Book, from: string, to: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(from)).id, change: { name: to } });
}

async function note(book: Book, name: string, text: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: { note: text } });
}

describe('a pull of an older list', () => {
  it('never hides what was observed since: it is refused, and the newer row comes', async () => {
    await using both = await pair();
    const { a, b } = both;
    await rename(a, 'Li W', 'Li 1');
    await a.sync();
    const older = await b.preview();
    await rename(a, 'Li 1', 'Li 2');
    await a.sync();
    // As if the newer reading had come in between without a list of its own, which a crash leaves behind.
    const newer = await b.preview();
    inClassFile(b, ({ db }) => {
      db.prepare(`UPDATE plan SET state = 'stale' WHERE id = ?`).run(newer.planId);
      db.prepare(`UPDATE plan SET state = 'open' WHERE id = ?`).run(older.planId);
    });
    expect(await b.run('pull', older.planId)).toMatchObject({
      outcome: 'stale',
      counts: { down: { update: 0 } },
      left: [{ reason: 'edited-meanwhile' }],
    });
    expect((await b.student('Li W')).name).toBe('Li W');
    await settle(b, a);
    await expectSame(a, b);
    expect((await b.student('Li 2')).name).toBe('Li 2');
  });

  it.each(['apply', 'pull', 'sync'] as const)('is refused where Base has moved since (%s)', async (mode) => {
    await using both = await pair();
    const { a, b } = both;
    await rename(a, 'Li W', 'Li 1');
    await a.sync();
    await note(b, 'Li W', 'tall');
    const plan = await b.preview();
    inClassFile(b, ({ db }) => {
      db.prepare(`UPDATE base SET row = replace(row, '"Li W"', '"Li 0"') WHERE tbl = 'student'`).run();
    });
    expect(await b.run(mode, plan.planId)).toMatchObject({ outcome: 'stale', counts: { up: { update: 0 } } });
  });
});

describe('a run of one direction over a record both sides changed', () => {
  it("after an apply shows the other side's part as coming, and pushes nothing of it back", async () => {
    await using both = await pair();
    const { a, b } = both;
    await note(a, 'Li W', 'left-handed');
    await a.sync();
    await rename(b, 'Li W', 'Li Wen');
    await b.run('apply', (await b.preview()).planId);
    const next = await b.preview();
    expect((await b.rows(next.planId)).map(({ kind, direction }) => `${kind} ${direction}`)).toEqual(['update down']);
    await b.run('sync', next.planId);
    await settle(a, b);
    await expectSame(a, b);
    expect(await a.student('Li Wen')).toMatchObject({ note: 'left-handed' });
  });

  it('after a pull shows the own part as going, and takes nothing back from the server', async () => {
    await using both = await pair();
    const { a, b } = both;
    await note(a, 'Li W', 'left-handed');
    await a.sync();
    await rename(b, 'Li W', 'Li Wen');
    await b.run('pull', (await b.preview()).planId);
    const next = await b.preview();
    expect((await b.rows(next.planId)).map(({ kind, direction }) => `${kind} ${direction}`)).toEqual(['update up']);
    await b.run('apply', next.planId);
    await settle(a, b);
    await expectSame(a, b);
    expect(await a.student('Li Wen')).toMatchObject({ note: 'left-handed' });
  });
});

describe('a row the server would refuse', () => {
  it('is named with what needs it while the rest goes, and left out by name it is asked of the server no more', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const psql = await openSession(database);
    await psql.query(`ALTER TABLE tallybook.student ADD CONSTRAINT no_zed CHECK (name <> 'Zed')`);
    await psql.close();
    await b.call('student.add', { students: [{ name: 'Zed', tags: ['choir'] }, { name: 'Ben' }] });
    await b.award('Zed', 2);
    await b.award('Li W', 1);
    const refused = await b.sync();
    expect(refused).toMatchObject({
      outcome: 'undecided',
      counts: { up: { add: 2 } },
      left: [
        { table: 'student', label: 'Zed', reason: 'server-rule', blockedBy: 'student no_zed' },
        { table: 'student_tag', reason: 'blocked' },
        { table: 'score_event', reason: 'blocked' },
      ],
      error: null,
    });
    const [row] = refused.left;
    await b.award('Li W', 1);
    const { planId } = await b.preview();
    const again = await b.run('sync', planId, { leave: [{ table: row?.table ?? '', key: row?.key['id'] ?? '' }] });
    expect(again).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1 } } });
    expect(again.left.map(({ table, reason }) => `${table} ${reason}`).toSorted()).toEqual([
      'score_event blocked',
      'student unticked',
      'student_tag blocked',
    ]);
    // It stays out of the next list too, until its tick is put back.
    const next = again.nextPlanId ?? '';
    expect(await b.call('plan.show', { planId: next })).toMatchObject({ ready: { sync: 0, leave: 3 } });
    await rename(b, 'Zed', 'Zoe');
    const renamed = await b.preview();
    expect(await b.run('sync', renamed.planId)).toMatchObject({ outcome: 'completed', counts: { up: { add: 3 } } });
    await settle(a, b);
    await expectSame(a, b);
    expect((await a.student('Zoe')).allTime).toBe(2);
  });
});

it('plans are listed newest first, and where one state is asked for only those in it', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await a.award('Chen Yu', 3);
  const carriedOut = await a.preview();
  // A run leaves the list of what is to be done next.
  const { nextPlanId } = await a.run('sync', carriedOut.planId);
  await a.award('Li W', 1);
  const outdated = await a.preview();
  await a.award('Li W', 1);
  const open = await a.preview();
  const ids = async (only: { readonly state?: 'open' | 'used' | 'stale' }) =>
    (await a.call('plan.list', { connectionId: a.connectionId, ...only })).items.map(({ planId }) => planId);
  expect((await ids({})).slice(0, 4)).toEqual([open.planId, outdated.planId, nextPlanId, carriedOut.planId]);
  expect(await ids({ state: 'open' })).toEqual([open.planId]);
  expect((await ids({ state: 'stale' }))[0]).toBe(outdated.planId);
  expect(await ids({ state: 'used' })).toContain(carriedOut.planId);
});
