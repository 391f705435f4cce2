import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import type { App } from './support/app.ts';
import { PreviewPage } from './support/preview-page.ts';
import { uploadClass } from './support/shared-class.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu'];

/** Chooses to close the app in the menu of the class. */
async function wishToClose({ page, t }: App): Promise<Locator> {
  await page.getByRole('button', { name: /^Class: 5B/ }).click();
  await page.getByRole('menuitem', { name: t('common:quit.entry') }).click();
  return page.getByRole('dialog', { name: t('common:quit.title') });
}

test('P10: closing the app with changes that were not sent offers to sync first, and ends when they are there', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(names);
  const { app } = made;
  const { page, t } = app;
  await made.award('Li W', 2);
  const question = await wishToClose(app);
  await expect(question).toContainText('1 change is on this PC only');
  await page.screenshot({ path: testInfo.outputPath('close-question.png') });
  await question.getByRole('button', { name: t('common:quit.stay') }).click();
  await expect(question).toBeHidden();
  await wishToClose(app);
  await question.getByRole('button', { name: t('common:quit.sync') }).click();
  await expect(page.getByRole('heading', { name: t('common:quit.ended') })).toBeVisible({ timeout: 30_000 });
  await page.screenshot({ path: testInfo.outputPath('closed.png') });
  expect(await made.onServer('SELECT delta FROM tallybook.score_event')).toEqual([['2']]);
  // It ended in good order by itself.
  await app.stopShell();
});

test('P10: what needs a decision opens its list instead of closing', async ({ startConnected }, testInfo) => {
  const made = await startConnected(names);
  const { app } = made;
  const { page, t } = app;
  await made.here('Li W', { name: 'Li Wei' });
  await made.there('Li W', "name = 'Li Wen'");
  const question = await wishToClose(app);
  await question.getByRole('button', { name: t('common:quit.sync') }).click();
  const preview = new PreviewPage(app);
  await expect(preview.detail).toContainText('Li Wen', { timeout: 30_000 });
  await expect(page.getByText(t('common:quit.decide'))).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('close-decide.png') });
  expect((await app.call('app.state', {})).classes).toHaveLength(1);
});

test('P10: a server out of reach is said, nothing is lost, and the app can be closed all the same', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(names);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  await made.award('Li W', 2);
  await app.call('connection.set', { classId, connectionId, change: { port: 1 } });
  const question = await wishToClose(app);
  await question.getByRole('button', { name: t('common:quit.sync') }).click();
  await expect(question.getByRole('alert')).toContainText(t('errors:refused.title'), { timeout: 30_000 });
  await page.screenshot({ path: testInfo.outputPath('close-failed.png') });
  await question.getByRole('button', { name: t('common:quit.anyway') }).click();
  await expect(page.getByRole('heading', { name: t('common:quit.ended') })).toBeVisible();
  await app.stopShell();
});

test('P10: closing the window itself asks too, and who stays can sync and close', async ({ startConnected }) => {
  const made = await startConnected(names);
  const { app } = made;
  const { page, t } = app;
  await made.award('Li W', 2);
  await page.getByRole('link', { name: t('common:nav.history') }).click();
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await expect(page.getByRole('dialog', { name: t('common:quit.title') })).toBeVisible();
});

test('P10: a page that is only loaded again is not asked about, for it loses nothing', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  const { classId, idOf } = await uploadClass(app, await postgres.createDatabase(), names);
  await app.call('score.add', { classId, studentIds: [idOf('Li W')], award: { delta: 2, text: 'Helped' } });
  await page.getByRole('link', { name: t('common:nav.history') }).click();
  await expect(page.getByText(t('common:badge.waiting', { count: 1 }))).toBeVisible();
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  // A browser that is driven by a program does not reload by a key itself.
  await page.keyboard.press('F5');
  await page.reload();
  await expect(page.getByText(t('common:badge.waiting', { count: 1 }))).toBeVisible();
  expect(asked).toEqual([]);
});
