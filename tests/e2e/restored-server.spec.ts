import { expect } from '@playwright/test';
import { copyTestDatabase } from '../support/postgres.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

test('a server that was restored to an older state is one decision, and the deleted student stays deleted (C1, C4)', async ({
  startConnected,
  postgres,
}, testInfo) => {
  const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang']);
  const { app, classId } = made;
  const { page, t } = app;
  const backup = await copyTestDatabase(postgres, made.database);
  await app.call('student.delete', { classId, ids: [made.idOf('Chen Yu')] });
  await made.here('Li W', { name: 'Li Wei' });
  await made.sync();
  await copyTestDatabase(postgres, backup, made.database.database);

  const preview = new PreviewPage(app);
  await preview.open();
  const notice = page.getByRole('region', { name: t('sync:restored.title') });
  await expect(notice).toContainText('2 records');
  await page.screenshot({ path: testInfo.outputPath('restored.png') });
  await notice.getByRole('button', { name: t('sync:restored.send') }).click();
  await expect(notice).toBeHidden();
  await preview.run('sync');
  await expect(preview.bothSame).toBeVisible();
  expect((await made.students()).map(({ name }) => name).toSorted()).toEqual(['Li Wei', 'Wang Fang']);
});
