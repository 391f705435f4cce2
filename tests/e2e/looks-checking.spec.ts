import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { putBetween } from './support/put-between.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 300_000 });

for (const language of languages)
  test(`while nobody knows how a sync ended, neither the small sheet nor the page says what is still to be done or does it again, and both look as they were seen to look in ${language}, light and dark (R2, P10)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang'], { language });
    const { app } = made;
    const { page, t } = app;
    const network = await putBetween(made);
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
    const go = sheet.getByRole('button', { name: t('sync:run.sync', { count: 2 }), exact: true });
    const checking = t('sync:outcome.checking.title');
    const close = sheet.locator('button', { hasText: t('common:close') });
    const open = async (): Promise<void> => await new SyncPage(app).badge.getByRole('button').click();
    await made.award('Li W', 2);
    await made.there('Wang Fang', "name = 'Wang Fong'");

    await open();
    await go.waitFor();
    await network.mode({ kind: 'freeze-at-statement', statement: 'COMMIT', lose: 'answer' });
    await go.click();
    await network.faulted();
    // Nothing of what was held comes through before the line is gone.
    network.cut();
    await network.mode({ kind: 'refuse' });
    await expect(sheet.getByRole('heading', { name: checking })).toBeVisible();
    await expect(sheet.getByRole('listitem')).toHaveCount(0);
    await expect(go).toHaveCount(0);
    await page.mouse.move(0, 0);
    await looks.at('sheet-checking', { of: sheet, forced: true });
    await close.click();

    // On the page, which may be another one by then, the list stands, and is not carried out.
    await page.reload();
    await open();
    await expect(sheet.getByRole('heading', { name: checking })).toBeVisible();
    await expect(go).toHaveCount(0);
    await looks.at('sheet-checking-anew', { of: sheet });
    await sheet.getByRole('button', { name: t('sync:sheet.list') }).click();
    await preview.waitForList();
    await preview.runButton('sync').hover();
    await expect(preview.runButton('sync')).toHaveAttribute('aria-disabled', 'true');
    await expect(page.getByText(t('sync:run.checking')).last()).toBeVisible();
    await looks.at('page-checking', { of: page, windows: [phone] });

    await open();
    await network.mode({ kind: 'pass' });
    await expect(sheet.getByText(t('sync:sheet.down', { count: 1 }))).toBeVisible({ timeout: 90_000 });
    await expect(sheet.getByText(t('sync:sheet.up', { count: 1 }))).toHaveCount(0);
    await sheet.getByRole('button', { name: t('sync:run.sync', { count: 1 }) }).click();
    await sheet.getByRole('heading', { name: t('sync:outcome.completed.title') }).waitFor();
    await network.stop();
    looks.expectClean();
  });
