import { expect, it } from 'vitest';
import type { PlanRowItem } from '../../shared/contract/sync.ts';
import { rowLines } from './plan-answer.ts';
import { wordsOf } from './words.ts';

const row: PlanRowItem = {
  ordinal: 0,
  table: 'student',
  key: { id: 'x' },
  label: 'Li Wei',
  kind: 'conflict',
  conflict: 'same-identity',
  restored: false,
  direction: 'both',
  fields: [],
  times: { base: null, local: null, server: null },
  by: { local: null, server: null },
  recommended: null,
  reason: null,
  blockedBy: null,
  refused: null,
  left: null,
  choice: null,
  included: true,
  newChildren: 0,
  group: null,
  rival: 'Li W',
  other: 'Li W',
  unchanged: [],
  alike: [],
  names: {},
  sides: null,
};

it.each(['en', 'zh-CN'] as const)('a row says in words how it was decided, whatever the decision (%s)', (language) => {
  const words = wordsOf(language);
  const undecided = rowLines(row, words);
  for (const choice of ['local', 'server', 'merge', 'both', 'skip', 'adopt', 'rename'] as const) {
    const lines = rowLines({ ...row, choice }, words);
    expect(lines.length).toBe(undecided.length + 1);
    expect(lines.at(-1)?.trim()).not.toBe(choice);
  }
});
