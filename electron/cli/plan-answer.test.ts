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

it('a new row says which one of the server it is probably the same as', () => {
  const added = planRow({ kind: 'add', direction: 'up', label: 'Anna · a1', alike: ['Ana · A1', 'Ann\u001b[31m'] });
  const lines = rowLines(added, wordsOf('en')).slice(-2);
  expect(lines[0]).toBe('    probably the same as Ana · A1 on the server: only written in another way');
  expect(lines[1]).toContain('probably the same as Ann');
  expect(lines[1]).not.toContain('\u001b');
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
