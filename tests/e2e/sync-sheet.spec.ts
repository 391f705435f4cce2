import { expect } from '@playwright/test';
import { PreviewPage } from './support/preview-page.ts';
import { smallTargets } from './support/small-targets.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

test('P2, P10: both ends are named, from the badge one button syncs what needs nobody, and a question leads to the list', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { app } = made;
  const { page, t } = app;
  await made.award(['Li W', 'Chen Yu'], 2);
  await made.there('Chen Yu', "note = 'left-handed'");

  const { badge } = new SyncPage(app);
  const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
  await badge.getByRole('button').click();
  await expect(sheet).toContainText('2 changes to the server');
  await expect(sheet).toContainText('1 change to this PC');
  await expect(sheet).toContainText(/This PC \(Room 301\) . with 127\.0\.0\.1 \/ 5B/);
  await page.screenshot({ path: testInfo.outputPath('sheet.png') });
  await sheet.getByRole('button', { name: 'Sync 3' }).click();
  await expect(sheet.getByRole('heading', { name: t('sync:outcome.completed.title') })).toBeVisible();
  await expect(sheet.getByRole('button', { name: t('common:gotIt') })).toHaveCount(0);
  await sheet
    .getByRole('button', { name: t('common:close'), exact: true })
    .last()
    .click();
  await expect(sheet).toBeHidden();
  await expect(badge).toContainText('All safe');

  await made.here('Li W', { name: 'Li Wei' });
  await made.there('Li W', "name = 'Li Wen'");
  await badge.getByRole('button').click();
  await expect(sheet).toContainText('1 needs you');
  await expect(sheet.getByText(t('sync:sheet.asks'))).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('sheet-asks.png') });
  await page.keyboard.press('Escape');
  // What needs nobody goes without it, from here too.
  await made.award('Chen Yu', 1);
  await badge.getByRole('button').click();
  await expect(sheet.getByText(t('sync:sheet.asksSome'))).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('sheet-asks-some.png') });
  await sheet.getByRole('button', { name: 'Sync 1, leave 1' }).click();
  await expect(sheet).toContainText(t('sync:outcome.undecided.title'));
  await sheet.getByRole('button', { name: t('sync:sheet.toList') }).click();
  await expect(new PreviewPage(app).detail).toContainText('Li Wen');
  await expect(page.getByRole('region', { name: 'This PC (Room 301) and the server (127.0.0.1 / 5B)' })).toBeVisible();
  await expect(sheet).toBeHidden();
});

test('P10: in a window 320 pixels wide the small sheet has everything in sight, and does the same', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(['Li W', 'Chen Yu'], { touch: true });
  const { app } = made;
  const { page, t } = app;
  await page.setViewportSize({ width: 320, height: 568 });
  await made.award(['Li W', 'Chen Yu'], 2);
  await made.there('Chen Yu', "note = 'left-handed'");
  const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
  const fits = async (...buttons: readonly string[]): Promise<void> => {
    const box = await sheet.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(8);
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(312);
    expect(await sheet.evaluate((part) => part.scrollWidth - part.clientWidth)).toBeLessThanOrEqual(0);
    for (const name of buttons) await expect(sheet.getByRole('button', { name }).last()).toBeInViewport({ ratio: 1 });
    expect(await smallTargets(page, 44)).toEqual([]);
  };
  const { badge } = new SyncPage(app);
  await badge.getByRole('button').click();
  await expect(sheet).toContainText('2 changes to the server');
  await fits('Sync 3', t('sync:sheet.list'));
  await page.screenshot({ path: testInfo.outputPath('sheet-320.png') });
  await sheet.getByRole('button', { name: 'Sync 3' }).click();
  await expect(sheet.getByRole('heading', { name: t('sync:outcome.completed.title') })).toBeVisible();
  await fits(t('common:close'));
  await page.screenshot({ path: testInfo.outputPath('sheet-320-done.png') });
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();

  await made.here('Li W', { name: 'Li Wei' });
  await made.there('Li W', "name = 'Li Wen'");
  await badge.getByRole('button').click();
  await expect(sheet).toContainText('1 needs you');
  await fits(t('sync:sheet.toList'));
  await page.screenshot({ path: testInfo.outputPath('sheet-320-asks.png') });
  await sheet.getByRole('button', { name: t('sync:sheet.toList') }).click();
  await expect(sheet).toBeHidden();
});
