import { expect } from '@playwright/test';
import { copyTestDatabase } from '../support/postgres.ts';
import { sql } from '../support/sql.ts';
import { complaints, overflow } from './support/complaints.ts';
import { PreviewPage } from './support/preview-page.ts';
import { syncBeside, uploadClass } from './support/shared-class.ts';
import { test } from './support/test.ts';

const looks = [
  { language: 'en', colorScheme: 'light' },
  { language: 'zh-CN', colorScheme: 'dark' },
] as const;

// A dozen states each, with axe on every one.
test.describe.configure({ timeout: 180_000 });

for (const { language, colorScheme } of looks) {
  test(`what happens around a run, in ${language}, ${colorScheme}, is clean for axe and fits 320 pixels`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language, colorScheme });
    const { page, t } = app;
    const found: Record<string, readonly string[]> = {};
    const look = async (name: string): Promise<void> => {
      await page.screenshot({ path: testInfo.outputPath(`${name}.png`), caret: 'initial' });
      await page.setViewportSize({ width: 820, height: 1180 });
      await page.screenshot({ path: testInfo.outputPath(`${name}-touch.png`), caret: 'initial' });
      await page.setViewportSize({ width: 1366, height: 768 });
      const beyond = await overflow(page);
      found[name] = [
        ...(await complaints(page)),
        ...(beyond > 0 ? [`reaches ${beyond} pixels beyond the window`] : []),
      ];
    };
    const database = await postgres.createDatabase();
    const { classId, idOf } = await uploadClass(app, database, [
      'Li W',
      'Chen Yu',
      '张三',
      'Ada',
      'Ben',
      'Cleo',
      'Dan',
      'Eve',
    ]);
    const backup = await copyTestDatabase(postgres, database);
    await app.call('student.set', { classId, id: idOf('Li W'), change: { name: 'Li Wei' } });
    await app.call('score.add', { classId, studentIds: [idOf('张三')], award: { delta: 2, text: 'Homework' } });
    await syncBeside(app);
    await app.call('student.set', { classId, id: idOf('Chen Yu'), change: { number: '7' } });

    const [run] = (await app.call('run.list', { classId })).items;
    await page.goto(`${app.shell.origin}/#/sync/run/${run?.runId ?? ''}`);
    await page.getByRole('grid').getByRole('row').nth(1).click();
    await look('run-detail');
    const preview = new PreviewPage(app);
    await page.getByRole('button', { name: t('sync:undo.action') }).click();
    await preview.waitForList();
    await preview.rows.first().click();
    await look('undo-list');
    await page.getByRole('button', { name: t('sync:undo.back') }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:preview.title'));
    await preview.waitForList();
    await page.getByRole('button', { name: t('errors:not-encrypted.title') }).click();
    await look('check-remedy');
    await page.getByRole('button', { name: new RegExp(`: ${t('sync:preview.more')}$`) }).click();
    await page.getByRole('menuitem', { name: t('sync:replace.action') }).click();
    await preview.waitForList();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:replace.title'));
    await look('replace-list');
    await page.getByRole('button', { name: t('sync:replace.run', { count: 1 }), exact: true }).click();
    await page.getByRole('dialog').getByRole('listitem').waitFor();
    await look('replace-question');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('common:cancel') })
      .click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    await page.goto(`${app.shell.origin}/#/class`);
    await page.getByRole('button', { name: t('common:switcher.label', { name: '5B' }) }).click();
    await page.getByRole('menuitem', { name: t('common:quit.entry') }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('common:quit.stay') })
      .waitFor();
    await look('close-question');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('common:quit.stay') })
      .click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    await sql(database.config, 'UPDATE tallybook.student SET deleted_at = now()');
    await preview.open();
    await preview.runButton('sync').click();
    await page.getByRole('dialog').getByRole('checkbox').waitFor();
    await look('guard');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('common:cancel') })
      .click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    await copyTestDatabase(postgres, backup, database.database);
    await page
      .getByRole('button', { name: t('sync:preview.refresh') })
      .first()
      .click();
    await page.getByRole('region', { name: t('sync:restored.title') }).waitFor({ timeout: 30_000 });
    await look('restored');
    expect(Object.entries(found).filter(([, list]) => list.length > 0)).toEqual([]);
  });
}
