import { expect, test } from 'vitest';
import type { Result } from '../../../shared/contract/contract.ts';
import { filterFrom } from './preview/change-filter.ts';
import { filterRun } from './run-filter.ts';

type RunRow = Result<'run.show'>['rows'][number];

const row = (label: string, choice: string | null, side: RunRow['side'] = 'up'): RunRow => ({
  table: 'student',
  key: { id: label },
  label,
  side,
  op: 'update',
  before: null,
  after: null,
  choice,
  search: label.toLowerCase(),
  names: {},
});
const rows = [
  row('Anna', null),
  row('Ben', 'local'),
  row('Chen', 'server', 'down'),
  row('Dora', 'both'),
  row('Emil', 'rename'),
];
const found = (query: string): readonly string[] =>
  filterRun(rows, filterFrom(new URLSearchParams(query))).map(({ label }) => label);

test('F2: the rows of a run are filtered by how they were decided, beside kind, direction and words', () => {
  expect(found('')).toEqual(['Anna', 'Ben', 'Chen', 'Dora', 'Emil']);
  expect(found('chosen=decided')).toEqual(['Ben', 'Chen', 'Dora', 'Emil']);
  expect(found('chosen=local')).toEqual(['Ben']);
  expect(found('chosen=two')).toEqual(['Dora', 'Emil']);
  expect(found('chosen=decided&direction=down')).toEqual(['Chen']);
  expect(found('chosen=two&q=em')).toEqual(['Emil']);
});
