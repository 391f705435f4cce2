import i18next from 'i18next';
import { expect, it } from 'vitest';
import { guestWords } from './guest-words.ts';

const guest = 'tallybook_join_0123456789ab';
const t = i18next.t.bind(i18next);

it('a PC that shares with a code and does not answer is said to be off; other servers and errors keep their words', () => {
  expect(guestWords(t, 'refused', guest)).toMatchObject({ passes: true });
  expect(guestWords(t, 'unreachable', guest)).toMatchObject({ passes: true });
  expect(guestWords(t, 'refused', 'teacher')).toBeUndefined();
  expect(guestWords(t, 'schema-older', guest)).toBeUndefined();
});

it('whoever joined with a code is asked for the code, never for a password she never had', () => {
  expect(guestWords(t, 'password-missing', guest)).toMatchObject({ passes: false });
  expect(guestWords(t, 'password-wrong', guest)).toMatchObject({ passes: false });
  expect(guestWords(t, 'password-missing', 'teacher')).toBeUndefined();
});
