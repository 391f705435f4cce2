import { expect } from '@playwright/test';
import { test } from './support/test.ts';

/** What an address of a page may name instead of a record: nothing that ever was an id, one nobody has, and one that stands in capitals. */
const strangers = ['nonsense', '0198C0DE-0000-7000-8000-00000000000A', '0198c0de-0000-7000-8000-00000000000a'] as const;

for (const stranger of strangers)
  test(`R6, P3: an address that names "${stranger}" says what is no longer here, and leads back`, async ({
    startConnected,
  }) => {
    const { app } = await startConnected(['Li W']);
    const { page, t } = app;
    const pages = [
      { path: `sync/run/${stranger}`, says: t('errors:not-found.title', { context: 'run' }) },
      { path: `sync/prepare/${stranger}`, says: t('errors:not-found.title', { context: 'connection' }) },
      { path: `sync/preview/${stranger}`, says: t('sync:preview.gone.title') },
      { path: `sync/server/${stranger}`, says: t('sync:preview.gone.title') },
    ];
    for (const { path, says } of pages) {
      await page.goto(`${app.shell.origin}/#/${path}`);
      await expect(page.locator('#main').getByText(says).filter({ visible: true })).toHaveCount(1);
      await expect(page.getByText(t('errors:invalid-params.title'))).toBeHidden();
      await page
        .getByRole('button', { name: t('sync:preview.back') })
        .first()
        .click();
      await expect(page.getByRole('grid', { name: t('sync:history.title') })).toBeVisible();
    }
  });

test('a history of somebody who never was says that, and everybody’s is one choice away', async ({
  startConnected,
}) => {
  const { app } = await startConnected(['Li W']);
  const { page, t } = app;
  for (const stranger of strangers) {
    await page.goto(`${app.shell.origin}/#/history?student=${stranger}`);
    await expect(page.locator('#main').getByText(t('errors:not-found.title', { context: 'student' }))).toBeVisible();
    await expect(page.locator('#main').getByRole('button', { name: t('common:retry') })).toBeHidden();
  }
  await page.goto(`${app.shell.origin}/#/history`);
  await expect(page.locator('#main').getByRole('alert')).toBeHidden();
});

test('R6: an address of a list that somebody wrote in capitals opens it', async ({ startConnected }) => {
  const { app, connectionId } = await startConnected(['Li W']);
  const { page, t } = app;
  await page.goto(`${app.shell.origin}/#/sync/preview/${connectionId.toUpperCase()}`);
  await expect(page.getByRole('button', { name: t('sync:preview.refresh'), exact: true })).toBeEnabled();
  await expect(page.locator('#main').getByText(t('sync:preview.gone.title'))).toBeHidden();
});
