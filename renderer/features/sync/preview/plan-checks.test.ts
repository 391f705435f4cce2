import { expect, test } from 'vitest';
import { createTexts } from '../../../../shared/text/text.ts';
import { formatFor } from '../../../format.ts';
import { checkLines, checkText, preChecks } from './plan-checks.ts';

const ok = (id: string) => ({ id, state: 'ok', code: null, params: {} }) as const;

test('P3: the nine checks stand in the order in which they are made, whatever else is told behind them', () => {
  const lines = checkLines([ok('verify'), ...preChecks.toReversed().map(ok)]);
  expect(lines.map((line) => line.id)).toEqual([...preChecks, 'verify']);
  expect(preChecks).toHaveLength(9);
});

test('the gravest state speaks for its check', () => {
  const asked = { id: 'erasure', state: 'warning', code: 'erasures-asked', params: {} } as const;
  const stuck = { id: 'erasure', state: 'failed', code: 'erasure-stuck', params: {} } as const;
  const lines = checkLines([ok('connect'), asked, ok('version'), stuck]);
  expect(lines.map((line) => line.worst.code)).toEqual([null, null, 'erasure-stuck']);
});

test('questions nothing was checked for are not shown as answered', () => {
  expect(checkLines([ok('connect')]).map((line) => line.id)).toEqual(['connect']);
});

test('what the server lost, hides, or got from others in a copy is told like any other warning', () => {
  const warned = ['lost', 'hidden', 'drift', 'rules'].map(
    (id) => ({ id, state: 'warning', code: 'server-lost', params: {} }) as const,
  );
  expect(
    checkLines(warned)
      .map(({ id, state }) => `${id} ${state}`)
      .toSorted(),
  ).toEqual(['drift warning', 'hidden warning', 'lost warning', 'rules warning']);
});

test('P3: a clock that is off says by how much, and that of which side is ahead, in both languages', () => {
  const said = (offsetMs: number, language: 'en' | 'zh-CN') => {
    const worst = { id: 'clock', state: 'warning', code: 'clock-differs', params: { offsetMs } } as const;
    const words = { t: createTexts(language).t, format: formatFor(language) };
    return checkText({ id: 'clock', state: 'warning', worst }, 'The clocks differ.', words);
  };
  // The server is ahead, so this PC is behind.
  expect(said(3_600_400, 'en')).toBe("this PC's clock is 3,600 s behind");
  expect(said(3_600_400, 'zh-CN')).toBe('本机时钟慢 3,600 秒');
  expect(said(-7_499, 'en')).toBe("this PC's clock is 7 s ahead");
  expect(said(-7_499, 'zh-CN')).toBe('本机时钟快 7 秒');
});

test('P3: any other check that is not well is said by the title of its error, and by its own words where it has none', () => {
  const worst = { id: 'tls', state: 'warning', code: 'not-encrypted', params: {} } as const;
  const words = { t: createTexts('en').t, format: formatFor('en') };
  expect(checkText({ id: 'tls', state: 'warning', worst }, 'Not encrypted.', words)).toBe('Not encrypted.');
  expect(checkText({ id: 'tls', state: 'warning', worst }, '', words)).toBe(words.t('sync:check.ok.tls'));
});

test('P3: a right the account lacks is named with the table it is about, in both languages', () => {
  const params = { on: 'score_event', right: 'INSERT', sql: 'GRANT …' };
  const worst = { id: 'rights', state: 'failed', code: 'right-missing', params } as const;
  const said = (language: 'en' | 'zh-CN') =>
    checkText({ id: 'rights', state: 'failed', worst }, 'A right is missing.', {
      t: createTexts(language).t,
      format: formatFor(language),
    });
  expect(said('en')).toBe('the account lacks INSERT on score_event');
  expect(said('zh-CN')).toBe('账号在 score_event 上缺少 INSERT 权限');
});
