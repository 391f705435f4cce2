import { expect } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

test('P9: the list is saved as a table that runs nothing, as a document, and printed as a whole; beside it the class is saved', async ({
  startConnected,
}) => {
  const { app, classId } = await startConnected(['Li W', 'Chen Yu']);
  const { page, t } = app;
  await app.call('student.add', {
    classId,
    students: [{ name: '=HYPERLINK("http://x")' }, { name: 'Ann "A", Lee' }, { name: '<b>张三</b>', number: '7' }],
  });
  const preview = new PreviewPage(app);
  await preview.open();

  const save = async (kind: 'csv' | 'json'): Promise<string> => {
    await page.getByRole('button', { name: t('sync:export.label') }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: t(`sync:export.${kind}`) }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(new RegExp(`^tallybook-[0-9T-]+\\.${kind}$`));
    return await readFile(await file.path(), 'utf8');
  };
  const csv = await save('csv');
  expect(csv.split('\r\n')).toHaveLength(5);
  expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
  expect(csv).toContain('"Ann ""A"", Lee"');

  const saved = JSON.parse(await save('json')) as { planId: string; rows: { label: string; kind: string }[] };
  expect(Object.keys(saved)).toEqual(
    'planId madeAt connection ends firstContact clock checks summary guards rows'.split(' '),
  );
  expect(saved.rows.map(({ kind }) => kind)).toEqual(['add', 'add', 'add']);

  // Everything the class holds, whatever the list shows: a way back before anything is carried out.
  const saveClass = page.getByRole('button', { name: t('settings:backups.json') });
  const saveClassEntry = page.getByRole('menuitem', { name: t('settings:backups.json') });
  for (const wide of [true, false]) {
    await page.setViewportSize({ width: wide ? 1100 : 1024, height: 768 });
    await expect(saveClass).toHaveCount(wide ? 1 : 0);
    if (!wide) await page.getByRole('button', { name: t('sync:export.label') }).click();
    const download = page.waitForEvent('download');
    await (wide ? saveClass : saveClassEntry).click();
    const backup = await download;
    expect(backup.suggestedFilename()).toMatch(/^tallybook-.*-\d{4}-\d\d-\d\d\.json$/);
    const whole = await readFile(await backup.path(), 'utf8');
    for (const name of ['Li W', 'Chen Yu', '<b>张三</b>']) expect(whole).toContain(JSON.stringify(name));
  }

  await page.getByLabel(t('sync:list.searchLabel')).fill('zs');
  await expect(preview.rows).toHaveCount(1);
  expect((await save('csv')).split('\r\n')).toHaveLength(3);

  await page.evaluate(() => {
    const printed: string[] = [];
    Object.assign(window, {
      printed,
      print: () => printed.push(document.querySelector('[data-testid="printed-plan"] table')?.textContent ?? ''),
    });
  });
  await page.getByRole('button', { name: t('sync:export.label') }).click();
  await page.getByRole('menuitem', { name: t('sync:export.print') }).click();
  const printed = page.getByTestId('printed-plan');
  await expect(printed).toBeAttached();
  expect(await page.evaluate(() => (window as unknown as { printed: string[] }).printed)).toEqual([
    expect.stringContaining('<b>张三</b>'),
  ]);
  await page.emulateMedia({ media: 'print' });
  await expect(printed).toBeVisible();
  await expect(preview.grid).toBeHidden();
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect(printed).not.toBeAttached();
});
