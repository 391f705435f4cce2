import { expect, test } from 'vitest';
import { createTexts } from '../../../shared/text/text.ts';
import { formatFor } from '../../format.ts';
import { isLostDeletion, lostPieces } from './bin-words.ts';

const words = { t: createTexts('en').t, format: formatFor('en') };

test('C9: lost points say how many they were first, and nothing their name says already', () => {
  const row = { id: 'e1', student_id: 's1', reason_id: null, text: 'Homework', delta: '-2', note: null };
  const names = { student_id: { before: null, after: 'Dina Roy · 51' } };
  const label = 'Dina Roy · 51 · Homework';
  const pieces = lostPieces(
    { table: 'score_event', key: { id: 'e1' }, label, row, current: null, names, same: false },
    words,
  );
  expect(pieces.map(({ text }) => text).join('')).toBe('points −2');
});

test('C9: a lost deletion says that the record was deleted and is not now, and is known as what would delete it', () => {
  const live = { id: 's1', name: 'Ben', deleted_at: null };
  const gone = { ...live, deleted_at: '2026-11-20T10:00:00.000Z' };
  const lost = { table: 'student', key: { id: 's1' }, label: 'Ben', names: {}, same: false } as const;
  const said = (row: typeof live | typeof gone, current: typeof live | typeof gone): string =>
    lostPieces({ ...lost, row, current }, words)
      .map(({ text }) => text)
      .join('');
  expect(said(gone, live)).toMatch(/^deleted .*\d \(now not deleted\)$/);
  expect(said(live, gone)).toMatch(/^not deleted \(now deleted .*\d\)$/);
  expect(isLostDeletion({ row: gone, current: live })).toBe(true);
  for (const [row, current] of [
    [live, gone],
    [live, live],
    [gone, gone],
    [gone, null],
  ] as const)
    expect(isLostDeletion({ row, current })).toBe(false);
});
