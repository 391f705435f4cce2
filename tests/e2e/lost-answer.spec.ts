import { expect } from '@playwright/test';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, onlyConnection } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const cases = [
  { lose: 'answer', arrived: true },
  { lose: 'request', arrived: false },
] as const;

for (const { lose, arrived } of cases)
  test(`R1, R2, R3: when the ${lose} of the confirmation is lost, the page is checking, then says the truth by itself; nothing is done twice or asked again`, async ({
    startConnected,
    postgres,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang']);
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const network = await startFaultProxy({ target: postgres });
    const change = { ...connectionTo(made.database), port: network.port };
    await app.call('connection.set', { classId, connectionId, change });
    await made.award('Li W', 2);
    await made.here('Chen Yu', { name: 'Chen Yue' });
    await made.there('Chen Yu', "name = 'Chen Yun'");
    const preview = new PreviewPage(app);
    await preview.open();
    await preview.pick('This PC');
    await preview.useAnswer();

    await network.mode({ kind: 'freeze-at-statement', statement: 'COMMIT', lose });
    await preview.runButton('sync').click();
    await network.faulted();
    await expect(page.getByText(t('sync:phase.commit')).first()).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: t('sync:phase.commit') })).toBeAttached();
    await expect(page.getByText(/^\d+ s$/)).toBeVisible();
    const { badge } = new SyncPage(app);
    await expect(badge).toContainText(t('common:badge.syncing'));
    network.cut();
    await network.mode({ kind: 'refuse' });
    await expect(preview.result.getByRole('heading')).toHaveText(t('sync:outcome.checking.title'));
    await page.screenshot({ path: testInfo.outputPath('checking.png') });
    expect(await onlyConnection(app)).toMatchObject({ checking: true, status: 'IN_PROGRESS' });
    await expect(badge).toContainText(t('common:badge.checking'));

    await network.mode({ kind: 'pass' });
    const truth = t(arrived ? 'sync:outcome.arrived.title' : 'sync:outcome.lost.title');
    await expect(preview.result.getByRole('heading')).toHaveText(truth, { timeout: 60_000 });
    await page.screenshot({ path: testInfo.outputPath('truth.png') });
    expect((await app.call('run.list', { classId })).items[0]).toMatchObject({
      outcome: arrived ? 'completed' : 'failed',
    });
    if (!arrived) {
      // What was decided stays decided.
      await expect(preview.runButton('sync')).toHaveText('Sync 2');
      await preview.run('sync');
      await preview.expectDone();
    }
    await expect(preview.bothSame).toBeVisible();
    await expect(badge).toContainText('All safe');
    const there =
      'SELECT name, delta FROM tallybook.student LEFT JOIN tallybook.score_event ON student_id = student.id';
    expect(await made.onServer(`${there} ORDER BY name`)).toEqual([
      ['Chen Yue', null],
      ['Li W', '2'],
      ['Wang Fang', null],
    ]);
    await network.stop();
  });

test('R2, R3: of a second server, which the badge does not stand for, the page finds out by itself too how a sync ended', async ({
  startConnected,
  postgres,
}) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { app, classId } = made;
  const { page, t } = app;
  const second = await postgres.createDatabase();
  const network = await startFaultProxy({ target: postgres });
  const connection = { ...connectionTo(second), name: 'copy', port: network.port, mode: 'push-only' as const };
  const { id } = await app.call('connection.add', { classId, connection });
  await app.call('connection.init', { classId, connectionId: id, consent: true });
  const preview = new PreviewPage(app);
  await page.goto(`${app.shell.origin}/#/sync/preview/${id}`);
  await preview.waitForList();
  await network.mode({ kind: 'freeze-at-statement', statement: 'COMMIT', lose: 'answer' });
  await preview.runButton('apply').click();
  await network.faulted();
  network.cut();
  await network.mode({ kind: 'refuse' });
  const told = preview.result.getByRole('heading', { level: 2 });
  await expect(told).toHaveText(t('sync:outcome.checking.title'));
  await network.mode({ kind: 'pass' });
  await expect(told).toHaveText(t('sync:outcome.arrived.title'), { timeout: 60_000 });
  await expect(preview.bothSame).toBeVisible();
  await network.stop();
});
