import { expect } from '@playwright/test';
import { PreviewPage } from './support/preview-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang'];

test('P3, P6: what a rule on the server would refuse stands apart with the rule, is shown by the check, and the rest goes', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  await made.onServer(`ALTER TABLE tallybook.student ADD CONSTRAINT no_benny CHECK (name <> 'Benny')`);
  await made.here('Li W', { name: 'Benny' });
  await made.award('Chen Yu', 4);
  const preview = new PreviewPage(made.app);
  await preview.open();
  await expect(page.getByText(t('sync:check.ok.constraints'))).toHaveCount(0);
  await expect(page.getByText(t('sync:part.refused'), { exact: true }).first()).toBeVisible();
  await expect(preview.row('Benny').getByRole('checkbox')).not.toBeChecked();
  await page.screenshot({ path: testInfo.outputPath('refused.png') });
  const title = t('errors:rows-refused.title', { rows: 1, rules: 'no_benny' });
  await page.getByRole('button', { name: title }).click();
  await expect(page.getByText(t('errors:rows-refused.remedy'))).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('refused-remedy.png') });
  await page.getByRole('button', { name: t('sync:check.way.refused') }).click();
  await expect(preview.rows).toHaveCount(1);
  await preview.row('Benny').click();
  await expect(preview.detail).toContainText(t('sync:detail.serverRule', { rule: 'no_benny' }));
  await page.screenshot({ path: testInfo.outputPath('refused-detail.png') });
  await preview.run('sync');
  await expect(preview.result).toContainText(t('sync:leftReason.server-rule'));
  await made.onServer('ALTER TABLE tallybook.student DROP CONSTRAINT no_benny');
  await page.evaluate(() => {
    location.hash = location.hash.replace(/\?.*/, '');
  });
  await preview.refresh.click();
  await expect(page.getByText(t('sync:check.ok.constraints'))).toBeVisible();
  await expect(preview.row('Benny').getByRole('checkbox')).toBeChecked();
});

test('P6: after a run the server refused, its row is told once, stands under what cannot be applied, and the rest can go', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  await made.here('Li W', { name: 'Benny' });
  await made.award('Chen Yu', 4);
  const preview = new PreviewPage(made.app);
  await preview.open();
  await made.onServer(`ALTER TABLE tallybook.student ADD CONSTRAINT no_benny CHECK (name <> 'Benny')`);
  await preview.runButton('sync').click();
  await expect(preview.result).toContainText(t('sync:outcome.refused.title'));
  await expect(preview.result).toContainText('Benny');
  await page.screenshot({ path: testInfo.outputPath('after-refusal.png') });
  // Said once.
  await expect(page.getByText(t('errors:constraint-failed.remedy'))).toHaveCount(1);
  await expect(page.getByText(t('sync:outcome.refused.text'))).toHaveCount(1);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(preview.runButton('sync')).toHaveText(/1/);
  await preview.runButton('sync').click();
  await expect(preview.result).toContainText(t('sync:outcome.undecided.title'));
  await page.screenshot({ path: testInfo.outputPath('rest-went.png') });
});

test('P3: where a check fails the list of checks stays, with what failed marked, also before there is a list of changes', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  await made.award('Chen Yu', 4);
  const preview = new PreviewPage(made.app);
  await made.onServer('ALTER SCHEMA tallybook RENAME TO moved');
  await new SyncPage(made.app).openPreview();
  const checks = page.getByRole('list', { name: t('sync:check.label') }).getByRole('listitem');
  await expect(checks).toHaveCount(9);
  await expect(checks.nth(4)).toHaveAttribute('data-state', 'ok');
  await expect(checks.nth(5)).toHaveText(`${t('sync:check.state.failed')}: ${t('sync:check.live.tables')}`);
  await expect(checks.nth(6)).toHaveAttribute('data-state', 'waiting');
  await page.screenshot({ path: testInfo.outputPath('failed-check.png') });
  await made.onServer('ALTER SCHEMA moved RENAME TO tallybook');
  await page.getByRole('button', { name: t('common:retry') }).click();
  await preview.waitForList();
  const { connectionId } = made;
  await made.app.call('connection.set', { classId: made.classId, connectionId, change: { password: 'Sesame-9931' } });
  await preview.refresh.click();
  await expect(checks.nth(0)).toHaveAttribute('data-state', 'failed');
  await page.screenshot({ path: testInfo.outputPath('failed-beside-list.png') });
});
