import { expect } from '@playwright/test';
import { openSession } from '../support/managed-database.ts';
import { sql } from '../support/sql.ts';
import { PreviewPage } from './support/preview-page.ts';
import { uploadClass } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park', 'Ben Carter'];

test('P7, P8: a side that became empty is asked about in numbers and words before anything is deleted here', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  await made.award('Li W', 214);
  await made.sync();
  await made.onServer('UPDATE tallybook.student SET deleted_at = now()');
  const preview = new PreviewPage(made.app);
  await preview.open();
  await preview.row('Li W').click();
  await expect(preview.detail).toContainText('214 points stay with it, in Recently deleted');
  await preview.runButton('sync').click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText(t('sync:guard.empty-side.title', { count: names.length }));
  await expect(question).toContainText(t('sync:category.students'));
  await page.screenshot({ path: testInfo.outputPath('guard.png') });
  await expect(question.getByRole('button', { name: t('sync:guard.go') })).toBeDisabled();
  await question.getByRole('button', { name: t('common:cancel') }).click();
  expect(await made.students()).toHaveLength(names.length);
});

test('P3: a check that is not well says what to do and leads to the setting', async ({ startConnected }, testInfo) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  await made.award('Li W', 2);
  await new PreviewPage(made.app).open();
  await page.getByRole('button', { name: t('errors:not-encrypted.title') }).click();
  await expect(page.getByText(t('errors:not-encrypted.remedy'))).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('check-remedy.png') });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: t('common:copyForIt') }).click();
  await expect(page.getByRole('button', { name: t('common:copied') })).toBeVisible();
  const message = await page.evaluate(() => navigator.clipboard.readText());
  expect(message.split('\n')).toEqual([
    'Tallybook:',
    ...(['title', 'unchanged', 'remedy'] as const).map((part) => t(`errors:not-encrypted.${part}`)),
    'code: not-encrypted',
  ]);
  await page.getByRole('button', { name: t('sync:card.edit'), exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`#/sync/server/${made.connectionId}`));
});

test('P3, R2: the checks fill in while both sides are compared without anything that moves, and cancelling ends it with nothing done', async ({
  startApp,
  postgres,
}, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  const database = await postgres.createDatabase();
  const { classId, idOf } = await uploadClass(app, database, names);
  await app.call('score.add', { classId, studentIds: [idOf('Li W')], award: { delta: 2, text: 'Homework' } });
  await sql(database.config, 'UPDATE tallybook.student SET note = $1', ['sits in front']);
  const session = await openSession(database);
  try {
    // The server answers, but does not let its students be read.
    await session.query('BEGIN; LOCK TABLE tallybook.student IN ACCESS EXCLUSIVE MODE');
    await new SyncPage(app).openPreview();
    const checks = page.getByRole('list', { name: t('sync:check.label') }).getByRole('listitem');
    await expect(checks.nth(0)).toHaveAttribute('data-state', 'ok');
    await expect(checks.nth(5)).toHaveText(`${t('sync:check.state.ok')}: ${t('sync:check.live.tables')}`);
    await expect(checks.nth(6)).toHaveAttribute('data-state', 'waiting');
    await expect(checks.nth(7)).toHaveAttribute('data-state', 'running');
    await expect(checks).toHaveCount(9);
    await page.screenshot({ path: testInfo.outputPath('live-checks.png') });
    // Less motion is wished for: what goes on is told in words, and nothing turns.
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    await page.getByRole('button', { name: t('common:cancel'), exact: true }).click();
    await expect(page.getByRole('alert')).toContainText(t('errors:cancelled.title'));
  } finally {
    await session.close();
  }
  await page.getByRole('button', { name: t('common:retry') }).click();
  await expect(new PreviewPage(app).rows.first()).toBeVisible({ timeout: 30_000 });
});

test('C1: “Keep both as two” says what comes of it before it is chosen, and both live on', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  await made.here('Li W', { number: '12' });
  await made.award('Li W', 5);
  const preview = new PreviewPage(made.app);
  await preview.syncAll();
  await made.here('Li W', { name: 'Li Wei' });
  await made.there('Li W', "name = 'Li Wen'");
  await preview.open();
  await expect(preview.detail).toContainText(t('sync:detail.bothHint.number'));
  await page.screenshot({ path: testInfo.outputPath('keep-both.png') });
  await preview.detail.getByRole('button', { name: t('sync:detail.keepBoth') }).click();
  await expect(preview.row('Li Wei')).toContainText(t('sync:what.both'));
  await preview.run('sync');
  await preview.expectDone();
  const found = (await made.students()).filter(({ name }) => name.startsWith('Li We'));
  expect(found.map(({ name, number, allTime }) => `${name} ${number ?? '–'} ${allTime}`).toSorted()).toEqual([
    'Li Wei – 0',
    'Li Wen 12 5',
  ]);
});

test('P1, C6: decisions and ticks survive leaving, a reload, and a crash of the app', async ({ startConnected }) => {
  const made = await startConnected(names);
  const { app } = made;
  const { page, t } = app;
  await made.here('Li W', { name: 'Li Wei' });
  await made.here('Chen Yu', { number: '7' });
  await made.award('Wang Fang', 2);
  await made.there('Li W', "name = 'Li Wen'");
  const preview = new PreviewPage(app);
  await preview.open();
  await preview.pick('This PC');
  await preview.useAnswer();
  await preview.row('Chen Yu').getByRole('checkbox').click();
  await expect(preview.runButton('sync')).toHaveText('Sync 2, leave 1');
  await page.getByRole('link', { name: t('common:nav.students') }).click();
  await app.crash();
  await page.goto(`${app.shell.origin}/#/sync/preview/${made.connectionId}`);
  await expect(preview.runButton('sync')).toHaveText('Sync 2, leave 1');
  await expect(preview.row('Chen Yu')).toContainText('left out');
  await page.getByRole('button', { name: t('sync:run.undo'), exact: true }).click();
  await expect(preview.runButton('sync')).toHaveText('Sync 3');
});
