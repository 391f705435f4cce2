import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { holdAnswers } from './support/held-line.ts';
import { Looks } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { putBetween } from './support/put-between.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park', 'Ben Carter'];

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`the small sheet with every kind of count, while it is cancelled, and with a list that is no longer good looks as it was seen to look in ${language}, light and dark (P10, P5, R2)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const network = await putBetween(made);
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
    const result = sheet.getByRole('status', { name: t('sync:outcome.label') });
    const go = (count: number) => sheet.getByRole('button', { name: t('sync:run.sync', { count }) });
    const cancel = sheet.getByRole('button', { name: t('common:cancel'), exact: true });
    const open = async (): Promise<void> => await new SyncPage(app).badge.getByRole('button').click();
    const close = async (): Promise<void> => {
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'hidden' });
    };
    const refuse = async (): Promise<void> => {
      await network.mode({ kind: 'refuse' });
      network.cut();
    };
    const ending = await holdAnswers(page, 'sync.run');
    await page.reload();

    // Two students with one number, of whom one has points that wait for the answer; one change goes up, one comes, one is left out.
    const { items } = await app.call('student.add', { classId, students: [{ name: 'Nora', number: '30' }] });
    const studentIds = items.map(({ id }) => id);
    await app.call('score.add', { classId, studentIds, award: { delta: 2, text: 'Homework' } });
    await made.addThere('Nora Berg', '30');
    await made.there('Chen Yu', "note = 'left-handed'");
    await made.here('Ben Carter', { name: 'Benjamin Carter' });
    await made.award('Li W', 1);
    await preview.open();
    await preview.row('Benjamin Carter').first().getByRole('checkbox').click();
    await expect(preview.row('Benjamin Carter').first().getByRole('checkbox')).not.toBeChecked();
    await open();
    const lines = sheet.getByRole('listitem');
    await expect(lines).toHaveText([
      t('sync:sheet.up', { count: 1 }),
      t('sync:sheet.down', { count: 1 }),
      t('sync:sheet.conflicts', { count: 1 }),
      t('sync:sheet.blocked', { count: 2 }),
      t('sync:sheet.left', { count: 1 }),
    ]);
    await looks.at('sheet-every-count', { of: sheet, forced: true });

    await network.mode({ kind: 'freeze' });
    ending.hold();
    await go(2).click();
    await cancel.click();
    await ending.answered();
    await expect(sheet.getByText(t('sync:run.cancelling'))).toBeVisible();
    await expect(cancel).toBeDisabled();
    await looks.at('sheet-cancelling', { of: sheet, forced: true });
    ending.letGo();
    await expect(sheet.getByRole('alert')).toContainText(t('errors:cancelled.title'));
    await page.mouse.move(0, 0);
    await looks.at('sheet-cancelled', { of: sheet });
    network.cut();
    await network.mode({ kind: 'pass' });
    await sheet.getByRole('button', { name: t('common:retry') }).click();
    await result.waitFor();
    await close();

    // What is listed to be got is edited here, and the server is away when the next list is wanted.
    await made.onServer(`UPDATE tallybook.student SET deleted_at = now() WHERE name = 'Nora Berg'`);
    await made.sync();
    await made.there('Ada Park', "name = 'Ada Parker'");
    await app.call('sync.preview', { classId, connectionId });
    await open();
    await go(1).waitFor();
    await refuse();
    await made.here('Ada Park', { name: 'Ada P.' });
    await go(1).click();
    await result.waitFor();
    await expect(sheet).toContainText(t('sync:preview.stale'));
    await page.mouse.move(0, 0);
    await looks.at('sheet-stale', { of: sheet, forced: true });
    await network.stop();
    looks.expectClean();
  });
