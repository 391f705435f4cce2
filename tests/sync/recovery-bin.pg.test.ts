import { describe, expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { inClassFile } from '../support/class-file.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

const bin = async (
  book: Book,
  more: { readonly search?: string; readonly limit?: number; readonly after?: string } = {},
) => await book.call('bin.list', more);

async function rename(book: Book, from: string, to: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(from)).id, change: { name: to } });
}

/** Both rename one student; the first device has sent its name. */
async function clash(a: Book, b: Book): Promise<void> {
  await rename(a, 'Li W', 'Li Wei');
  await a.sync();
  await rename(b, 'Li W', 'Li Wen');
}

describe('C9: the recovery bin', () => {
  it('has the name this PC gave up, which put back is a change like any other', async () => {
    await using both = await pair();
    const { a, b } = both;
    await clash(a, b);
    expect(await b.sync({ conflicts: 'server' })).toMatchObject({ outcome: 'completed' });
    const [lost, ...others] = (await bin(b)).items;
    expect(others).toEqual([]);
    expect(lost).toMatchObject({ side: 'local', row: { name: 'Li Wen' }, current: { name: 'Li Wei' }, by: null });
    const runs = (await b.call('run.list', {})).items;
    expect(lost?.runId).toBe(runs[0]?.runId);
    expect(await b.call('bin.restore', { id: lost?.id ?? '' })).toEqual({ changed: true });
    const plan = await b.preview();
    expect((await b.rows(plan.planId)).map(({ label, kind, direction }) => [label, kind, direction])).toEqual([
      ['Li Wen', 'update', 'up'],
    ]);
    await settle(b, a);
    await expectSame(a, b);
    expect((await a.student('Li Wen')).name).toBe('Li Wen');
    // What putting back replaced can be put back in turn.
    const [replaced] = (await bin(b)).items;
    expect(replaced).toMatchObject({ row: { name: 'Li Wei' }, runId: null });
    await b.call('bin.restore', { id: replaced?.id ?? '' });
    expect((await b.student('Li Wei')).name).toBe('Li Wei');
  });

  it("has the server's name, and whose it was, where this PC's was kept", async () => {
    await using both = await pair();
    const { a, b } = both;
    await clash(a, b);
    const plan = await b.preview();
    expect(await b.run('apply', plan.planId, { conflicts: 'local' })).toMatchObject({ outcome: 'completed' });
    expect((await bin(b)).items).toMatchObject([{ side: 'server', row: { name: 'Li Wei' }, by: 'Room 301 PC' }]);
    expect((await bin(a)).items).toEqual([]);
  });

  it('has every row a guard was overruled for', async () => {
    await using both = await pair();
    const { a, b } = both;
    const reasons = (await a.call('reason.list', {})).items.slice(0, 8);
    for (const { id } of reasons) await a.call('reason.delete', { id });
    await a.sync({ allowMassChange: true });
    const plan = await b.preview();
    expect(plan.guards).not.toEqual([]);
    await expect(b.run('pull', plan.planId)).rejects.toMatchObject({ code: 'guard-refused' });
    expect((await bin(b)).total).toBe(0);
    await b.run('pull', plan.planId, { allowMassChange: true });
    expect((await bin(b)).items.map(({ label }) => label).toSorted()).toEqual(
      reasons.map(({ text }) => text).toSorted(),
    );
  });

  it('has nothing of an exchange in which nobody lost anything', async () => {
    await using both = await pair();
    const { a, b } = both;
    await rename(a, 'Li W', 'Li Wei');
    await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
    await b.award('Wang Fang', 2);
    await b.call('student.set', { id: (await b.student('Li W')).id, change: { note: 'left-handed' } });
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) expect((await bin(book)).items).toEqual([]);
  });

  it('puts nothing over a number another record has meanwhile, and says so', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.call('student.set', { id: (await a.student('Li W')).id, change: { number: '7' } });
    await a.sync();
    await b.call('student.set', { id: (await b.student('Li W')).id, change: { number: '8' } });
    await b.sync({ conflicts: 'server' });
    await b.call('student.add', { students: [{ name: 'Ben', number: '8' }] });
    const [lost] = (await bin(b)).items;
    await expect(b.call('bin.restore', { id: lost?.id ?? '' })).rejects.toMatchObject({
      code: 'put-back-refused',
      params: { reason: 'value-taken', holder: 'Ben · 8' },
    });
    expect((await b.student('Li W')).number).toBe('7');
    expect((await bin(b)).total).toBe(1);
  });

  it('tells what is back already from what can be put back, and what a reference pointed to', async () => {
    await using both = await pair();
    const { a, b } = both;
    const red = (await a.call('group.add', { name: 'Red' })).id;
    const blue = (await a.call('group.add', { name: 'Blue' })).id;
    await settle(a, b);
    const join = async (book: Book, groupId: string): Promise<void> => {
      await book.call('student.set', { id: (await book.student('Li W')).id, change: { groupId } });
    };
    await join(a, red);
    await a.sync();
    await join(b, blue);
    await b.sync();
    const [lost] = (await bin(b)).items;
    expect(lost).toMatchObject({ same: false, names: { group_id: { before: 'Blue', after: 'Red' } } });
    await join(b, red);
    expect((await bin(b)).items).toMatchObject([{ same: true, names: {} }]);
    expect(await b.call('bin.restore', { id: lost?.id ?? '' })).toEqual({ changed: false });
  });

  it('N16: calls what lost by the name the record has now, and is found by it', async () => {
    await using both = await pair();
    const { a, b } = both;
    await clash(a, b);
    await b.sync({ conflicts: 'server' });
    await rename(b, 'Li Wei', 'Li Wenjun');
    const [lost] = (await bin(b)).items;
    expect(lost).toMatchObject({ row: { name: 'Li Wen' }, current: { name: 'Li Wenjun' } });
    expect(lost?.label).toContain('Li Wenjun');
    for (const search of ['wenjun', 'Li Wen']) expect((await bin(b, { search })).total).toBe(1);
    expect((await bin(b, { search: 'nobody' })).total).toBe(0);
  });

  it('F1: is searched by what a line of it says in either language, with its reading', async () => {
    await using both = await pair();
    const { a, b } = both;
    const homework = (await a.call('reason.list', {})).items.find(({ text }) => text === 'Homework');
    const set = async (book: Book, delta: number): Promise<unknown> =>
      await book.call('reason.set', { id: homework?.id ?? '', change: { delta } });
    await set(a, 3);
    await a.sync();
    await set(b, 4);
    await b.sync({ conflicts: 'server' });
    const found = async (typed: readonly string[]): Promise<readonly string[]> => {
      const totals = await Promise.all(typed.map(async (search) => (await bin(b, { search })).total));
      return typed.filter((_search, index) => totals[index] === 1);
    };
    const said = ['homework', '作业', 'zuoye', 'zy', '理由', 'Reason', 'study', '学习', '本机', 'this pc', 'bj'];
    expect(await found(said)).toEqual(said);
    expect(await found(['学生', 'nobody', 'office'])).toEqual([]);
  });

  it('is searched, read page by page, forgotten singly, and forgets by itself after 400 days', async () => {
    await using both = await pair(['Ada', 'Ben', 'Cid', 'Dora', 'Eve']);
    const { a, b } = both;
    const names = ['Ada', 'Ben', 'Cid', 'Dora', 'Eve'];
    for (const name of names) await rename(a, name, `${name} A`);
    await a.sync({ allowMassChange: true });
    for (const name of names) await rename(b, name, `${name} B`);
    await b.sync({ conflicts: 'server', allowMassChange: true });
    const all = (await bin(b)).items;
    expect(all).toHaveLength(5);
    const paged: unknown[] = [];
    for (let after: string | undefined; ;) {
      const { items, total } = await bin(b, { limit: 2, ...(after === undefined ? {} : { after }) });
      expect(total).toBe(5);
      paged.push(...items);
      after = items.at(-1)?.id;
      if (after === undefined) break;
    }
    expect(paged).toEqual(all);
    expect((await bin(b, { search: 'dora b' })).items.map(({ label }) => label)).toEqual(['Dora A']);
    expect(await b.call('bin.forget', { ids: [all[0]?.id ?? ''] })).toEqual({ forgotten: 1 });
    await expect(b.call('bin.restore', { id: all[0]?.id ?? '' })).rejects.toMatchObject({ code: 'not-found' });
    const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
    inClassFile(b, ({ db }) => {
      db.prepare('UPDATE recovery_bin SET at = ? WHERE id = ?').run(daysAgo(401), all[1]?.id);
      db.prepare('UPDATE recovery_bin SET at = ? WHERE id = ?').run(daysAgo(399), all[2]?.id);
    });
    await b.preview();
    expect((await bin(b)).items.map(({ id }) => id)).toEqual(all.slice(2).map(({ id }) => id));
  });
});
