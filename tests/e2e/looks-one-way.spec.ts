import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`a connection that only sends, and one that only gets, offer that way alone on the page and on the small sheet, and look as they were seen to look in ${language}, light and dark (P2, P10)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min'], { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
    const more = page.getByRole('button', { name: new RegExp(`[:：] ?${t('sync:preview.more')}$`) });
    /** Changes two records on either side, and lets the connection only send or only get. */
    const work = async (mode: 'push-only' | 'pull-only'): Promise<void> => {
      await made.award('Li W', 2);
      await made.here('Chen Yu', { name: `Chen Yue ${mode.slice(0, 4)}` });
      await made.there('Wang Fang', `note = 'left-handed ${mode.slice(0, 4)}'`);
      await made.there('Zhao Min', `name = 'Zhao Ming ${mode.slice(0, 4)}'`);
      // A class that only gets changes takes none on this PC.
      await app.call('connection.set', { classId, connectionId, change: { mode } });
    };
    const openSheet = async (run: 'apply' | 'pull', count: number): Promise<void> => {
      await new SyncPage(app).badge.getByRole('button').click();
      await sheet.getByRole('button', { name: t(`sync:run.${run}`, { count }), exact: true }).waitFor();
      await page.mouse.move(0, 0);
    };

    await work('push-only');
    await preview.open();
    await expect(preview.runButton('apply')).toBeVisible();
    for (const other of ['pull', 'sync'] as const) await expect(preview.runButton(other)).toHaveCount(0);
    await expect(more).toHaveCount(0);
    await page.mouse.move(0, 0);
    await looks.at('push-only', { of: page, forced: true, windows: [phone] });
    // What others wrote in a copy is written over.
    await openSheet('apply', 4);
    await looks.at('sheet-push-only', { of: sheet });
    await sheet.getByRole('button', { name: t('sync:run.apply', { count: 4 }), exact: true }).click();
    await sheet.getByRole('heading', { name: t('sync:outcome.completed.title') }).waitFor();
    await looks.at('sheet-sent', { of: sheet });
    await page.keyboard.press('Escape');

    await work('pull-only');
    await preview.open();
    await expect(preview.runButton('pull')).toBeVisible();
    for (const other of ['apply', 'sync'] as const) await expect(preview.runButton(other)).toHaveCount(0);
    await expect(more).toBeVisible();
    await page.mouse.move(0, 0);
    await looks.at('pull-only', { of: page, forced: true, windows: [phone] });
    await openSheet('pull', 2);
    await looks.at('sheet-pull-only', { of: sheet });
    await sheet.getByRole('button', { name: t('sync:run.pull', { count: 2 }), exact: true }).click();
    await sheet.getByRole('heading', { name: t('sync:outcome.completed.title') }).waitFor();
    await looks.at('sheet-got', { of: sheet });
    looks.expectClean();
  });
