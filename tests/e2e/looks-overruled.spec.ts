import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 300_000 });

for (const language of languages)
  test(`where the newer of two notes counts by itself a teacher can let the other one count, takes that back, and has it carried out; it looks as it was seen to look in ${language}, light and dark (C2, C6)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu'], { language });
    const { app } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    await made.here('Chen Yu', { note: 'front row' });
    // Which is newer must be more than the clocks can be wrong by, which on a crowded machine is long.
    await made.onServer('SELECT pg_sleep(1)');
    await made.there('Chen Yu', "note = 'back row'");
    await preview.open();
    const { detail } = preview;
    const row = preview.row('Chen Yu');
    await preview.recordNamed('Chen Yu').first().click();
    await expect(detail).toContainText(t('sync:detail.newer.server'));
    await expect(row).toContainText(t('sync:decision.down'));

    await detail.getByRole('button', { name: t('sync:detail.letOlder.local') }).click();
    await expect(detail).toContainText(t('sync:detail.overruled'));
    await expect(row).toContainText(t('sync:what.overruled'));
    await expect(row).toContainText(t('sync:decision.up'));
    await page.mouse.move(0, 0);
    await looks.at('overruled', { of: page, forced: true, windows: [phone] });
    await detail.getByRole('button', { name: t('sync:detail.letNewer') }).click();
    await expect(detail).toContainText(t('sync:detail.newer.server'));
    await page.keyboard.press('Control+z');
    await expect(detail).toContainText(t('sync:detail.overruled'));

    // Among the changes that go one way only it is no more when it goes the other.
    await page.goto(`${app.shell.origin}/#/sync/preview/${made.connectionId}?direction=up&kind=update`);
    await expect(row).toBeVisible();
    await row.click();
    await detail.getByRole('button', { name: t('sync:detail.letNewer') }).click();
    await expect(row).toHaveCount(0);
    await page.goto(`${app.shell.origin}/#/sync/preview/${made.connectionId}`);
    await page.keyboard.press('Control+z');
    await expect(row).toContainText(t('sync:what.overruled'));

    await preview.run('sync');
    await preview.expectDone();
    await expect(preview.bothSame).toBeVisible();
    expect(await made.onServer("SELECT note FROM tallybook.student WHERE name = 'Chen Yu'")).toEqual([['front row']]);
    await page.goto(`${app.shell.origin}/#/sync/bin`);
    await expect(page.getByRole('grid')).toContainText('back row');
    const [run] = (await app.call('run.list', { classId: made.classId })).items;
    await page.goto(`${app.shell.origin}/#/sync/run/${run?.runId ?? ''}`);
    await expect(page.getByRole('grid')).toContainText('front row');
    await page.mouse.move(0, 0);
    await looks.at('overruled-run', { of: page });
    looks.expectClean();
  });
