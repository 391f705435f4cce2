import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { PreviewPage } from './support/preview-page.ts';
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

    // By the link of the result, and by the history: the same page.
    const preview = new PreviewPage(app);
    await preview.open();
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
