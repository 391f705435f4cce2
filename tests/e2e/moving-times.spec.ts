import { expect } from '@playwright/test';
import { PreviewPage } from './support/preview-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

test('C8, R5: how long ago something was moves on while somebody looks, on the card and in the panel, and nobody is told of it who hears the page', async ({
  startConnected,
}) => {
  const made = await startConnected(['Li W']);
  const { app, classId, connectionId } = made;
  const { page } = app;
  await page.clock.install();
  await page.reload();
  const sync = new SyncPage(app);
  await app.call('continuous.set', { classId, connectionId, change: { on: true, everyMinutes: 60 } });
  await sync.goto();
  await expect(sync.card).toContainText(/in (1 hour|60 minutes)/);
  await expect(sync.card).toContainText('last sync');
  await page.evaluate(() => {
    const told: string[] = [];
    for (const status of document.querySelectorAll('#main [role=status]'))
      new MutationObserver(() => told.push(status.textContent)).observe(status, {
        subtree: true,
        childList: true,
        characterData: true,
      });
    Object.assign(window, { told });
  });
  await page.clock.fastForward('10:00');
  await expect(sync.card).toContainText(/in 50 minutes/);
  // When the last sync was and when the server was looked at.
  await expect(sync.card.getByText('10 minutes ago')).toHaveCount(2);
  expect(await page.evaluate(() => Reflect.get(window, 'told') as unknown)).toEqual([]);
  await expect(sync.card.getByRole('status')).not.toContainText('ago');

  await app.call('continuous.set', { classId, connectionId, change: { on: false } });
  await made.here('Li W', { name: 'Li Wei' });
  await made.there('Li W', `name = 'Li Wen'`);
  const preview = new PreviewPage(app);
  await preview.open();
  await expect(preview.detail).toContainText('10 minutes ago');
  await page.clock.fastForward('20:00');
  await expect(preview.detail).toContainText('30 minutes ago');
  await expect(preview.detail).not.toContainText('10 minutes ago');
});
