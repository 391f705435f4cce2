import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { holdStudents } from './support/held-table.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park', 'Ben Carter'];

// Parallel by language, a dozen states each, with axe on every one in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages) {
  test(`the checks, while they are made and where one fails, look as they were seen to look in ${language}, light and dark (P3, R2)`, async ({
    startConnected,
    postgres,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId, connectionId, database } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const network = await startFaultProxy({ target: postgres });
    const set = async (change: object): Promise<unknown> =>
      await app.call('connection.set', { classId, connectionId, change });
    await set({ ...connectionTo(database), port: network.port });
    await made.award('Li W', 2);
    const preview = new PreviewPage(app);
    const checks = page.getByRole('list', { name: t('sync:check.label') }).getByRole('listitem');

    // Without a list, while the server does not let its students be read.
    const letGo = await holdStudents(made, 'Wang Fang');
    await new SyncPage(app).openPreview();
    await expect(checks.nth(7)).toHaveAttribute('data-state', 'running');
    await looks.at('checks-running', { of: page, windows: [phone] });
    await page.getByRole('button', { name: t('common:cancel'), exact: true }).click();
    await page.getByRole('alert').waitFor();
    await looks.at('comparing-cancelled', { of: page });
    await letGo();

    await network.mode({ kind: 'refuse' });
    network.cut();
    await page.getByRole('button', { name: t('common:retry') }).click();
    await expect(page.getByRole('alert')).toContainText(t('errors:refused.title'));
    await looks.at('check-failed', { of: page, forced: true, windows: [phone] });
    await network.mode({ kind: 'pass' });

    await made.onServer(`CREATE ROLE "few-${database.database}" LOGIN PASSWORD 'teach-5B'`);
    await set({ user: `few-${database.database}`, password: 'Sesame-9931' });
    await page.getByRole('button', { name: t('common:retry') }).click();
    await expect(page.getByRole('alert')).toContainText(t('errors:password-wrong.title'));
    await looks.at('password-refused', { of: page.getByRole('alert') });
    await set({ password: 'teach-5B' });
    await page.getByRole('button', { name: t('common:retry') }).click();
    await expect(page.getByRole('alert')).toContainText(t('errors:right-missing.title'));
    await looks.at('right-missing', { of: page.locator('#main') });
    const { user, password } = database.config;
    await set({ user, password });
    await made.onServer('ALTER SCHEMA tallybook RENAME TO tallybook_away');
    await page.getByRole('button', { name: t('common:retry') }).click();
    await expect(page.getByRole('alert')).toContainText(t('errors:schema-missing.title'));
    await looks.at('tables-missing', { of: page.locator('#main') });
    await made.onServer('ALTER SCHEMA tallybook_away RENAME TO tallybook');
    await page.getByRole('button', { name: t('common:retry') }).click();
    await preview.waitForList();

    // With a list, which stands behind what is new about it.
    const letGoAgain = await holdStudents(made, 'Zhao Min');
    await preview.refresh.click();
    await expect(checks.nth(7)).toHaveAttribute('data-state', 'running');
    await looks.at('comparing-again', { of: page });
    await letGoAgain();
    await preview.waitForList();
    await network.stop();
    looks.expectClean();
  });

  test(`a cancelled run, one that had arrived after all, and a list that is no longer of today look as they were seen to look in ${language}, light and dark (P5, R2, R3)`, async ({
    startConnected,
    postgres,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const network = await startFaultProxy({ target: postgres });
    const change = { ...connectionTo(made.database), port: network.port };
    await app.call('connection.set', { classId, connectionId, change });
    await made.award('Li W', 2);
    await made.here('Ben Carter', { name: 'Benjamin Carter' });
    const preview = new PreviewPage(app);
    await preview.open();
    await network.mode({ kind: 'freeze' });
    await preview.runButton('sync').click();
    await page.getByRole('button', { name: t('common:cancel'), exact: true }).click();
    await expect(page.getByRole('alert')).toContainText(t('errors:cancelled.title'));
    await looks.at('cancelled', { of: page, forced: true, windows: [phone] });
    network.cut();
    await network.mode({ kind: 'pass' });

    // New points are only counted; a change of what is listed needs the list again.
    await preview.refresh.click();
    await preview.waitForList();
    await made.award('Chen Yu', 1);
    await page.getByText(t('sync:preview.newHere', { count: 1 })).waitFor();
    await looks.at('new-here', { of: page });
    await made.here('Ben Carter', { name: 'Benny Carter' });
    await page.getByText(t('sync:preview.movedHere', { count: 1 })).waitFor();
    await looks.at('edited-since', { of: page, windows: [phone] });

    // Another program carries out what is listed here.
    await preview.refresh.click();
    await preview.waitForList();
    await expect(page.getByText(t('sync:preview.movedHere', { count: 1 }))).toBeHidden();
    const { planId } = await app.call('sync.preview', { classId, connectionId });
    await preview.waitForList();
    await app.call('sync.run', { classId, planId, mode: 'sync' });
    await preview.bothSame.waitFor();
    await looks.at('carried-out-elsewhere', { of: page });

    await made.award('Ada Park', 3);
    await preview.refresh.click();
    await preview.waitForList();
    await expect(preview.row('Ada Park')).toBeVisible();
    await network.mode({ kind: 'freeze-at-statement', statement: 'COMMIT', lose: 'answer' });
    await preview.runButton('sync').click();
    await network.faulted();
    network.cut();
    await network.mode({ kind: 'refuse' });
    const told = preview.result.getByRole('heading', { level: 2 });
    await expect(told).toHaveText(t('sync:outcome.checking.title'));
    await page.goto(`${app.shell.origin}/#/sync`);
    await expect(new SyncPage(app).card).toContainText(t('sync:status.checking'));
    await looks.at('card-checking', { of: page });
    await page.goto(`${app.shell.origin}/#/sync/preview/${connectionId}`);
    await network.mode({ kind: 'pass' });
    await expect(told).toHaveText(t('sync:outcome.arrived.title'), { timeout: 60_000 });
    await page.mouse.move(0, 0);
    await looks.at('had-arrived', { of: page, windows: [phone] });
    await network.stop();
    looks.expectClean();
  });
}
