import { expect } from '@playwright/test';
import { PreviewPage } from './support/preview-page.ts';
import { onlyConnection, readBook, shareClass, syncBeside } from './support/shared-class.ts';
import { StartPage } from './support/start-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

test('R3: a PC that nobody touches notices what another one sent, says when it looked, and takes nothing by itself', async ({
  startApp,
  postgres,
}) => {
  const [a, b] = await Promise.all([startApp({ device: 'Room 301' }), startApp({ device: 'Office PC' })]);
  await shareClass(a, b, await postgres.createDatabase(), ['Li Wei', 'Chen Yu']);
  await b.page.clock.install();
  await b.page.reload();
  const sync = new SyncPage(b);
  await expect(sync.badge).toContainText('All safe');
  await sync.goto();
  await expect(sync.card).toContainText(/Server checked/);
  const { classId, checkedAt } = await onlyConnection(b);
  const before = await readBook(b);

  const { items } = await a.call('student.list', { classId });
  await a.call('score.add', { classId, studentIds: items.map(({ id }) => id), award: { delta: 2, text: 'Homework' } });
  await syncBeside(a);
  await b.page.clock.runFor('02:00');
  expect((await onlyConnection(b)).checkedAt).toBe(checkedAt);
  await expect(sync.badge).toContainText('All safe');

  await b.page.clock.runFor('04:00');
  await expect(sync.badge).toContainText('2 changes to get');
  await expect(sync.card).toContainText('2 to get');
  expect(await readBook(b)).toEqual(before);
  expect((await onlyConnection(b)).checkedAt).not.toBe(checkedAt);
});

test('R3: what others write to the server inside this app is seen at once, and while nobody writes it is not read', async ({
  startApp,
}) => {
  // A server is made from nothing.
  test.setTimeout(240_000);
  const [a, b] = await Promise.all([startApp({ device: 'Room 301' }), startApp({ device: 'Office PC' })]);
  await new StartPage(a).makeClass('5B', 'Li Wei\nChen Yu');
  const sync = new SyncPage(a);
  await sync.goto();
  const code = await sync.share();
  await sync.seeUpload();
  const preview = new PreviewPage(a);
  await preview.waitForList();
  await preview.run('sync');
  await new StartPage(b).chooseJoin();
  await b.page.getByLabel(b.t('sync:code.label'), { exact: true }).fill(code);
  await b.page.getByRole('button', { name: b.t('sync:code.join'), exact: true }).click();
  const joined = new PreviewPage(b);
  await joined.waitForList();
  await joined.run('pull');
  await sync.goto();
  await expect(sync.badge).toContainText('All safe');
  const { id: classId } = (await b.call('class.list', {})).items[0] ?? { id: '' };
  const { items } = await b.call('student.list', { classId });
  await b.call('score.add', { classId, studentIds: items.map(({ id }) => id), award: { delta: 2, text: 'Homework' } });
  await syncBeside(b);
  await expect(sync.badge).toContainText('2 changes to get');
  await expect(sync.card).toContainText('2 to get');

  await syncBeside(a);
  await expect(sync.badge).toContainText('All safe');
  await a.page.clock.install();
  await a.page.reload();
  // Its own sync was news to it; then glance after glance finds nothing, and says so without reading.
  const read: (string | null)[] = [];
  const glances = async (): Promise<number> => {
    await a.page.clock.runFor('00:10');
    read.push((await onlyConnection(a)).checkedAt);
    return read.length - read.indexOf(read.at(-1) ?? null);
  };
  await expect.poll(glances, { intervals: [500] }).toBeGreaterThan(4);
});
