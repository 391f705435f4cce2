import { expect } from '@playwright/test';
import { holdNews } from './support/held-line.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

test('P5: what is decided while another program makes the list again is decided in the new one, or said not to be, by name; and it is undone like any other (C6)', async ({
  startConnected,
}, testInfo) => {
  const names = ['Chen Yu', 'Li W', 'Wang Fang'];
  const made = await startConnected(names);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  for (const name of names) {
    await made.here(name, { name: `${name} H` });
    await made.there(name, `name = '${name} S'`);
  }
  const news = await holdNews(page);
  await page.reload();
  const preview = new PreviewPage(app);
  await preview.open();
  const heading = preview.detail.getByRole('heading', { level: 2 });
  const untaken = page.getByRole('alert').filter({ hasText: t('common:gotIt') });

  // Ticks in the panel that are not used yet, and a value that is being typed.
  await preview.recordNamed('Li W H').click();
  await preview.pick('Other');
  await preview.detail.getByRole('textbox').fill('Li Weiwei');
  await preview.recordNamed('Wang Fang H').click();
  await preview.pick('Server');

  // She decides in the moment the command line compares: the list she sees is past, and she does not know.
  await preview.recordNamed('Chen Yu H').click();
  await expect(heading).toHaveText('Chen Yu H');
  news.hold();
  await app.call('sync.preview', { classId, connectionId });
  await preview.whole('local').click();
  news.letGo();
  await expect(preview.row('Chen Yu H')).toContainText(t('sync:decision.local'));
  await expect(page.getByText(t('sync:bulk.anew')).first()).toBeVisible();
  await expect(untaken).toHaveCount(0);
  await expect(page.getByText('2 of 3 conflicts left')).toBeVisible();
  // What was picked and typed is there.
  await preview.recordNamed('Wang Fang H').click();
  await expect(preview.option('Server')).toBeChecked();
  await preview.recordNamed('Li W H').click();
  await expect(preview.detail.getByRole('textbox')).toHaveValue('Li Weiwei');

  // What was decided there is taken back like any other decision.
  await preview.grid.focus();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('3 of 3 conflicts left')).toBeVisible();
  await page.keyboard.press('Control+y');
  await expect(page.getByText('2 of 3 conflicts left')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('3 of 3 conflicts left')).toBeVisible();
  await page.keyboard.press('Control+y');
  await expect(page.getByText('2 of 3 conflicts left')).toBeVisible();

  // In the moment another list comes nothing is taken back: what that list would take back is not what she sees.
  const anew = page.getByRole('region', { name: t('sync:list.label') }).getByText(t('sync:bulk.anew'));
  const [undo, redo] = [preview.stepButton('undo'), preview.stepButton('redo')];
  news.hold();
  await app.call('sync.preview', { classId, connectionId });
  await page.keyboard.press('Control+z');
  news.letGo();
  await expect(untaken).toContainText(t('sync:untaken.undo'));
  await expect(page.getByText('2 of 3 conflicts left')).toBeVisible();
  await expect(undo).toBeEnabled();
  await untaken.getByRole('button', { name: t('common:gotIt') }).click();
  // What the new list has kept is taken back like any other decision, once it is shown.
  await preview.grid.focus();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('3 of 3 conflicts left')).toBeVisible();
  await expect(redo).toBeEnabled();
  // What was taken back before another list came is not in that one: nothing is done again, and it says so.
  news.hold();
  await app.call('sync.preview', { classId, connectionId });
  await page.keyboard.press('Control+y');
  news.letGo();
  await expect(untaken).toContainText(t('sync:untaken.redo'));
  await expect(page.getByText('3 of 3 conflicts left')).toBeVisible();
  await expect(anew).toBeVisible();
  await expect(redo).toBeDisabled();
  await untaken.getByRole('button', { name: t('common:gotIt') }).click();

  // What she decides about is another question meanwhile, and so is what she had picked.
  await preview.recordNamed('Li W H').click();
  await expect(preview.detail.getByRole('textbox')).toHaveValue('Li Weiwei');
  await preview.recordNamed('Chen Yu H').click();
  await expect(heading).toHaveText('Chen Yu H');
  await made.there('Chen Yu', `name = 'Chen Y'`);
  await made.there('Li W', `name = 'Li'`);
  news.hold();
  await app.call('sync.preview', { classId, connectionId });
  await preview.whole('local').click();
  news.letGo();
  await expect(untaken).toContainText(t('sync:untaken.decided', { records: 'Chen Yu H' }));
  await expect(untaken).toContainText(t('sync:untaken.picked', { records: 'Li W H' }));
  await expect(page.getByText('3 of 3 conflicts left')).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('untaken.png') });
  for (const width of [390, 1366]) {
    await page.setViewportSize({ width, height: 768 });
    await page.screenshot({ path: testInfo.outputPath(`untaken-${width}.png`) });
  }
  await untaken.getByRole('button', { name: t('common:gotIt') }).click();
  await expect(untaken).toHaveCount(0);
  // The rest is as it was.
  await preview.recordNamed('Wang Fang H').click();
  await expect(preview.option('Server')).toBeChecked();
});

test('P5, R3: a list that another window carried out meanwhile is no error in this one, and the next list is shown', async ({
  startConnected,
}) => {
  const made = await startConnected(['Chen Yu', 'Li W']);
  const { app, classId, connectionId } = made;
  const { page } = app;
  await made.here('Li W', { name: 'Li Wei' });
  const news = await holdNews(page);
  await page.reload();
  const preview = new PreviewPage(app);
  await preview.open();
  const { items } = await app.call('plan.list', { classId, connectionId, state: 'open' });
  news.hold();
  await app.call('sync.run', { classId, planId: items[0]?.planId ?? '', mode: 'sync' });
  await preview.runButton('sync').click();
  news.letGo();
  await expect(preview.bothSame).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});
