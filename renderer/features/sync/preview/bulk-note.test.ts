import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { createTexts } from '../../../../shared/text/text.ts';
import { BulkNote } from './bulk-note.tsx';
import type { PreviewState } from './preview-state.ts';
import { previewOf } from './preview-store.ts';

const texts = createTexts('en');

/** What stands below the filters where the store says `known`. */
function note(connectionId: string, known: Partial<PreviewState>, alone = true): string {
  const store = previewOf('00000000-0000-7000-8000-000000000002', connectionId);
  // What is drawn without a browser is the state a store began with.
  const begun = { ...store.use.getInitialState(), ...known };
  const use = Object.assign((select: (state: typeof begun) => unknown) => select(begun), store.use);
  const shown = { ...store, use } as typeof store;
  const plan = { planId: 'plan-1', lastEntry: 0 } as Parameters<typeof BulkNote>[0]['plan'];
  const line = createElement(BulkNote, { store: shown, plan, alone });
  return renderToStaticMarkup(createElement(I18nextProvider, { i18n: texts }, line));
}

test('why a decision was not taken is said once: in the detail where one is shown, else below the filters (C7)', () => {
  const said = texts.t('errors:plan-stale.title').replaceAll("'", '&#x27;');
  expect(note('c-1', { refusal: new AppError('plan-stale') })).toContain(said);
  expect(note('c-2', { refusal: new AppError('plan-stale') }, false)).toBe('');
});

test('what is heard of a decision about many rows changes at most every 10 %, however long the list is (C5)', () => {
  const total = 100_000;
  const notes = Array.from({ length: total / 500 }, (_none, step) =>
    note('c-3', { deciding: { done: (step + 1) * 500, total } }),
  );
  expect(notes[2]).toContain('1,500 / 100,000');
  const heard = notes.map((html) => /role="status"[^>]*>([^<]*)</u.exec(html)?.[1]);
  const said = heard.filter((text, at) => text !== heard[at - 1]);
  expect(said.map((text) => text?.replace(/^.*?(\d+) %$/u, '$1'))).toEqual(
    Array.from({ length: 11 }, (_none, tenth) => String(tenth * 10)),
  );
});
