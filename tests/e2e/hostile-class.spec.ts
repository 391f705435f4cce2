import { expect, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { ClassPage } from './support/class-page.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

const script = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const formula = '=HYPERLINK("http://example.org";"click")';
const reordered = 'abc\u202Ecod.exe';
const hidden = 'Li\u200BWei';

/** Texts that would hide or reorder others; nobody sees them unless they are written out. */
const invisible = /[\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069]/;

/** What is wrong with how a page shows data: hidden or endless text, anything that ran, or a page that is wider than its window. */
async function faults(page: Page): Promise<readonly string[]> {
  const { texts, title, width, hacked, nodes } = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) found.push(node.nodeValue ?? '');
    for (const element of document.querySelectorAll('[aria-label],[title]'))
      found.push(element.getAttribute('aria-label') ?? '', element.getAttribute('title') ?? '');
    return {
      texts: found,
      title: document.title,
      width: document.documentElement.scrollWidth,
      hacked: 'hacked' in window,
      nodes: document.querySelectorAll('*').length,
    };
  });
  return [
    ...[...texts, title].filter((text) => invisible.test(text)).map((text) => `hides: ${JSON.stringify(text)}`),
    ...texts.filter((text) => text.length > 1_000).map((text) => `endless: ${text.slice(0, 20)}`),
    ...(width > 1366 ? [`is ${width} wide`] : []),
    ...(hacked ? ['ran what a name says'] : []),
    ...(nodes > 1_500 ? [`has ${nodes} elements`] : []),
  ];
}

test('a hostile class shows as text on the pages that list it, runs nothing, hides nothing, and is exported as text', async ({
  startConnected,
}, testInfo) => {
  // So many more that the changes are no question about masses.
  const others = Array.from({ length: 40 }, (_none, index) => `Student ${index + 1}`);
  const made = await startConnected(['One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', ...others]);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  await made.award('Two', 2, `${reordered} ${script}`);
  await made.here('Six', { name: 'Six here' });
  await made.there('Six', 'name = $2', reordered);
  await made.there('One', 'name = $2', script);
  await made.there('Two', 'name = $2', hidden);
  await made.there('Three', 'note = $2', '王'.repeat(10_000));
  await made.there('Four', 'name = $2', formula);
  await made.there('Five', 'name = $2', '\u2066\u2067Zoë\n\t\u0007');
  await made.there('Seven', 'name = $2, number = $3', '__proto__', 'constructor');
  await made.there('Eight', 'name = $2', 'x'.repeat(10_000));
  await made.onServer(
    'INSERT INTO tallybook.student_tag (class_id, student_id, tag) SELECT class_id, id, $2 FROM tallybook.student WHERE id = $1',
    made.idOf('Seven'),
    `__proto__ ${reordered}`,
  );
  await app.call('class.rename', { classId, name: `5B ${reordered}` });

  const preview = new PreviewPage(app);
  await preview.open();
  await expect(preview.row('<script>').first()).toBeVisible();
  await expect(preview.row('Li\\u{200b}Wei').first()).toBeVisible();
  await expect(preview.row('\\u{7}')).toBeVisible();
  await expect(preview.row(formula)).toBeVisible();
  await preview.row('Six here').click();
  await expect(preview.detail).toContainText('abc\\u{202e}cod.exe');
  await preview.row('Three').first().click();
  await expect(preview.detail).toContainText('王王王…');
  expect(await faults(page)).toEqual([]);
  await page.screenshot({ path: testInfo.outputPath('hostile.png') });

  for (const kind of ['csv', 'json'] as const) {
    await page.getByRole('button', { name: t('sync:export.label') }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: t(`sync:export.${kind}`) }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(new RegExp(`^tallybook-[0-9T-]+\\.${kind}$`));
    const text = await readFile(await file.path(), 'utf8');
    expect(text).toContain('__proto__');
    // No cell begins as a formula does.
    if (kind === 'csv') expect(text).not.toMatch(/(^|[,\n])"?[=+@-]/);
    else expect(JSON.parse(text)).toMatchObject({ rows: expect.any(Array) });
  }

  await preview.row('Six here').click();
  await preview.pick('Server');
  await preview.useAnswer();
  await preview.run('sync');
  await expect(preview.bothSame).toBeVisible();
  const { items: runs } = await app.call('run.list', { classId });
  const places = [
    'class',
    'settings',
    'students',
    'students?view=deleted',
    'history',
    'sync',
    `sync/run/${runs[0]?.runId ?? ''}`,
    'sync/bin',
    `sync/preview/${connectionId}`,
  ];
  const found: Record<string, readonly string[]> = {};
  for (const place of places) {
    await page.goto(`${app.shell.origin}/#/${place}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await expect(page.locator('#main [aria-busy=true]')).toHaveCount(0);
    const wrong = await faults(page);
    if (wrong.length > 0) found[place] = wrong;
  }
  expect(found).toEqual({});

  // What is told of the last points, and of one event in full.
  await page.goto(`${app.shell.origin}/#/history`);
  await page.getByRole('grid').getByText('abc\\u{202e}cod.exe').first().click();
  const panel = page.getByRole('dialog', { name: 'Li\\u{200b}Wei' });
  await expect(panel).toContainText('abc\\u{202e}cod.exe');
  expect(await faults(page)).toEqual([]);
  await panel
    .getByRole('button', { name: t('common:close') })
    .last()
    .click();
  await page.goto(`${app.shell.origin}/#/class`);
  const board = new ClassPage(app);
  await board.award('Li\\u{200b}Wei', '+1');
  expect(await faults(page)).toEqual([]);

  expect((await made.students()).map(({ name }) => name)).toEqual(
    expect.arrayContaining([script, formula, reordered, hidden, '__proto__', 'x'.repeat(10_000)]),
  );
});
