import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import type { App } from './support/app.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo } from './support/shared-class.ts';
import { test } from './support/test.ts';

for (const language of languages) {
  test(`R6, C8, C9: a past run says who had changed what on both sides, who decided it when, and what was not taken and where it is (${language})`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang'], { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    await made.here('Li W', { name: 'Li Wei' });
    await made.there('Li W', "name = 'Li Wen'");
    await made.here('Chen Yu', { number: '7' });
    const { planId } = await app.call('sync.preview', { classId, connectionId });
    await app.call('sync.run', { classId, planId, mode: 'sync', conflicts: 'local' });

    await page.goto(`${app.shell.origin}/#/sync`);
    await page
      .getByRole('grid', { name: t('sync:history.title') })
      .getByRole('row')
      .nth(1)
      .click();
    const rows = page.getByRole('grid', { name: t('sync:history.rows') });
    const asked = rows.getByRole('row').filter({ hasText: 'Li Wei' });
    await expect(asked).toContainText(t('sync:who.here'));
    const lost = `${t('sync:field.name')} ${t('sync:value.quoted', { text: 'Li Wen' })}`;
    await expect(asked).toContainText(t('sync:history.notTakenText', { values: lost }));
    await expect(asked).toContainText(t('sync:decision.local'));
    await expect(asked).toContainText('Room 301');
    await expect(rows.getByRole('row').filter({ hasText: 'Chen Yu' })).not.toContainText('Li Wen');
    await page.screenshot({ path: testInfo.outputPath('run-page.png') });
    // On a phone what changed, and whose change it was, stands under the name.
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(asked).toContainText(`${t('sync:value.quoted', { text: 'Li Wen' })} → `);
    await expect(asked).toContainText(t('sync:who.here'));
    await page.setViewportSize({ width: 1366, height: 768 });

    await asked.click();
    const detail = page.getByRole('region', { name: t('sync:detail.label', { record: 'Li Wei' }) });
    for (const side of ['base', 'local', 'server', 'result'] as const)
      await expect(detail.getByRole('columnheader', { name: t(`sync:side.${side}`), exact: true })).toBeVisible();
    await expect(detail.getByRole('row').nth(1)).toContainText(['Li W', 'Li Wei', 'Li Wen', 'Li Wei'].join(''));
    await page.screenshot({ path: testInfo.outputPath('run-page-detail.png') });

    await page.getByRole('button', { name: t('sync:export.label') }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: t('sync:export.csv') }).click();
    const text = readFileSync(await (await download).path(), 'utf8');
    const [head = '', ...lines] = text.trim().split(/\r?\n/u);
    expect(head).toContain(t('sync:history.notTaken'));
    expect(lines).toHaveLength(2);
    expect(lines.find((line) => line.includes('Li Wei'))).toContain(lost);

    await detail.getByRole('link', { name: t('sync:history.inBin') }).click();
    await expect(page.getByRole('grid', { name: t('sync:bin.title') })).toContainText('Li Wen');
  });
}

const rowsOf = ({ page, t }: App) =>
  page.getByRole('grid', { name: t('sync:history.rows') }).locator('[role=row][data-key]');

for (const language of languages) {
  test(`R6, C9: a past Pull that only kept what is here says so, with who decided it and what the server had (${language})`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W'], { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    await made.here('Li W', { name: 'Li Wei' });
    await made.there('Li W', "name = 'Li Wen'");
    const { planId } = await app.call('sync.preview', { classId, connectionId });
    const { runId } = await app.call('sync.run', { classId, planId, mode: 'pull', conflicts: 'local' });

    await page.goto(`${app.shell.origin}/#/sync/run/${runId}`);
    const kept = rowsOf(app);
    await expect(kept).toHaveCount(1);
    await expect(kept).toContainText(t('sync:kind.kept'));
    // Nothing was written that could be counted.
    await expect(page.getByRole('region', { name: t('sync:matrix.label') })).toHaveCount(0);
    const lost = `${t('sync:field.name')} ${t('sync:value.quoted', { text: 'Li Wen' })}`;
    await expect(kept).toContainText(t('sync:history.notTakenText', { values: lost }));
    await expect(kept).toContainText('Room 301');
    await kept.click();
    const detail = page.getByRole('region', { name: t('sync:detail.label', { record: 'Li Wei' }) });
    await expect(detail).toContainText(t('sync:history.kept'));
    await expect(detail.getByRole('row').nth(1)).toContainText(['Li W', 'Li Wei', 'Li Wen', 'Li Wei'].join(''));
    await page.screenshot({ path: testInfo.outputPath('kept-here.png') });
  });
}

test('R2: the page of a sync whose end is still being found out says so, and lists what it wrote once that is known', async ({
  startConnected,
  postgres,
}) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  const network = await startFaultProxy({ target: postgres });
  const change = { ...connectionTo(made.database), port: network.port };
  await app.call('connection.set', { classId, connectionId, change });
  await made.here('Li W', { name: 'Li Wei' });
  const preview = new PreviewPage(app);
  await preview.open();
  await network.mode({ kind: 'freeze-at-statement', statement: 'COMMIT', lose: 'answer' });
  await preview.runButton('sync').click();
  await network.faulted();
  network.cut();
  await network.mode({ kind: 'refuse' });
  await expect(preview.result.getByRole('heading')).toHaveText(t('sync:outcome.checking.title'));

  const [run] = (await app.call('run.list', { classId })).items;
  await page.goto(`${app.shell.origin}/#/sync/run/${run?.runId ?? ''}`);
  await expect(page.getByText(t('sync:outcome.checking.text'))).toBeVisible();
  for (const nothing of [t('sync:history.noRows'), t('sync:counts.none')])
    await expect(page.getByText(nothing)).toBeHidden();
  await network.mode({ kind: 'pass' });
  await expect(rowsOf(app)).toHaveCount(1, { timeout: 60_000 });
  await expect(rowsOf(app)).toContainText('Li Wei');
  await network.stop();
});

test('R4: what the page of a past run asked for while the line broke is there when it is back', async ({
  startConnected,
}) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { app, classId } = made;
  const { page, t } = app;
  await made.here('Li W', { name: 'Li Wei' });
  await made.here('Chen Yu', { name: 'Chen Yue' });
  await made.sync();
  const [run] = (await app.call('run.list', { classId })).items;
  let breaks = false;
  await page.routeWebSocket(/\/line$/, (opened) => {
    const engine = opened.connectToServer();
    opened.onMessage((message) => {
      if (!breaks || !String(message).includes('"run.index"')) return engine.send(message);
      breaks = false;
      void opened.close();
      void engine.close();
    });
  });
  await page.goto(`${app.shell.origin}/#/sync/run/${run?.runId ?? ''}`);
  await page.reload();
  await expect(rowsOf(app)).toHaveCount(2);
  breaks = true;
  await page.getByLabel(t('sync:list.searchLabel')).fill('cy');
  await expect(rowsOf(app)).toHaveCount(1);
  await expect(rowsOf(app)).toContainText('Chen Yue');
  expect(breaks).toBe(false);
});
