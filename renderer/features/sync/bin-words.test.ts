import { expect, test } from 'vitest';
import { createTexts } from '../../../shared/text/text.ts';
import { formatFor } from '../../format.ts';
import { lostPieces } from './bin-words.ts';

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
