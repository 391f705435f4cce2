import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { expectSpoken } from './support/expect-spoken.ts';
import { askReplace, openLastRun, openUndo } from './support/own-lists.ts';
import { PreviewPage } from './support/preview-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

/*
 * What is around the list of changes, to people who hear it: the small sheet, the result, the page of a sync, the bin, and the lists that take a
 * sync back or replace what is here (`spoken-pages.spec.ts-snapshots`, to be read as those of the list are).
 */

// Parallel by language.
test.describe.configure({ mode: 'parallel', timeout: 400_000 });

for (const language of languages)
  test(`the pages and panels around the list are said by role, name and order (P9, P10, R3, R6, C9; ${language})`, async ({
    startConnected,
  }) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang'], { language });
    const { app } = made;
    const { page, t } = app;
    const preview = new PreviewPage(app);
    const main = page.locator('#main');
    /** A list that has just taken the place of another cannot be carried out yet. */
    const canGo = async (purpose: 'undo' | 'replace', count: number): Promise<void> => {
      const go = page.getByRole('button', { name: t(`sync:${purpose}.run`, { count }), exact: true });
      await expect(go).toBeEnabled();
    };
    await made.here('Li W', { name: 'Li Wei' });
    await made.there('Li W', `name = 'Li Wen'`);
    await made.award('Chen Yu', 2);
    await made.there('Wang Fang', `note = 'left-handed'`);
    await preview.open();
    await preview.detail.waitFor();
    const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
    await new SyncPage(app).badge.getByRole('button').click();
    await sheet.getByText(t('sync:sheet.asksSome')).waitFor();
    await expectSpoken(app, sheet, 'sheet');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });

    await preview.recordNamed('Li Wei').click();
    await preview.whole('server').click();
    await expect(preview.runButton('sync')).toHaveText(/3$/);
    await preview.run('sync');
    await preview.expectDone();
    await expectSpoken(app, preview.result, 'result');

    await openLastRun(made);
    const rows = page.getByRole('grid', { name: t('sync:history.rows') });
    await rows.getByRole('row').filter({ hasText: 'Li Wen' }).click();
    await preview.detail.waitFor();
    await expectSpoken(app, main, 'run-page');

    await page.goto(`${app.shell.origin}/#/sync/bin`);
    const bin = page.getByRole('grid', { name: t('sync:bin.title') });
    await bin.getByRole('row').filter({ hasText: 'Li Wei' }).click();
    await expectSpoken(app, main, 'bin');

    await openLastRun(made);
    await openUndo(app);
    await preview.recordNamed('Li Wei').click();
    await preview.detail.waitFor();
    await canGo('undo', 3);
    await expectSpoken(app, main, 'undo-list');

    await made.here('Chen Yu', { name: 'Chen Yue' });
    await askReplace(app);
    await preview.waitForList();
    await preview.recordNamed('Chen Yue').click();
    await preview.detail.waitFor();
    await canGo('replace', 1);
    await expectSpoken(app, main, 'replace-list');
  });
