import { expect, test } from 'vitest';
import type { Result } from '../../../shared/contract/contract.ts';
import { searchKey } from '../../../shared/model/search-key.ts';
import { filterRuns, runFilterFrom } from './filter-runs.ts';

type RunItem = Result<'run.list'>['items'][number];

const none = { add: 0, update: 0, delete: 0 };
const run = (device: string, outcome: RunItem['outcome']): RunItem => ({
  runId: '00000000-0000-7000-8000-000000000001',
  connectionId: '00000000-0000-7000-8000-000000000002',
  connection: 'School server',
  device,
  mode: 'sync',
  startedAt: '2026-11-20T10:42:00.000Z',
  durationMs: 1200,
  outcome,
  counts: { up: none, down: none },
  decided: 0,
  purpose: 'sync',
  undoes: null,
  automatic: false,
  search: searchKey(device, null),
});
const runs = [run('Room 301', 'completed'), run('Office PC', 'failed'), run('Room 302', 'failed')];
const lineOf = ({ device, connection }: RunItem) => [device, connection];
const nowhere = new Set<string>();
const found = (query: string) =>
  filterRuns(runs, runFilterFrom(new URLSearchParams(query)), lineOf, nowhere).map(({ device }) => device);

test('R6: the history is filtered by how a sync ended, and by every word that was typed, in any order', () => {
  expect(found('')).toEqual(['Room 301', 'Office PC', 'Room 302']);
  expect(found('outcome=failed')).toEqual(['Office PC', 'Room 302']);
  expect(found('q=school+room')).toEqual(['Room 301', 'Room 302']);
  expect(found('outcome=failed&q=ＲＯＯＭ')).toEqual(['Room 302']);
  expect(found('q=nobody')).toEqual([]);
});

test('R6, F1: the history is found by pinyin and by initials too', () => {
  const named = [run('张老师的电脑', 'completed'), run('办公室', 'failed')];
  for (const typed of ['张老师', 'zhang', 'zhanglaoshi', 'zls'])
    expect(filterRuns(named, { outcome: null, search: typed }, lineOf, nowhere).map(({ device }) => device)).toEqual([
      '张老师的电脑',
    ]);
  // A word of the line and initials together.
  expect(filterRuns(named, { outcome: null, search: 'School bgs' }, lineOf, nowhere)).toHaveLength(1);
});

test('R6: a sync one row of which names what was typed is found too, where it ended as asked', () => {
  const byRow = new Set([runs[0]?.runId ?? '']);
  const filter = { outcome: null, search: 'Ada Park' } as const;
  expect(filterRuns(runs.slice(0, 1), filter, lineOf, byRow)).toHaveLength(1);
  expect(filterRuns(runs.slice(0, 1), filter, lineOf, nowhere)).toHaveLength(0);
  expect(filterRuns(runs.slice(0, 1), { ...filter, outcome: 'failed' }, lineOf, byRow)).toHaveLength(0);
});

test('R6: an address that names no way a sync can end filters nothing', () => {
  expect(found('outcome=toString')).toHaveLength(3);
});
