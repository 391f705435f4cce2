import { expect } from '@playwright/test';
import { sql } from '../support/sql.ts';
import { holdAnswers } from './support/held-line.ts';
import { PreviewPage } from './support/preview-page.ts';
import { uploadClass } from './support/shared-class.ts';
import { test } from './support/test.ts';

test('P9: taking back a list whose points are left out asks one question, the one it needs, however long its rows are read', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  await page.setViewportSize({ width: 1366, height: 1000 });
  const database = await postgres.createDatabase();
  const names = Array.from({ length: 5 }, (_, at) => `Student ${String(at + 1)}`);
  const { classId, idOf } = await uploadClass(app, database, names);
  await app.call('score.add', { classId, studentIds: [idOf('Student 1')], award: { delta: 2, text: 'Homework' } });
  await sql(database.config, "UPDATE tallybook.student SET note = 'left-handed'");
  const rows = await holdAnswers(page, 'plan.rows');
  await page.reload();
  const preview = new PreviewPage(app);
  await preview.open();
  const agree = async (): Promise<void> => {
    const question = page.getByRole('dialog', { name: t('sync:guard.mass-overwrite.title', { count: 5 }) });
    await question.getByRole('checkbox', { name: t('sync:guard.checked') }).check();
    await question.getByRole('button', { name: t('sync:guard.go') }).click();
  };
  await preview.runButton('sync').click();
  await agree();
  await preview.result.getByRole('button', { name: t('sync:undo.action') }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Undo the sync of/);
  await preview.waitForList();
  await preview.rows
    .filter({ hasText: t('sync:kind.undone') })
    .getByRole('checkbox')
    .click();
  const takeBack = page.getByRole('button', { name: new RegExp(`^${t('sync:undo.run', { count: 5 })}`) });
  await expect(takeBack).toBeVisible();

  rows.hold();
  await takeBack.click();
  await rows.answered();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  rows.letGo();
  await agree();
  await expect(preview.result.getByRole('heading', { level: 2 })).toHaveText(t('sync:undo.done.title'));
});
