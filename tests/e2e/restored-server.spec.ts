import { expect } from '@playwright/test';
import { copyTestDatabase } from '../support/postgres.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, syncBeside } from './support/shared-class.ts';
import { test } from './support/test.ts';

test('a server that was restored to an older state is one decision, and the deleted student stays deleted', async ({
  startApp,
  postgres,
}, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  const classId = await newClass(app, ['Li W', 'Chen Yu', 'Wang Fang']);
  const database = await postgres.createDatabase();
  const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
  await app.call('connection.init', { classId, connectionId, consent: true });
  await syncBeside(app);
  const backup = await copyTestDatabase(postgres, database);
  const { items } = await app.call('student.list', { classId });
  const idOf = (name: string): string => items.find((student) => student.name === name)?.id ?? '';
  await app.call('student.delete', { classId, ids: [idOf('Chen Yu')] });
  await app.call('student.set', { classId, id: idOf('Li W'), change: { name: 'Li Wei' } });
  await syncBeside(app);
  await copyTestDatabase(postgres, backup, database.database);

  const preview = new PreviewPage(app);
  await preview.open();
  const notice = page.getByRole('region', { name: t('sync:restored.title') });
  await expect(notice).toContainText('2 records');
  await page.screenshot({ path: testInfo.outputPath('restored.png') });
  await notice.getByRole('button', { name: t('sync:restored.send') }).click();
  await expect(notice).toBeHidden();
  await preview.run('sync');
  await expect(preview.bothSame).toBeVisible();
  const { items: after } = await app.call('student.list', { classId });
  expect(after.map(({ name }) => name).toSorted()).toEqual(['Li Wei', 'Wang Fang']);
});
