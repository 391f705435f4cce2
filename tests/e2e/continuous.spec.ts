import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { Looks } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park', 'Ben Carter'];

test('R5: a class that is kept in sync sends by itself, waits while it is paused, and stops at a guard until somebody has looked', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const sync = new SyncPage(made.app);
  await made.award('Li W', 3);
  await expect(sync.badge).toContainText('1 change waiting');
  await sync.goto();
  const keep = sync.card.getByRole('switch', { name: t('sync:keep.title') });
  await expect(keep).not.toBeChecked();
  await keep.click();
  await expect(sync.badge).toContainText('All safe');
  expect(await made.onServer('SELECT delta FROM tallybook.score_event')).toEqual([['3']]);
  await expect(sync.card).toContainText(/Next sync \d\d:\d\d, in 5 minutes\./);
  await expect(sync.card).toContainText(
    /One sync asks the server \d+ short questions, [\d.]+ a minute on average; the last one took [\d.]+ s\./,
  );
  await expect(page.getByRole('grid')).toContainText(t('sync:history.automatic', { mode: t('sync:mode.sync') }));

  await sync.card.getByRole('button', { name: t('sync:keep.pause') }).click();
  await expect(sync.card).toContainText(t('sync:keep.paused'));
  await expect(sync.card).toContainText(t('sync:keep.titlePaused'));
  await expect(sync.card.getByRole('status')).toContainText(t('sync:keep.isPaused'));
  await made.award('Li W', 2);
  await expect(sync.badge).toContainText('1 change waiting');
  await sync.card.getByRole('button', { name: t('sync:keep.resume') }).click();
  await expect(sync.badge).toContainText('All safe');

  await made.onServer(`UPDATE tallybook.student SET deleted_at = now()`);
  await sync.card.getByRole('button', { name: t('sync:keep.now') }).click();
  await expect(sync.badge).toContainText('Sync stopped');
  await expect(sync.card).toContainText(t('errors:guard-refused.title'));
  expect(await made.students()).toHaveLength(names.length);
  await sync.card.getByRole('button', { name: t('sync:card.preview') }).click();
  const preview = new PreviewPage(made.app);
  await preview.waitForList();
  await preview.runButton('sync').click();
  const question = page.getByRole('dialog');
  await question.getByRole('checkbox').click();
  await question.getByRole('button', { name: t('sync:guard.go') }).click();
  await expect(sync.badge).toContainText('All safe');
  await sync.goto();
  await expect(sync.card).toContainText(/Next sync/);
  await keep.click();
  await expect(sync.card).toContainText(t('sync:keep.about'));
});

for (const language of languages) {
  test(`R5: continuous sync in ${language}, off, on, paused and stopped, light and dark, is clean for axe and fits 320 pixels`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { t } = made.app;
    const looks = new Looks(made.app, testInfo);
    const sync = new SyncPage(made.app);
    await sync.goto();
    await looks.at('off');
    await sync.card.getByRole('switch').click();
    await expect(sync.card.getByRole('button', { name: t('sync:keep.pause') })).toBeEnabled();
    await expect(sync.card.getByText((t('sync:keep.load').split('…')[0] ?? '').trim())).toBeVisible();
    await looks.at('on');
    await sync.card.getByRole('button', { name: t('sync:keep.pause') }).click();
    await expect(sync.card.getByRole('button', { name: t('sync:keep.resume') })).toBeEnabled();
    await looks.at('paused');
    await made.onServer('UPDATE tallybook.student SET deleted_at = now()');
    await sync.card.getByRole('button', { name: t('sync:keep.resume') }).click();
    await expect(sync.card).toContainText(t('sync:keep.halted'));
    await looks.at('stopped');
    looks.expectClean();
  });
}
