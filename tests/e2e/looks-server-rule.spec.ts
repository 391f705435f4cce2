import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`what a rule on the server would refuse looks as it was seen to look in ${language}, light and dark: the row, the way to it from the check, and what a sync leaves (P3, P6)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang'], { language });
    const { page, t } = made.app;
    const looks = new Looks(made.app, testInfo);
    const preview = new PreviewPage(made.app);
    await made.onServer(`ALTER TABLE tallybook.student ADD CONSTRAINT no_benny CHECK (name <> 'Benny')`);
    await made.here('Li W', { name: 'Benny' });
    await made.award('Chen Yu', 4);
    await preview.open();
    await preview.recordNamed('Benny').click();
    await expect(preview.detail).toContainText(t('sync:detail.serverRule', { rule: 'no_benny' }));
    await page.mouse.move(0, 0);
    await looks.at('refused-row', { of: page, forced: true, windows: [phone] });

    await page.getByRole('button', { name: t('errors:rows-refused.title', { rows: 1, rules: 'no_benny' }) }).click();
    const show = page.getByRole('button', { name: t('sync:check.way.refused') });
    await show.waitFor();
    await page.mouse.move(0, 0);
    await looks.at('refused-remedy', { of: page, forced: true, windows: [phone] });
    await show.click();
    await expect(preview.rows).toHaveCount(1);
    await page.mouse.move(0, 0);
    await looks.at('refused-alone', { of: page, windows: [phone] });

    await preview.run('sync');
    await expect(preview.result).toContainText(t('sync:leftReason.server-rule'));
    await page.mouse.move(0, 0);
    await looks.at('refused-left', { of: page, windows: [phone] });
    looks.expectClean();
  });
