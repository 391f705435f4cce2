import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { Looks, phone } from './support/looks.ts';
import { openLastRun, openUndo, takeBackBeside } from './support/own-lists.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`what a list that takes a sync back says of rows that stay, and of those that become something else on either side, looks as it was seen to look in ${language}, light and dark (P9)`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    const { page, t } = app;
    const made = await tangledClass(app, postgres);
    const { classId, connectionId } = made;
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    /** Shows a row beside the list. */
    const show = async (record: string): Promise<void> => {
      await (await preview.recordInSight(record)).click();
      await expect(preview.detail.getByRole('heading', { level: 2 })).toHaveText(record);
      await page.mouse.move(0, 0);
    };
    const { planId } = await app.call('sync.preview', { classId, connectionId });
    const target = { filter: { unresolved: true } };
    await app.call('plan.decide', { classId, planId, target, rule: 'merge-local' });
    await app.call('plan.decide', { classId, planId, target, rule: 'server' });
    await app.call('sync.run', { classId, planId, mode: 'sync', allowMassChange: true });
    await made.here('Hans', { name: 'Hannah' });

    await openLastRun(made);
    await openUndo(app);
    await show('Anna H');
    await expect(preview.detail.getByRole('table')).toHaveCount(2);
    await looks.at('both-sides', { of: page, forced: true, windows: [phone] });
    await show('Hanna');
    await expect(preview.detail).toContainText(t('sync:undo.stays.changed-since'));
    await looks.at('changed-since', { of: page, forced: true, windows: [phone] });
    await preview.putLast(preview.row('Hanna').first());
    await expect(page.getByText(t('sync:part.keptHint'))).toBeVisible();
    await looks.at('part-that-stays', { of: preview.grid });

    // What was taken back is not given by taking that back.
    await takeBackBeside(made);
    await openLastRun(made);
    await openUndo(app);
    await page.getByLabel(t('sync:list.searchLabel')).fill('Greta');
    await preview.rows.filter({ hasText: t('sync:undo.stays.stays-void') }).click();
    await expect(preview.detail).toContainText(t('sync:undo.stays.stays-void'));
    // Of an entry that only ends another one there are no values to compare.
    await expect(preview.detail.getByRole('table')).toHaveCount(0);
    await page.mouse.move(0, 0);
    await looks.at('stays-undone', { of: page, windows: [phone] });
    looks.expectClean();
  });
