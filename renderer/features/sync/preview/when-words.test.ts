import { expect, test } from 'vitest';
import { planRow } from '../../../../shared/contract/test-row.ts';
import { createTexts } from '../../../../shared/text/text.ts';
import { formatFor } from '../../../format.ts';
import type { Words } from './field-words.ts';
import { baseOrigin, whoWhen } from './when-words.ts';

const words = (language: 'en' | 'zh-CN'): Words => ({ t: createTexts(language).t, format: formatFor(language) });
const en = words('en');
const zh = words('zh-CN');

const today = (hour: number, minute: number): string => new Date(new Date().setHours(hour, minute, 0, 0)).toISOString();
const both = {
  by: { local: 'Room 301', server: 'Office PC' },
  times: { base: null, local: today(9, 40), server: today(9, 12) },
};

test('C8: what both sides changed says who and when of each side, on a line of its own', () => {
  const conflict = planRow({ kind: 'conflict', conflict: 'both-updated', direction: 'both', ...both });
  expect(whoWhen(conflict, en)).toBe('here, 09:40\nOffice PC, 09:12');
  expect(whoWhen(conflict, zh)).toBe('本机，09:40\nOffice PC，09:12');
  expect(whoWhen(planRow({ direction: 'both', ...both }), en)).toBe('here, 09:40\nOffice PC, 09:12');
});

test('C8: a side nobody is known of is left out, and where that is both, both are meant', () => {
  const conflict = planRow({ kind: 'conflict', conflict: 'same-identity', direction: 'both' });
  expect(whoWhen(conflict, en)).toBe('both sides');
  expect(whoWhen({ ...conflict, times: both.times, by: { local: 'Room 301', server: null } }, en)).toBe(
    'here, 09:40\nserver, 09:12',
  );
  expect(
    whoWhen({ ...conflict, times: { ...both.times, server: null }, by: { local: 'Room 301', server: null } }, en),
  ).toBe('here, 09:40');
  expect(whoWhen(planRow({ direction: 'down', ...both }), en)).toBe('Office PC, 09:12');
});

test('C8: the version before says since which sync it holds, in full with how long ago', () => {
  const base = '2025-11-18T10:42:00';
  const row = planRow({ times: { base, local: null, server: null } });
  expect(baseOrigin(row, en)?.short).toBe(`as of the sync of ${en.format.when(base)}`);
  expect(baseOrigin(row, zh)?.short).toBe(`截至 ${zh.format.when(base)} 的同步`);
  for (const spoken of [en, zh]) {
    expect(baseOrigin(row, spoken)?.full).toContain(spoken.format.full(base));
    expect(baseOrigin(row, spoken)?.full).toContain(spoken.format.ago(base));
  }
  expect(baseOrigin(planRow({}), en)).toBeNull();
});
