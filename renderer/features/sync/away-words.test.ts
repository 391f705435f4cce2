import i18next from 'i18next';
import { expect, it } from 'vitest';
import { awayWords } from './away-words.ts';

const guest = 'tallybook_join_0123456789ab';

it('a PC that shares with a code and does not answer is said to be off; other servers and errors keep their words', () => {
  const t = i18next.t.bind(i18next);
  expect(awayWords(t, 'refused', guest)).toBeDefined();
  expect(awayWords(t, 'unreachable', guest)).toBeDefined();
  expect(awayWords(t, 'refused', 'teacher')).toBeUndefined();
  expect(awayWords(t, 'password-missing', guest)).toBeUndefined();
});
