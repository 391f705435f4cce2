import { expect, it } from 'vitest';
import { planRow } from '../../shared/contract/test-row.ts';
import { rowLines } from './plan-answer.ts';
import { wordsOf } from './words.ts';

const row = planRow({
  label: 'Li Wei',
  kind: 'conflict',
  conflict: 'same-identity',
  direction: 'both',
  rival: 'Li W',
  other: 'Li W',
});

it.each(['en', 'zh-CN'] as const)('a row says in words how it was decided, whatever the decision (%s)', (language) => {
  const words = wordsOf(language);
  const undecided = rowLines(row, words);
  for (const choice of ['local', 'server', 'merge', 'both', 'skip', 'adopt', 'rename'] as const) {
    const lines = rowLines({ ...row, choice }, words);
    expect(lines.length).toBe(undecided.length + 1);
    expect(lines.at(-1)?.trim()).not.toBe(choice);
  }
});
