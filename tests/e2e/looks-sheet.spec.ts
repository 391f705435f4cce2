import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { holdStudents } from './support/held-table.ts';
import { Looks, phone } from './support/looks.ts';
import { askReplace, openLastRun, openUndo } from './support/own-lists.ts';
import { PreviewPage } from './support/preview-page.ts';
import { putBetween } from './support/put-between.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park', 'Ben Carter'];

// Parallel by language, a dozen states each, with axe on every one in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages) {
  test(`the small sheet looks as it was seen to look in ${language}, light and dark, whatever it has to say (P10)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app } = made;
    const { page, t } = app;
    const network = await putBetween(made);
    const looks = new Looks(app, testInfo);
    const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
    const button = (words: string) => sheet.getByRole('button', { name: words, exact: true });
    const open = async (): Promise<void> => await new SyncPage(app).badge.getByRole('button').click();
    const close = async (): Promise<void> => {
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'hidden' });
    };

    await open();
    await sheet.getByText(t('sync:preview.same.title')).waitFor();
    await looks.at('sheet-same', { of: sheet });
    await close();

    await made.award(['Li W', 'Chen Yu'], 2);
    const letGo = await holdStudents(made, 'Chen Yu');
    await open();
    await sheet.getByText(t('sync:phase.observe')).waitFor();
    await looks.at('sheet-comparing', { of: sheet });
    await letGo();
    await button(t('sync:run.sync', { count: 3 })).waitFor();
    await close();
    await open();
    await button(t('sync:run.sync', { count: 3 })).waitFor();
    await looks.at('sheet-ready', { of: sheet, forced: true });
    await network.mode({ kind: 'freeze-at-statement', statement: 'COMMIT', lose: 'request' });
    await button(t('sync:run.sync', { count: 3 })).click();
    await network.faulted();
    await sheet.getByText(t('sync:phase.commit')).waitFor();
    await looks.at('sheet-running', { of: sheet });
    await network.mode({ kind: 'pass' });
    await sheet.getByRole('heading', { name: t('sync:outcome.completed.title') }).waitFor();
    await looks.at('sheet-done', { of: sheet });
    await close();

    // More than usual: the list is looked at before it is carried out.
    await made.onServer(`UPDATE tallybook.student SET number = right(id::text, 4)`);
    await open();
    await sheet.getByText(t('sync:sheet.look')).waitFor();
    await looks.at('sheet-more-than-usual', { of: sheet });
    await close();
    await made.onServer('UPDATE tallybook.student SET number = NULL');

    await made.here('Li W', { name: 'Li Wei' });
    await made.there('Li W', "name = 'Li Wen'");
    await open();
    await sheet.getByText(t('sync:sheet.asks')).waitFor();
    await looks.at('sheet-asks', { of: sheet });
    await close();
    await made.award('Chen Yu', 1);
    await open();
    await sheet.getByText(t('sync:sheet.asksSome')).waitFor();
    await sheet.getByRole('button', { name: t('sync:run.sync', { count: 1 }) }).click();
    await sheet.getByRole('heading', { name: t('sync:outcome.undecided.title') }).waitFor();
    await looks.at('sheet-some-left', { of: sheet });
    await close();

    await network.mode({ kind: 'refuse' });
    network.cut();
    await made.award('Chen Yu', 1);
    await open();
    await sheet.getByRole('alert').waitFor();
    await looks.at('sheet-unreachable', { of: sheet, forced: true });
    await close();
    await network.mode({ kind: 'pass' });

    const preview = new PreviewPage(app);
    await openLastRun(made);
    await openUndo(app);
    await open();
    await sheet.getByText(t('sync:sheet.own.undo')).waitFor();
    await looks.at('sheet-undo-open', { of: sheet });
    await button(t('sync:undo.back')).click();
    await sheet.getByText(t('sync:sheet.own.undo')).waitFor({ state: 'hidden' });
    await button(t('sync:sheet.toList')).click();
    await preview.waitForList();
    await askReplace(app);
    await preview.waitForList();
    await open();
    await sheet.getByText(t('sync:sheet.own.replace')).waitFor();
    await looks.at('sheet-replace-open', { of: sheet });
    await network.stop();
    looks.expectClean();
  });

  test(`“Sync and close” looks as it was seen to look in ${language}, light and dark, from the question to the end (P10)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app } = made;
    const { page, t } = app;
    const network = await putBetween(made);
    const looks = new Looks(app, testInfo);
    const question = page.getByRole('dialog');
    const wishToClose = async (): Promise<void> => {
      await page.getByRole('button', { name: t('common:switcher.label', { name: '5B' }) }).click();
      await page.getByRole('menuitem', { name: t('common:quit.entry') }).click();
      await question.getByRole('button', { name: t('common:quit.sync') }).waitFor();
    };
    await made.award(['Li W', 'Chen Yu'], 2);
    const letGo = await holdStudents(made, 'Wang Fang');
    await wishToClose();
    await question.getByRole('button', { name: t('common:quit.sync') }).click();
    await question.getByText(t('sync:phase.observe')).waitFor();
    await looks.at('close-syncing', { of: question });
    await question.getByRole('button', { name: t('common:cancel') }).click();
    await question.waitFor({ state: 'hidden' });
    await letGo();

    await network.mode({ kind: 'refuse' });
    network.cut();
    await wishToClose();
    await question.getByRole('button', { name: t('common:quit.sync') }).click();
    await question.getByRole('alert').waitFor();
    await looks.at('close-failed', { of: question, forced: true });
    await question.getByRole('button', { name: t('common:quit.stay') }).click();
    await network.mode({ kind: 'pass' });

    await made.here('Li W', { name: 'Li Wei' });
    await made.there('Li W', "name = 'Li Wen'");
    await wishToClose();
    await question.getByRole('button', { name: t('common:quit.sync') }).click();
    const preview = new PreviewPage(app);
    await expect(preview.detail).toContainText('Li Wen');
    await page.getByText(t('common:quit.decide')).waitFor();
    await looks.at('close-decide', { of: page, windows: [phone] });

    await wishToClose();
    await question.getByRole('button', { name: t('common:quit.anyway') }).click();
    await page.getByRole('heading', { name: t('common:quit.ended') }).waitFor();
    await looks.at('closed', { of: page });
    await network.stop();
    looks.expectClean();
    await app.stopShell();
  });
}
