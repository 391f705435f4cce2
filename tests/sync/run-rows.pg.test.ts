import { expect, it } from 'vitest';
import type { Params } from '../../shared/contract/contract.ts';
import type { RunRowItem } from '../../shared/contract/run.ts';
import type { Book } from '../support/device.ts';
import { pair, settle } from '../support/pair.ts';

async function rename(book: Book, name: string, to: string): Promise<void> {
  await book.call('student.set', { id: (await book.student(name)).id, change: { name: to } });
}

/** Labels of what a filter keeps of a run, in the order it answers. */
async function found(book: Book, runId: string, asked: Pick<Params<'run.index'>, 'filter' | 'sort'>) {
  const { places, total } = await book.call('run.index', { runId, ...asked });
  expect(total).toBe(places.length);
  const { items } = await book.call('run.rows', { runId, places });
  const labels = new Map(items.map(({ place, label }) => [place, label]));
  return places.map((place) => labels.get(place));
}

it('R6: a past run says of each row who had changed it on both sides and when, how a question was settled, and what both sides held', async () => {
  await using both = await pair();
  const { a, b } = both;
  const began = new Date().toISOString();
  await rename(a, 'Li W', 'Li Wen');
  await a.sync();
  await rename(b, 'Li W', 'Li Wei');
  await b.call('student.set', { id: (await b.student('Chen Yu')).id, change: { note: 'left-handed' } });
  const { planId } = await b.preview();
  const { runId } = await b.run('sync', planId, { conflicts: 'local' });
  const rows = await b.written(runId);
  const of = (label: string): RunRowItem => {
    const row = rows.find((candidate) => candidate.label === label);
    if (row === undefined) throw new Error(`no row ${label}`);
    return row;
  };
  const asked = of('Li Wei');
  expect(asked).toMatchObject({
    side: 'up',
    op: 'update',
    choice: 'local',
    before: { name: 'Li Wen' },
    after: { name: 'Li Wei' },
    by: { local: 'Office PC', server: 'Room 301 PC' },
    fields: [{ name: 'name', base: 'Li W', local: 'Li Wei', server: 'Li Wen', result: 'Li Wei', clash: true }],
  });
  for (const at of [asked.times.local, asked.times.server]) expect((at ?? '') >= began).toBe(true);
  expect((asked.times.base ?? began) < began).toBe(true);
  expect(of('Chen Yu')).toMatchObject({ choice: null, by: { local: 'Office PC', server: null }, fields: [] });
});

it('R6: where both sides were written, both rows know whose changes they were', async () => {
  await using both = await pair();
  const { a, b } = both;
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { note: 'there' } });
  await a.sync();
  await rename(b, 'Li W', 'Li Wei');
  const { runId } = await b.sync();
  const rows = await b.written(runId);
  expect(rows.map(({ side, by }) => [side, by])).toEqual([
    ['up', { local: 'Office PC', server: 'Room 301 PC' }],
    ['down', { local: 'Office PC', server: 'Room 301 PC' }],
  ]);
  expect(rows[1]?.times).toEqual(rows[0]?.times);
  expect(rows[0]?.fields.map(({ name, clash }) => [name, clash])).toEqual([
    ['name', false],
    ['note', false],
  ]);
});

it('R6, C9: where the newer change counted, what gave way is told by its row and waits in the recovery bin', async () => {
  await using both = await pair();
  const { a, b } = both;
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { note: 'lenses' } });
  await a.sync();
  await b.call('student.set', { id: (await b.student('Li W')).id, change: { note: 'glasses' } });
  const { runId } = await b.sync();
  const [row] = await b.written(runId);
  expect(row).toMatchObject({
    side: 'up',
    choice: null,
    fields: [{ name: 'note', base: null, local: 'glasses', server: 'lenses', result: 'glasses' }],
  });
  const { items } = await b.call('bin.list', {});
  expect(items.map(({ label }) => label)).toEqual(['Li W']);
});

it('F1, F2, F3: the rows of a past run are searched, filtered, sorted and counted by the engine, a page at a time', async () => {
  await using both = await pair(['Li W', '张三', 'Chen Yu']);
  const { a, b } = both;
  await rename(a, 'Chen Yu', 'Chen Yue');
  await a.sync();
  await rename(b, 'Chen Yu', 'Chen Yan');
  await rename(b, 'Li W', 'Li Wei');
  await b.call('student.add', { students: [{ name: '李雷' }, { name: 'Anna' }] });
  await b.call('student.delete', { ids: [(await b.student('张三')).id] });
  const { planId } = await b.preview();
  const { runId } = await b.run('sync', planId, { conflicts: 'server' });
  const { summary } = await b.call('run.show', { runId });
  expect(summary.map(({ kind, direction, count }) => `${kind} ${direction} ${count}`).toSorted()).toEqual([
    'add up 2',
    'delete up 1',
    'update down 1',
    'update up 1',
  ]);
  expect(await found(b, runId, { filter: { search: 'zs' } })).toEqual(['张三']);
  expect(await found(b, runId, { filter: { search: 'LI' }, sort: { by: 'record', descending: false } })).toEqual([
    '李雷',
    'Li Wei',
  ]);
  expect(await found(b, runId, { filter: { kinds: ['update'], directions: ['down'] } })).toEqual(['Chen Yan']);
  expect(await found(b, runId, { filter: { decided: true } })).toEqual(['Chen Yan']);
  expect(await found(b, runId, { filter: { chosen: ['local'] } })).toEqual([]);
  expect(await found(b, runId, { filter: { tables: ['score_event'] } })).toEqual([]);
  const byName = await found(b, runId, { sort: { by: 'record', descending: false } });
  expect(byName).toEqual(['Anna', 'Chen Yan', '李雷', 'Li Wei', '张三']);
  expect(await found(b, runId, { sort: { by: 'record', descending: true } })).toEqual(byName.toReversed());
  const byKind = await found(b, runId, { sort: { by: 'change', descending: false } });
  expect(new Set(byKind.slice(0, 2))).toEqual(new Set(['Anna', '李雷']));
  expect(byKind.at(-1)).toBe('张三');
});

it('R6: of a run that did not end well no row is told', async () => {
  await using both = await pair();
  const { a, b } = both;
  await rename(b, 'Li W', 'Li Wei');
  const { planId } = await b.preview();
  await rename(a, 'Li W', 'Li Wen');
  await a.sync();
  const { runId, outcome } = await b.run('sync', planId);
  expect(outcome).toBe('stale');
  expect(await b.call('run.index', { runId })).toEqual({ places: [], total: 0 });
  expect((await b.call('run.show', { runId })).summary).toEqual([]);
  await settle(a);
});

it('R6: what "keep this PC\'s" settled while pulling is told by the run that settled it: who, when, and what the server had', async () => {
  await using both = await pair();
  const { a, b } = both;
  await rename(a, 'Li W', 'Li Wen');
  await a.sync();
  await rename(b, 'Li W', 'Li Wei');
  const { planId } = await b.preview();
  const { runId, outcome, counts } = await b.run('pull', planId, { conflicts: 'local' });
  expect([outcome, counts]).toEqual([
    'completed',
    { up: { add: 0, update: 0, delete: 0 }, down: { add: 0, update: 0, delete: 0 } },
  ]);
  const rows = await b.written(runId);
  expect(rows).toMatchObject([
    {
      table: 'student',
      side: 'none',
      op: 'update',
      choice: 'local',
      before: { name: 'Li Wen' },
      after: { name: 'Li Wei' },
      by: { local: 'Office PC', server: 'Room 301 PC' },
      fields: [{ name: 'name', base: 'Li W', local: 'Li Wei', server: 'Li Wen', result: 'Li Wei', clash: true }],
    },
  ]);
  // It wrote neither side: nothing of it is counted as written, and there is nothing to take back.
  const { run, summary } = await b.call('run.show', { runId });
  expect([run.decided, summary]).toEqual([1, []]);
  expect(await found(b, runId, { filter: { decided: true } })).toEqual(['Li Wei']);
  expect((await b.call('run.undo', { runId })).total).toBe(0);
});
