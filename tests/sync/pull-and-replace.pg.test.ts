import { describe, expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { Book as BookOf, connectionTo } from '../support/device.ts';
import { listBackups } from '../../electron/store/backups.ts';
import { expectSame, pair, settle } from '../support/pair.ts';
import { testDatabase } from '../support/test-database.ts';

async function previewReplace(book: Book) {
  return await book.call('sync.previewReplace', { connectionId: book.connectionId });
}

async function rename(book: Book, from: string, to: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(from)).id, change: { name: to } });
}

/** Both devices changed much, and only the first has sent its changes. */
async function apart(a: Book, b: Book): Promise<void> {
  await rename(a, 'Li W', 'Li Wei');
  await a.call('student.add', { students: [{ name: 'Ada', number: '30', tags: ['choir'] }] });
  await a.award('Ada', 3);
  await a.sync();
  await rename(b, 'Li W', 'Li Wen');
  await b.call('student.add', { students: [{ name: 'Ben', number: '30', group: 'Red', tags: ['band'] }] });
  await b.award('Ben', 2);
  await b.award('Chen Yu', 9);
  await b.call('student.delete', { ids: [(await b.student('Wang Fang')).id] });
}

describe('pull and replace', () => {
  it('lists every change that goes, asks nothing, keeps a copy of the file, and makes this PC what the server is', async () => {
    await using both = await pair();
    const { a, b } = both;
    await apart(a, b);
    const plan = await previewReplace(b);
    expect(plan).toMatchObject({ purpose: 'replace', runMode: 'pull', undecided: 0, state: 'open' });
    expect(plan.checks).toContainEqual({
      id: 'unsent',
      state: 'warning',
      code: 'unsent-dropped',
      params: { count: 7 },
    });
    const rows = await b.rows(plan.planId);
    expect(
      rows.map(({ table, kind, direction, label }) => `${table} ${kind} ${direction} ${label}`).toSorted(),
    ).toEqual([
      'group delete down Red',
      'score_event add down Ada · 30 · Homework',
      'score_event delete down Ben · 30 · Homework',
      'score_event delete down Chen Yu · Homework',
      'student add down Ada · 30',
      'student add down Wang Fang',
      'student delete down Ben · 30',
      'student update down Li Wen',
      'student_tag add down Ada · 30 · choir',
      'student_tag delete down Ben · 30 · band',
    ]);
    for (const mode of ['apply', 'sync'] as const)
      await expect(b.run(mode, plan.planId)).rejects.toMatchObject({ code: 'mode-refused' });
    expect(listBackups(b.device.folder)).toEqual([]);
    const run = await b.run('pull', plan.planId, { allowMassChange: true });
    expect(run).toMatchObject({ outcome: 'completed', left: [] });
    expect(listBackups(b.device.folder)).toHaveLength(1);
    expect((await b.preview()).total).toBe(0);
    expect(await b.totals()).toEqual(await a.totals());
    await expect(b.run('pull', plan.planId)).rejects.toMatchObject({ code: 'plan-used' });
    // What went can be found again.
    const lost = (await b.call('bin.list', {})).items;
    expect(lost.map(({ label }) => label).toSorted()).toEqual([
      'Ben · 30',
      'Ben · 30 · Homework',
      'Ben · 30 · band',
      'Chen Yu · Homework',
      'Li Wei',
      'Red',
      'Wang Fang',
    ]);
    expect((await b.call('run.list', {})).items[0]).toMatchObject({ purpose: 'replace', mode: 'pull' });
  });

  it('leaves out what has lost its tick, with whatever needs it', async () => {
    await using both = await pair();
    const { a, b } = both;
    await apart(a, b);
    const plan = await previewReplace(b);
    const event = (await b.rows(plan.planId)).find(({ label }) => label === 'Ben · 30 · Homework');
    const run = await b.run('pull', plan.planId, {
      allowMassChange: true,
      leave: [{ table: 'score_event', key: event?.key ?? {} }],
    });
    // Ben keeps his point, so Ben stays, so his number is not free for Ada, who has to wait with what is hers.
    expect(run.left.map(({ label, reason }) => `${label} ${reason}`).toSorted()).toEqual([
      'Ada · 30 blocked',
      'Ada · 30 · Homework blocked',
      'Ada · 30 · choir blocked',
      'Ben · 30 blocked',
      'Ben · 30 · Homework unticked',
      'Red blocked',
    ]);
    expect(await b.student('Ben')).toMatchObject({ number: '30', allTime: 2, group: 'Red' });
    expect((await b.student('Li Wei')).name).toBe('Li Wei');
  });

  it('keeps a student who got points here since the list was made', async () => {
    await using both = await pair();
    const { a, b } = both;
    await apart(a, b);
    const plan = await previewReplace(b);
    await b.award('Ben', 4);
    const run = await b.run('pull', plan.planId, { allowMassChange: true });
    expect(run.outcome).not.toBe('completed');
    expect((await b.student('Ben')).allTime).toBeGreaterThanOrEqual(4);
  });

  it('forgets no erasure, sent or not: nobody who was erased comes back with it', async () => {
    await using both = await pair();
    const { a, b } = both;
    const { id } = await b.student('Chen Yu');
    await b.call('student.erase', { id, confirm: true });
    const plan = await previewReplace(b);
    await b.run('pull', plan.planId, { allowMassChange: true });
    expect((await b.call('student.list', {})).items.map(({ name }) => name)).not.toContain('Chen Yu');
    await settle(b, a);
    expect((await a.call('student.list', {})).items.map(({ name }) => name)).not.toContain('Chen Yu');
    await expectSame(a, b);
  });

  it('says that other connections will see it, and they do', async () => {
    await using both = await pair();
    const { a, b } = both;
    const second = await testDatabase();
    const { id } = await b.call('connection.add', {
      connection: connectionTo(second, { name: 'copy', mode: 'push-only' }),
    });
    const copy = new BookOf(b.device, b.classId, id);
    await copy.call('connection.init', { connectionId: id, consent: true });
    await copy.run('apply', (await copy.preview()).planId);
    await expect(previewReplace(copy)).rejects.toMatchObject({ code: 'mode-refused' });
    await rename(a, 'Li W', 'Li Wei');
    await a.sync();
    await rename(b, 'Li W', 'Li Wen');
    const plan = await previewReplace(b);
    expect(plan.checks).toContainEqual({
      id: 'others',
      state: 'warning',
      code: 'replace-seen-elsewhere',
      params: { connections: 'copy' },
    });
    await b.run('pull', plan.planId);
    const next = await copy.preview();
    expect((await copy.rows(next.planId)).map(({ label, direction }) => [label, direction])).toEqual([
      ['Li Wei', 'up'],
    ]);
    await settle(a, b);
    await expectSame(a, b);
  });

  it('can be taken back: what it dropped is there again, not sent', async () => {
    await using both = await pair();
    const { a, b } = both;
    await apart(a, b);
    const totals = await b.totals();
    const plan = await previewReplace(b);
    const { runId } = await b.run('pull', plan.planId, { allowMassChange: true });
    const back = await b.call('run.undo', { runId });
    expect(await b.run('sync', back.planId, { allowMassChange: true })).toMatchObject({ outcome: 'completed' });
    expect(await b.totals()).toEqual(totals);
    expect((await b.preview()).undecided).toBe(2);
  });
});
