import { expect } from '@playwright/test';
import { sql } from '../support/sql.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, syncBeside } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

test('P10: from the badge one button syncs what needs nobody, and a question leads to the list', async ({
  startApp,
  postgres,
}, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  const classId = await newClass(app, ['Li W', 'Chen Yu']);
  const database = await postgres.createDatabase();
  const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
  await app.call('connection.init', { classId, connectionId, consent: true });
  await syncBeside(app);
  const { items } = await app.call('student.list', { classId });
  const idOf = (name: string): string => items.find((student) => student.name === name)?.id ?? '';
  await app.call('score.add', { classId, studentIds: items.map(({ id }) => id), award: { delta: 2, text: 'Helped' } });
  await sql(database.config, "UPDATE tallybook.student SET note = 'left-handed' WHERE name = 'Chen Yu'");

  const { badge } = new SyncPage(app);
  const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
  await badge.getByRole('button').click();
  await expect(sheet).toContainText('2 changes to the server');
  await expect(sheet).toContainText('1 change to this PC');
  await expect(sheet).toContainText('Room 301');
  await page.screenshot({ path: testInfo.outputPath('sheet.png') });
  await sheet.getByRole('button', { name: 'Sync 3' }).click();
  await expect(sheet.getByRole('heading', { name: t('sync:outcome.completed.title') })).toBeVisible();
  await sheet
    .getByRole('button', { name: t('common:close'), exact: true })
    .last()
    .click();
  await expect(sheet).toBeHidden();
  await expect(badge).toContainText('All safe');

  await app.call('student.set', { classId, id: idOf('Li W'), change: { name: 'Li Wei' } });
  await sql(database.config, "UPDATE tallybook.student SET name = 'Li Wen' WHERE name = 'Li W'");
  await badge.getByRole('button').click();
  await expect(sheet).toContainText('1 needs you');
  await page.screenshot({ path: testInfo.outputPath('sheet-asks.png') });
  await sheet.getByRole('button', { name: t('sync:sheet.toList') }).click();
  await expect(new PreviewPage(app).detail).toContainText('Li Wen');
  await expect(sheet).toBeHidden();
});
