import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { createTexts } from '../../../../shared/text/text.ts';
import { BulkNote } from './bulk-note.tsx';
import { previewOf } from './preview-store.ts';

const texts = createTexts('en');

/** What stands below the filters after a decision was not taken. */
function note(connectionId: string, alone: boolean): string {
  const store = previewOf('00000000-0000-7000-8000-000000000002', connectionId);
  // What is drawn without a browser is the state a store began with.
  const begun = { ...store.use.getInitialState(), refusal: new AppError('plan-stale') };
  const refused = Object.assign((select: (state: typeof begun) => unknown) => select(begun), store.use);
  const shown = { ...store, use: refused } as typeof store;
  const plan = { planId: 'plan-1', lastEntry: 0 } as Parameters<typeof BulkNote>[0]['plan'];
  const line = createElement(BulkNote, { store: shown, plan, alone });
  return renderToStaticMarkup(createElement(I18nextProvider, { i18n: texts }, line));
}

test('why a decision was not taken is said once: in the detail where one is shown, else below the filters (C7)', () => {
  const said = texts.t('errors:plan-stale.title').replaceAll("'", '&#x27;');
  expect(note('c-1', true)).toContain(said);
  expect(note('c-2', false)).toBe('');
});
