import { expect } from '@playwright/test';
import { sql } from '../support/sql.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, syncBeside } from './support/shared-class.ts';
import { test } from './support/test.ts';

const script = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const formula = '=HYPERLINK("http://example.org";"click")';

test('a hostile class shows as text, runs nothing, and hides nothing', async ({ startApp, postgres }, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { page } = app;
  // So many more that the changes are no question about masses.
  const others = Array.from({ length: 30 }, (_none, index) => `Student ${index + 1}`);
  const classId = await newClass(app, ['One', 'Two', 'Three', 'Four', 'Five', 'Six', ...others]);
  const database = await postgres.createDatabase();
  const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
  await app.call('connection.init', { classId, connectionId, consent: true });
  await syncBeside(app);
  const there = async (name: string, set: string, value: string): Promise<void> => {
    await sql(database.config, `UPDATE tallybook.student SET ${set} = $2 WHERE name = $1`, [name, value]);
  };
  const { items } = await app.call('student.list', { classId });
  const idOf = (name: string): string => items.find((student) => student.name === name)?.id ?? '';
  await app.call('student.set', { classId, id: idOf('Six'), change: { name: 'Six here' } });
  await there('Six', 'name', `abc\u202Ecod.exe`);
  await there('One', 'name', script);
  await there('Two', 'name', 'Li\u200BWei');
  await there('Three', 'note', '王'.repeat(10_000));
  await there('Four', 'name', formula);
  await there('Five', 'name', '\u2066\u2067Zoë\n\t\u0007');

  const preview = new PreviewPage(app);
  await preview.open();
  await expect(preview.rows).toHaveCount(6);
  await expect(preview.row('<script>')).toBeVisible();
  await expect(preview.row('Li\\u{200b}Wei')).toBeVisible();
  await expect(preview.row('\\u{7}')).toBeVisible();
  await expect(preview.row(formula)).toBeVisible();
  await preview.row('Six here').click();
  await expect(preview.detail).toContainText('abc\\u{202e}cod.exe');
  await preview.row('Three').click();
  await expect(preview.detail).toContainText('王王王…');
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  expect(nodes).toBeLessThan(600);
  const longest = await page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll('main *')].map(({ childNodes }) =>
        Math.max(0, ...[...childNodes].map((node) => (node.nodeType === 3 ? (node.nodeValue ?? '').length : 0))),
      ),
    ),
  );
  expect(longest).toBeLessThan(1_000);
  await page.screenshot({ path: testInfo.outputPath('hostile.png') });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1366);

  await preview.row('Six here').click();
  await preview.pick('Server');
  await preview.useAnswer();
  await preview.run('sync');
  await expect(preview.bothSame).toBeVisible();
  for (const place of ['class', 'students', 'history', 'sync']) {
    await page.goto(`${app.shell.origin}/#/${place}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }
  expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
  const { items: after } = await app.call('student.list', { classId });
  expect(after.map(({ name }) => name)).toEqual(
    expect.arrayContaining([script, formula, 'abc\u202Ecod.exe', 'Li\u200BWei']),
  );
});
