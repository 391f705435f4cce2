import { expect, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { languages } from '../../shared/text/language.ts';
import { ClassPage } from './support/class-page.ts';
import { goTo } from './support/go-to.ts';
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

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: t('sync:export.label') }).click();
  await page.getByRole('menuitem', { name: t('sync:export.copy') }).click();
  await expect(page.getByRole('status').filter({ hasText: t('common:copied') })).toBeAttached();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const cells = copied.trimEnd().split(/\r?\n/);
  expect(cells).toHaveLength(4);
  const columns = new Set(cells.map((line) => line.split('\t').length));
  expect([...columns]).toEqual([8]);
  // What a spreadsheet would carry out is text there too.
  expect(copied).toContain(`'=HYPERLINK`);
  expect(copied).not.toMatch(/(^|[\t\n])"?[=+@-]/);

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

/** Has the page write down what would be printed, and whether the browser was kept from printing by itself. */
async function notePrinting(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: string[] = [];
    Object.assign(window, { noted, print: () => noted.push('printed') });
    addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() === 'p' && event.ctrlKey) noted.push(event.defaultPrevented ? 'kept' : 'left');
    });
  });
}

async function noted(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => (window as unknown as { noted: readonly string[] }).noted);
}

for (const language of languages)
  test(`P9: the keys of the browser for printing print the whole list, and no other page is empty on paper (${language})`, async ({
    startConnected,
  }) => {
    const { app, ...made } = await startConnected(['Li W', 'Chen Yu'], { language });
    const { page, t } = app;
    const root = page.locator('#root');
    const printed = page.getByTestId('printed-plan');
    await app.call('student.set', {
      classId: made.classId,
      id: (await app.call('student.list', { classId: made.classId })).items[0]?.id ?? '',
      change: { note: 'left-handed' },
    });
    const preview = new PreviewPage(app);
    await preview.open();
    await notePrinting(page);
    await page.keyboard.press('Control+p');
    await expect(printed).toBeAttached();
    expect((await noted(page)).toSorted()).toEqual(['kept', 'printed']);
    await page.emulateMedia({ media: 'print' });
    await expect(printed).toBeVisible();
    await expect(printed.getByRole('row')).toHaveCount(2);
    await expect(root).toBeHidden();
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await expect(printed).not.toBeAttached();
    // Printed without the keys, the page is on the paper, here and on a page that has no list to print.
    await expect(root).toBeVisible();
    await page.emulateMedia({ media: null });
    await goTo(page, t('common:nav.sync'));
    await page.getByRole('heading', { level: 1, name: t('common:nav.sync') }).waitFor();
    await goTo(page, t('common:nav.class'));
    await new ClassPage(app).cards.first().waitFor();
    await page.keyboard.press('Control+p');
    expect((await noted(page)).toSorted()).toEqual(['kept', 'left', 'printed']);
    await page.emulateMedia({ media: 'print' });
    await expect(root).toBeVisible();
    await expect(new ClassPage(app).cards.first()).toBeVisible();
  });
