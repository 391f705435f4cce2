import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../shared/contract/sync.ts';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

/** Lists what taking a run back would do, one line per row. */
async function undoLines(
  book: Book,
  runId: string,
): Promise<{ readonly planId: string; readonly lines: readonly string[] }> {
  const plan = await book.call('run.undo', { runId });
  const rows = await book.rows(plan.planId);
  const lines = rows.map(
    ({ table, kind, direction, label, left }) =>
      `${table} ${kind} ${direction} ${label}${left === null ? '' : ` (${left})`}`,
  );
  return { planId: plan.planId, lines: lines.toSorted() };
}

async function undo(book: Book, runId: string, more: { readonly allowMassChange?: boolean } = {}): Promise<RunResult> {
  const plan = await book.call('run.undo', { runId });
  return await book.run(plan.runMode ?? 'sync', plan.planId, more);
}

async function rename(book: Book, from: string, to: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(from)).id, change: { name: to } });
}

/** What the next ordinary list shows. */
async function waiting(book: Book): Promise<readonly string[]> {
  const plan = await book.preview();
  return (await book.rows(plan.planId)).map(({ kind, direction, label }) => `${kind} ${direction} ${label}`).toSorted();
}

describe('P9: a sync taken back', () => {
  it('puts a changed name back on the server and shows it as not sent again', async () => {
    await using both = await pair();
    const { a, b } = both;
    await rename(a, 'Li W', 'Li Wei');
    const { runId } = await a.sync();
    const { planId, lines } = await undoLines(a, runId);
    expect(lines).toEqual(['student update up Li Wei']);
    expect(await a.run('sync', planId)).toMatchObject({ outcome: 'completed', counts: { up: { update: 1 } } });
    expect(await waiting(a)).toEqual(['update up Li Wei']);
    await b.sync();
    expect((await b.student('Li W')).name).toBe('Li W');
    await settle(a, b);
    await expectSame(a, b);
    expect((await b.student('Li Wei')).name).toBe('Li Wei');
  });

  it('leaves alone what was there already and not written by it', async () => {
    await using both = await pair();
    const { a, b } = both;
    for (const book of [a, b])
      await book.call('student.set', { id: (await book.student('Li W')).id, change: {}, tag: ['choir'] });
    await b.award('Chen Yu', 2);
    const plan = await b.preview();
    await a.sync();
    const { runId, counts } = await b.run('sync', plan.planId);
    expect(counts.up).toEqual({ add: 1, update: 0, delete: 0 });
    expect((await undoLines(b, runId)).lines).toEqual(['score_void add both Chen Yu · Homework']);
    expect(await undo(b, runId)).toMatchObject({ outcome: 'completed' });
    await settle(a, b);
    await expectSame(a, b);
    expect(await a.student('Li W')).toMatchObject({ tags: ['choir'] });
  });

  it('takes what came from others away here and shows it as coming again, and never deletes it for them', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', number: '30', tags: ['choir'] }] });
    await a.award('Ada', 3);
    await rename(a, 'Li W', 'Li Wei');
    await a.sync();
    const { runId } = await b.sync();
    expect(await undo(b, runId)).toMatchObject({ outcome: 'completed' });
    expect((await b.call('student.list', {})).items.map(({ name }) => name).toSorted()).toEqual([
      'Chen Yu',
      'Li W',
      'Wang Fang',
    ]);
    const again = await waiting(b);
    expect(again).toHaveLength(4);
    expect(again.filter((line) => !line.includes(' down '))).toEqual([]);
    expect((await a.preview()).total).toBe(0);
    await settle(b, a);
    await expectSame(a, b);
    expect((await b.student('Ada')).allTime).toBe(3);
    expect((await a.student('Li Wei')).deleted).toBe(false);
  });

  it('voids the points it sent, everywhere, and leaves those given since', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.award('Li W', 5);
    await a.award('Chen Yu', 2);
    const { runId } = await a.sync();
    await a.award('Li W', 7);
    await b.award('Li W', 1);
    await b.sync();
    const { lines } = await undoLines(a, runId);
    expect(lines).toEqual(['score_void add both Chen Yu · Homework', 'score_void add both Li W · Homework']);
    expect(await undo(a, runId)).toMatchObject({ outcome: 'completed', counts: { up: { add: 2 }, down: { add: 2 } } });
    expect((await a.student('Li W')).allTime).toBe(7);
    await settle(a, b);
    await expectSame(a, b);
    expect([(await b.student('Li W')).allTime, (await b.student('Chen Yu')).allTime]).toEqual([8, 0]);
  });

  it('says what the points it undoes were, and asks once more where they are many, as nothing brings them back', async () => {
    await using both = await pair();
    const { a } = both;
    for (let count = 0; count < 6; count += 1) await a.award('Li W', 5);
    const { runId } = await a.sync();
    const plan = await a.call('run.undo', { runId });
    expect(plan.guards).toEqual([
      { id: 'mass-delete', table: 'score_event', count: 6 },
      { id: 'mass-delete', table: 'score_event', count: 6 },
    ]);
    const [row] = await a.rows(plan.planId);
    expect(row).toMatchObject({ kind: 'add', voids: { delta: '5', text: 'Homework' } });
    await expect(a.run('sync', plan.planId)).rejects.toMatchObject({ code: 'guard-refused' });
    expect((await a.student('Li W')).allTime).toBe(30);
    expect(await undo(a, runId, { allowMassChange: true })).toMatchObject({ outcome: 'completed' });
    expect((await a.student('Li W')).allTime).toBe(0);
  });

  it('of one record both sides changed gives each side its own again', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.set', { id: (await a.student('Li W')).id, change: { note: 'left-handed' } });
    await a.sync();
    await rename(b, 'Li W', 'Li Wen');
    const { runId } = await b.sync();
    const { planId, lines } = await undoLines(b, runId);
    expect(lines).toEqual(['student update both Li Wen']);
    const [row] = await b.rows(planId);
    expect(row?.fields.map(({ name, local, result }) => [name, local, result])).toEqual([
      ['name', 'Li Wen', 'Li W'],
      ['note', 'left-handed', null],
    ]);
    expect(await b.run('sync', planId)).toMatchObject({ outcome: 'completed' });
    expect(await b.student('Li Wen')).toMatchObject({ note: null });
    expect(await waiting(b)).toEqual(['update both Li Wen']);
    await settle(b, a);
    await expectSame(a, b);
    expect(await a.student('Li Wen')).toMatchObject({ note: 'left-handed' });
  });

  it('leaves alone what was changed since on either side, and says so', async () => {
    await using both = await pair(['Ada', 'Ben', 'Cid']);
    const { a, b } = both;
    for (const name of ['Ada', 'Ben', 'Cid']) await rename(a, name, `${name} 1`);
    const { runId } = await a.sync();
    await b.sync();
    await rename(a, 'Ada 1', 'Ada 2');
    await rename(b, 'Ben 1', 'Ben 2');
    await b.sync();
    const { planId, lines } = await undoLines(a, runId);
    expect(lines).toEqual([
      'student update both Ada 1 (changed-since)',
      'student update both Ben 1 (changed-since)',
      'student update up Cid 1',
    ]);
    expect(await a.run('sync', planId)).toMatchObject({ outcome: 'undecided', counts: { up: { update: 1 } } });
    await settle(a, b);
    await expectSame(a, b);
    expect((await a.call('student.list', {})).items.map(({ name }) => name)).toEqual(['Ada 2', 'Ben 2', 'Cid 1']);
  });

  it('hides a student it added for everybody, unless somebody has given points since', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', tags: ['choir'] }, { name: 'Ben' }] });
    await a.award('Ada', 3);
    const { runId } = await a.sync();
    await b.sync();
    await b.award('Ben', 4);
    await b.sync();
    const { planId, lines } = await undoLines(a, runId);
    expect(lines).toEqual([
      'score_void add both Ada · Homework',
      'student delete up Ada',
      'student delete up Ben (new-child)',
      'student_tag delete up Ada · choir',
    ]);
    expect(await a.run('sync', planId)).toMatchObject({ outcome: 'undecided' });
    await b.sync();
    expect((await b.call('student.list', { deleted: true })).items.map(({ name }) => name)).toEqual(['Ada']);
    expect((await b.student('Ben')).allTime).toBe(4);
    expect(await waiting(a)).toContain('add up Ada');
    await settle(a, b);
    await expectSame(a, b);
    expect([(await b.student('Ada')).allTime, (await b.student('Ada')).deleted]).toEqual([0, false]);
  });

  it('keeps a student here who got points since the pull that brought him', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada' }] });
    await a.award('Ada', 3);
    await a.sync();
    const { runId } = await b.run('pull', (await b.preview()).planId);
    await b.award('Ada', 2);
    const { planId, lines } = await undoLines(b, runId);
    expect(lines).toEqual(['score_event delete down Ada · Homework', 'student delete down Ada (new-child)']);
    expect(await b.run('sync', planId)).toMatchObject({ outcome: 'undecided' });
    expect((await b.student('Ada')).allTime).toBe(2);
    await settle(b, a);
    await expectSame(a, b);
    expect((await a.student('Ada')).allTime).toBe(5);
  });

  it('keeps whatever needs a row whose tick was taken away', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.add', { students: [{ name: 'Ada', tags: ['choir'] }] });
    await a.sync();
    const { runId } = await b.sync();
    const { planId } = await undoLines(b, runId);
    const tag = (await b.rows(planId)).find(({ table }) => table === 'student_tag');
    await b.call('plan.decide', { planId, target: { ordinals: [tag?.ordinal ?? -1] }, include: false });
    expect(await b.call('plan.show', { planId })).toMatchObject({ ready: { apply: 0, pull: 0, sync: 0, leave: 2 } });
    expect((await b.rows(planId)).map(({ table, left, blockedBy }) => [table, left, blockedBy])).toEqual([
      ['student', 'blocked', 'student_tag Ada · choir'],
      ['student_tag', 'unticked', null],
    ]);
    expect(await b.run('sync', planId)).toMatchObject({ outcome: 'undecided', counts: { down: { delete: 0 } } });
    expect((await b.student('Ada')).tags).toEqual(['choir']);
  });

  it('lists what cannot be taken back: points that were undone', async () => {
    await using both = await pair();
    const { a } = both;
    const event = await a.award('Li W', 5);
    await a.sync();
    await a.call('score.void', { eventIds: [event] });
    const { runId } = await a.sync();
    expect((await undoLines(a, runId)).lines).toEqual([expect.stringContaining('(stays-void)')]);
  });

  it('is a run of its own, which can be looked up, is found in the history, and can be taken back', async () => {
    await using both = await pair();
    const { a, b } = both;
    await rename(a, 'Li W', 'Li Wei');
    const first = await a.sync();
    const second = await undo(a, first.runId);
    const shown = await a.call('run.show', { runId: second.runId });
    expect(shown.run).toMatchObject({ purpose: 'undo', undoes: first.runId, outcome: 'completed' });
    expect(await a.written(second.runId)).toMatchObject([
      { side: 'up', op: 'update', before: { name: 'Li Wei' }, after: { name: 'Li W' } },
    ]);
    expect((await undoLines(a, first.runId)).lines).toEqual(['student update both Li Wei (changed-since)']);
    await undo(a, second.runId);
    expect((await a.preview()).total).toBe(0);
    await settle(b, a);
    await expectSame(a, b);
    expect((await b.student('Li Wei')).name).toBe('Li Wei');
  });

  it('leaves a tag of a student whom the server lost since, and gives it back once the student is there again', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    const { id } = await a.student('Li W');
    await a.call('student.set', { id, change: {}, tag: ['choir'] });
    await a.sync();
    await a.call('student.set', { id, change: {}, untag: ['choir'] });
    const { runId } = await a.sync();
    await sql(database.config, 'TRUNCATE tallybook.student CASCADE');
    const { planId, lines } = await undoLines(a, runId);
    expect(lines).toEqual(['student_tag add up Li W · choir (changed-since)']);
    expect((await a.run('sync', planId)).outcome).toBe('undecided');
    await settle(a, b);
    expect(await undo(a, runId)).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 } } });
    await settle(b, a);
    await expectSame(a, b);
  });

  it('is refused when the run wrote nothing or its connection is gone, and goes one way only', async () => {
    await using both = await pair();
    const { a } = both;
    await rename(a, 'Li W', 'Li Wei');
    const { runId } = await a.sync();
    const plan = await a.call('run.undo', { runId });
    expect(plan).toMatchObject({
      purpose: 'undo',
      undoes: runId,
      runMode: 'sync',
      ready: { apply: 0, pull: 0, sync: 1 },
    });
    for (const mode of ['apply', 'pull'] as const)
      await expect(a.run(mode, plan.planId)).rejects.toMatchObject({ code: 'mode-refused' });
    await a.call('connection.remove', { connectionId: a.connectionId });
    await expect(a.call('run.undo', { runId })).rejects.toMatchObject({ code: 'undo-refused' });
    await expect(a.call('run.undo', { runId: plan.planId })).rejects.toMatchObject({ code: 'not-found' });
  });
});
