import { expect } from '@playwright/test';
import { onlyConnection, readBook, shareClass, syncBeside } from './support/shared-class.ts';
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
