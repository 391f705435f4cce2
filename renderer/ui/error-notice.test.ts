import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { describe, expect, test } from 'vitest';
import { AppError, errorExitCodes, type ErrorCode } from '../../shared/errors.ts';
import { createTexts } from '../../shared/text/text.ts';
import { WayOut } from '../features/sync/way-out.tsx';
import { ErrorNotice } from './error-notice.tsx';

const texts = createTexts('en');
const connection = { builtin: false, user: 'teacher' };

/** The main buttons of an error of a connection. */
function mainButtons(code: ErrorCode): readonly string[] {
  const way = createElement(WayOut, { code, connectionId: 'c-1', connection });
  const notice = createElement(ErrorNotice, { error: new AppError(code), onRetry: () => undefined }, way);
  const markup = renderToStaticMarkup(createElement(I18nextProvider, { i18n: texts }, notice));
  return [...markup.matchAll(/<button[^>]*btn-primary[^>]*>(.*?)<\/button>/g)].map(([, label = '']) =>
    label.replaceAll(/<[^>]*>/g, ''),
  );
}

const reaching = (Object.keys(errorExitCodes) as ErrorCode[]).filter((code) => errorExitCodes[code] === 5);

describe('the main button of an error is what its words say first', () => {
  test.each(reaching)('%s', (code) => {
    const again = /^(Try again|Wait a minute and try again)/.test(texts.t(`errors:${code}.remedy`));
    const main = mainButtons(code);
    if (again) expect(main).toEqual([texts.t('common:retry')]);
    else expect(main).not.toContain(texts.t('common:retry'));
  });
});
