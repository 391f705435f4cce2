import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

test('C9: a value that lost is in the recovery bin, with whose it was, and put back it is the next change', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  await made.here('Li W', { name: 'Li Wei' });
  await made.there('Li W', "name = 'Li Wen'");
  const { planId } = await app.call('sync.preview', { classId, connectionId });
  await app.call('sync.run', { classId, planId, mode: 'sync', conflicts: 'server' });

  await page.goto(`${app.shell.origin}/#/sync`);
  await page.getByRole('button', { name: t('sync:bin.title') }).click();
  const bin = page.getByRole('grid', { name: t('sync:bin.title') });
  const row = bin.getByRole('row').filter({ hasText: 'Li Wen' });
  await expect(row).toContainText('“Li Wei” (now “Li Wen”)');
  await expect(row).toContainText(t('sync:bin.ofThisPc'));
  await page.screenshot({ path: testInfo.outputPath('recovery-bin.png') });
  await page.getByLabel(t('sync:bin.search')).fill('nobody');
  await expect(bin.getByText(t('sync:list.nothing.title'))).toBeVisible();
  await page.getByLabel(t('sync:bin.search')).fill('');

  await row.getByRole('button', { name: t('sync:bin.restoreNamed', { record: 'Li Wen' }) }).click();
  await expect(page.getByText(t('sync:bin.done', { record: 'Li Wen' }))).toBeVisible();
  const preview = new PreviewPage(app);
  await preview.open();
  await expect(preview.row('Li Wei')).toContainText('“Li Wen” → “Li Wei”');

  // What putting back replaced is in the bin in turn, and can be forgotten.
  await page.goto(`${app.shell.origin}/#/sync/bin`);
  await bin
    .getByRole('button', { name: /from the bin/ })
    .first()
    .click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('sync:bin.forget.action') })
    .click();
  await expect(bin.getByText(t('sync:bin.empty.title'))).toBeVisible();
});

test('C9: a line of the recovery bin opens with all it says, is found by its words, and what is back needs no button', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(['Li W', 'Chen Yu'], { language: 'zh-CN' });
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  const { items: reasons } = await app.call('reason.list', { classId });
  const homework = reasons.find(({ text }) => text === 'Homework')?.id ?? '';
  const set = async (delta: number): Promise<unknown> =>
    await app.call('reason.set', { classId, id: homework, change: { delta } });
  await set(4);
  await made.onServer('UPDATE tallybook.reason SET delta = 3 WHERE id = $1', homework);
  const { planId } = await app.call('sync.preview', { classId, connectionId });
  await app.call('sync.run', { classId, planId, mode: 'sync', conflicts: 'server' });

  await page.goto(`${app.shell.origin}/#/sync/bin`);
  const bin = page.getByRole('grid', { name: t('sync:bin.title') });
  const row = bin.getByRole('row').filter({ hasText: '理由 · 作业' });
  await expect(row).toContainText(`分值 +4 ${t('sync:bin.now', { value: '+3' })}`);
  for (const words of ['作业', 'zuoye', '理由', '学习']) {
    await page.getByLabel(t('sync:bin.search')).fill(words);
    await expect(row).toBeVisible();
  }
  const restore = row.getByRole('button', { name: t('sync:bin.restoreNamed', { record: '理由 · 作业' }) });
  await expect(restore).toBeVisible();
  await row.getByText('+4').click();
  const panel = page.getByRole('dialog', { name: '理由 · 作业' });
  await expect(panel.getByRole('row').filter({ hasText: '分值' })).toContainText('+4+3');
  await expect(panel.getByRole('link', { name: t('sync:bin.run') })).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('bin-panel.png') });
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();

  await set(4);
  await expect(restore).toBeHidden();
  await expect(row).toContainText(t('sync:bin.same'));
});

for (const language of languages)
  test(`C9: what lost was a deletion: putting it back says that it deletes, and asks, in ${language}`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu'], { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    await made.award(['Li W'], 2);
    await made.there('Li W', 'deleted_at = now()');
    const { planId } = await app.call('sync.preview', { classId, connectionId });
    await app.call('sync.run', { classId, planId, mode: 'sync', conflicts: 'local' });
    const names = async (): Promise<readonly string[]> =>
      (await app.call('student.list', { classId })).items.map(({ name }) => name).toSorted();
    expect(await names()).toEqual(['Chen Yu', 'Li W']);

    await page.goto(`${app.shell.origin}/#/sync/bin`);
    const bin = page.getByRole('grid', { name: t('sync:bin.title') });
    const again = bin.getByRole('button', { name: t('sync:bin.deletes.restoreNamed', { record: 'Li W' }) });
    await again.click();
    const question = page.getByRole('dialog', { name: t('sync:bin.deletes.title', { record: 'Li W' }) });
    await page.screenshot({ path: testInfo.outputPath('delete-again.png') });
    await question.getByRole('button', { name: t('common:cancel') }).click();
    await expect(question).toBeHidden();
    expect(await names()).toEqual(['Chen Yu', 'Li W']);
    // On a phone what it says stands beside the button as well.
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(bin.getByRole('row').nth(1)).toContainText(t('sync:bin.now', { value: t('sync:value.present') }));
    await page.screenshot({ path: testInfo.outputPath('phone.png') });
    await page.setViewportSize({ width: 320, height: 640 });
    await bin.getByRole('row').nth(1).click();
    const panel = page.getByRole('dialog', { name: 'Li W' });
    await page.screenshot({ path: testInfo.outputPath('smallest.png') });
    await panel.getByRole('button', { name: t('sync:bin.deletes.restore') }).click();
    await question.getByRole('button', { name: t('sync:bin.deletes.restore') }).click();
    await expect(page.getByText(t('sync:bin.deletes.done', { record: 'Li W' }))).toBeVisible();
    expect(await names()).toEqual(['Chen Yu']);
  });
