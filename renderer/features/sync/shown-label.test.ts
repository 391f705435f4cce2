import { expect, test } from 'vitest';
import { builtInReasons } from '../../../shared/model/built-in-reasons.ts';
import { createTexts } from '../../../shared/text/text.ts';
import { shownLabel } from './shown-label.ts';

const words = { t: createTexts('zh-CN').t };
const label = (table: string, text: string, row: Record<string, string | null> | null = null, id = 'x'): string =>
  shownLabel({ table, key: { id }, label: text, row }, words);

test('a record is called in the language of the reader, also where what it held is not known any more', () => {
  const quick = words.t('class:quickText');
  expect(label('score_event', '李华 · Quick points', { text: 'Quick points', reason_id: null })).toBe(
    `李华 · ${quick}`,
  );
  expect(label('score_event', '李华 · Quick points')).toBe(`李华 · ${quick}`);
  expect(label('score_event', 'Quick points')).toBe(quick);
});

test('what somebody wrote stays as it is', () => {
  expect(label('student', 'Quick points')).toBe('Quick points');
  expect(label('score_event', 'Quick points · Homework', { text: 'Homework', reason_id: null })).toBe(
    'Quick points · Homework',
  );
  // A reason that was called so by somebody.
  const row = { text: 'Quick points', reason_id: '00000000-0000-7000-8000-0000000000ff' };
  expect(label('score_event', '李华 · Quick points', row)).toBe('李华 · Quick points');
});

test('a built-in reason is called in the language of the reader, alone and with points', () => {
  const [reason] = builtInReasons;
  if (reason === undefined) throw new Error('there are built-in reasons');
  const told = label('reason', reason.text, null, reason.id);
  expect(told).not.toBe(reason.text);
  expect(label('score_event', `李华 · ${reason.text}`, { text: reason.text, reason_id: reason.id })).toBe(
    `李华 · ${told}`,
  );
});

test('points of which only the name is known, and what takes them back, are called in the language of the reader', () => {
  const quick = words.t('class:quickText');
  expect(label('score_void', '李华 · 2 · Quick points')).toBe(`李华 · 2 · ${quick}`);
  expect(label('score_event', '李华 · Homework')).toBe(`李华 · ${words.t('built-in:reason.homework')}`);
  expect(label('score_void', '李华 · Swimming')).toBe('李华 · Swimming');
});
