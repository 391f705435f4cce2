import { expect } from '@playwright/test';
import { PreviewPage } from './support/preview-page.ts';
import { StartPage } from './support/start-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

test('the server inside is stopped only by who knows what follows, and no check is said to have passed beside what went wrong (P3)', async ({
  startApp,
}) => {
  // A server is made from nothing.
  test.setTimeout(240_000);
  const [app, other] = await Promise.all([startApp({ device: 'Room 301' }), startApp({ device: 'Office PC' })]);
  const { page, t } = app;
  await new StartPage(app).makeClass('5B', 'Li Wei\nChen Yu');
  const sync = new SyncPage(app);
  await sync.goto();
  const code = await sync.share();
  await sync.seeUpload();
  const preview = new PreviewPage(app);
  await preview.waitForList();
  await preview.run('sync');
  await new StartPage(other).chooseJoin();
  await other.page.getByLabel(t('sync:code.label'), { exact: true }).fill(code);
  await other.page.getByRole('button', { name: t('sync:code.join'), exact: true }).click();
  const joined = new PreviewPage(other);
  await joined.waitForList();
  const allWell = other.page.getByRole('button', { name: t('sync:check.allWell') });
  await expect(allWell).toBeVisible();

  await sync.goto();
  const stop = page.getByRole('button', { name: t('sync:builtin.stop'), exact: true });
  const question = page.getByRole('dialog', { name: t('sync:builtin.stopTitle') });
  await stop.click();
  // What follows is read before the choice.
  await expect(question).toContainText(t('sync:builtin.stopText'));
  await question.getByRole('button', { name: t('common:cancel') }).click();
  await expect(question).toBeHidden();
  expect((await app.call('server.status', {})).state).toBe('running');
  await stop.click();
  await question.getByRole('button', { name: t('sync:builtin.stop') }).click();
  await expect(page.getByText(t('sync:builtin.stopped'))).toBeVisible();

  await joined.refresh.click();
  await expect(other.page.getByRole('alert').first()).toBeVisible();
  await expect(allWell).toBeHidden();
  await app.call('server.start', {});
  await joined.refresh.click();
  await expect(allWell).toBeVisible();
});
