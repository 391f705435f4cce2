import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

for (const language of languages)
  test(`where two students were given one number, the answer that keeps both says which number this PC's student goes back to (C1, C3, ${language})`, async ({
    startConnected,
  }) => {
    const made = await startConnected(['张伟', '李娜'], { language });
    const { t } = made.app;
    const field = t('sync:field.number');
    await made.here('张伟', { number: '18' });
    await made.sync();
    await made.here('张伟', { number: '99' });
    await made.there('李娜', "number = '99'");
    const preview = new PreviewPage(made.app);
    await preview.open();
    await preview.row('张伟').first().click();
    const [, end = ''] = t('sync:detail.keepBothBack', { record: '|', field, value: '18' }).split('|');
    await preview.detail.getByRole('radio', { name: new RegExp(`张伟.*${end.trim()}$`, 'u') }).check();
    await preview.useAnswer();
    await preview.run('sync');
    await preview.expectDone();
    const numbers = (await made.students()).map(({ name, number }) => [name, number]);
    expect(Object.fromEntries(numbers)).toEqual({ 张伟: '18', 李娜: '99' });
  });
