import { expect, test } from 'vitest';
import { createTexts } from '../../../../shared/text/text.ts';
import { formatFor } from '../../../format.ts';
import type { Words } from './field-words.ts';
import { heardPhase, phaseText } from './phase-text.ts';

const words = (language: 'en' | 'zh-CN'): Words => ({ t: createTexts(language).t, format: formatFor(language) });
const sending = (done: number, total: number | null = 4800) =>
  ({ kind: 'sync', cancelling: false, progress: { phase: 'send', table: 'score_event', done, total } }) as const;

test('R1: a phase is told with what it is about and its counts', () => {
  expect(phaseText(sending(1200), words('en'))).toBe('Sending: Points 1,200 / 4,800');
  expect(phaseText(sending(1200), words('zh-CN'))).toBe('正在上传：加减分 1,200 / 4,800');
  expect(phaseText(sending(1200, null), words('en'))).toBe('Sending: Points 1,200');
  expect(phaseText(sending(0), words('en'))).toBe('Sending: Points');
  expect(phaseText({ ...sending(1200), cancelling: true }, words('en'))).toBe(words('en').t('sync:run.cancelling'));
});

test('R1: what is one thing has no counts', () => {
  const confirming = { ...sending(24, 24), progress: { phase: 'commit', done: 24, total: 24 } } as const;
  expect(phaseText(confirming, words('en'))).toBe(words('en').t('sync:phase.commit'));
  expect(heardPhase(confirming, words('en'))).toBe(words('en').t('sync:phase.commit'));
  expect(phaseText(sending(1, 1), words('en'))).toBe('Sending: Points');
});

test('R1: what is heard of a phase changes at most every 10 %, whatever the counts do', () => {
  for (const language of ['en', 'zh-CN'] as const) {
    const heard = Array.from({ length: 481 }, (_none, step) => heardPhase(sending(step * 10), words(language)));
    const said = heard.filter((text, at) => text !== heard[at - 1]);
    expect(said.map((text) => text.replace(/^.*?(\d+ %)?$/u, '$1'))).toEqual([
      '',
      ...Array.from({ length: 10 }, (_none, step) => `${(step + 1) * 10} %`),
    ]);
    expect(heardPhase(sending(1200, null), words(language))).toBe(phaseText(sending(0), words(language)));
  }
});
