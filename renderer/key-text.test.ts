import { expect, test } from 'vitest';
import { createTexts } from '../shared/text/text.ts';
import { keyText } from './key-text.ts';

test('keys are called by the words of the language, and by what is printed on them', () => {
  const [en, zh] = [createTexts('en').t, createTexts('zh-CN').t];
  for (const [keys, english, chinese, mac] of [
    ['Space', 'Space', '空格键', '空格键'],
    ['Ctrl+A', 'Ctrl+A', 'Ctrl+A', '⌘A'],
    ['Ctrl+Enter', 'Ctrl+Enter', 'Ctrl+回车键', '⌘↩'],
    ['Shift+↑ Shift+↓', 'Shift+↑ Shift+↓', 'Shift+↑ Shift+↓', '⇧↑ ⇧↓'],
    ['Backspace', 'Backspace', '退格键', '⌫'],
    ['PgUp PgDn', 'PgUp PgDn', 'PgUp PgDn', 'PgUp PgDn'],
    ['Esc', 'Esc', 'Esc', '⎋'],
    ['F5', 'F5', 'F5', 'F5'],
  ] as const) {
    expect([keyText(keys, en, false), keyText(keys, zh, false), keyText(keys, zh, true)]).toEqual([
      english,
      chinese,
      mac,
    ]);
  }
});
