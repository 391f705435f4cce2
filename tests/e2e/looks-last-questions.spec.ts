import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import type { App } from './support/app.ts';
import type { ConnectedClass } from './support/connected-class.ts';
import { Looks, phone } from './support/looks.ts';
import { askReplace } from './support/own-lists.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, onlyConnection, syncBeside } from './support/shared-class.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', '张三', 'Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal', 'Ivy', 'Jo', 'Kim'];

// Parallel by language, a dozen states each, with axe on every one in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

/** Deletes students for good on another device of the class, and sends that. */
async function eraseOn(other: App, made: ConnectedClass, erased: readonly string[]): Promise<void> {
  await other.call('class.join', { remoteClassName: '5B', connection: connectionTo(made.database) });
  const { classId } = await onlyConnection(other);
  const ids = erased.map((name) => made.idOf(name));
  await other.call('student.delete', { classId, ids });
  for (const id of ids) await other.call('student.erase', { classId, id, confirm: true });
  await syncBeside(other);
}

/** Keeps the device's folder as it is now, and answers what puts it back, as a backup of the disk does. */
async function keepFolder({ app, classId, connectionId, database }: ConnectedClass): Promise<() => Promise<void>> {
  const saved = mkdtempSync(join(tmpdir(), 'tallybook-kept-'));
  const startAgain = async (before: () => void): Promise<void> => {
    await app.page.goto('about:blank');
    await app.stopShell();
    before();
    await app.restart();
    // Nothing keeps a password here once the app was closed.
    const { password } = connectionTo(database);
    await app.call('connection.set', { classId, connectionId, change: { password } });
  };
  await startAgain(() => cpSync(app.folder, saved, { recursive: true }));
  return async () =>
    await startAgain(() => {
      rmSync(app.folder, { recursive: true });
      cpSync(saved, app.folder, { recursive: true });
      rmSync(saved, { recursive: true });
    });
}

for (const language of languages) {
  test(`what is asked before much is overwritten, erased, undone or replaced, and what comes of it, look as they were seen to look in ${language}, light and dark (P7, P8, P9)`, async ({
    startApp,
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    const question = page.getByRole('dialog');
    const box = question.getByRole('checkbox');
    const ask = async (): Promise<void> => {
      await preview.open();
      await preview.runButton('sync').click();
      await box.waitFor();
    };

    await made.onServer(`UPDATE tallybook.student SET note = 'sits in front'`);
    await ask();
    await looks.at('many-overwritten', { of: question, forced: true });
    await box.check();
    await looks.at('agreed', { of: page, windows: [phone] });
    await question.getByRole('button', { name: t('sync:guard.go') }).click();
    await preview.expectDone();
    await page.mouse.move(0, 0);
    await looks.at('carried-out-all-the-same', { of: page, windows: [phone] });

    await made.onServer(`UPDATE tallybook.student SET note = 'sits behind'`);
    await made.onServer(
      `UPDATE tallybook.student SET deleted_at = now() WHERE name IN ('Ada', 'Ben', 'Cleo', 'Dan', 'Eve')`,
    );
    await ask();
    await looks.at('more-than-usual', { of: question });
    await question.getByRole('button', { name: t('common:cancel') }).click();
    await made.onServer(`UPDATE tallybook.student SET deleted_at = NULL, note = 'sits in front'`);

    // Points of many, sent and taken back.
    await made.award(['Li W', 'Chen Yu', '张三', 'Ada', 'Ben'], 2);
    await preview.open();
    await preview.run('sync');
    await preview.result.getByRole('button', { name: t('sync:undo.action') }).click();
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(t('sync:preview.title'));
    await preview.waitForList();
    await page.getByRole('button', { name: t('sync:undo.run', { count: 5 }), exact: true }).click();
    await question.getByRole('region', { name: t('sync:undo.undoneLabel') }).waitFor();
    await looks.at('undo-question', { of: question, forced: true });
    if ((await box.count()) > 0) await box.check();
    await question.getByRole('button', { name: t('sync:undo.run', { count: 5 }) }).click();
    await expect(preview.result.getByRole('heading')).toHaveText(t('sync:undo.done.title'));
    await page.mouse.move(0, 0);
    await looks.at('undone', { of: page, windows: [phone] });

    // More unsent changes than a question has room for.
    for (const name of names) await made.here(name, { note: 'left-handed' });
    await preview.open();
    await askReplace(app);
    await preview.waitForList();
    await page.getByRole('button', { name: t('sync:replace.run', { count: names.length }), exact: true }).click();
    await question.getByRole('listitem').first().waitFor();
    await looks.at('replace-many', { of: page, windows: [phone] });
    await box.check();
    await question.getByRole('button', { name: t('sync:replace.run', { count: names.length }) }).click();
    await expect(preview.result.getByRole('heading')).toHaveText(t('sync:replace.done.title'));
    await page.mouse.move(0, 0);
    await looks.at('replaced', { of: page, windows: [phone] });

    // Somebody else erased several students for good.
    await eraseOn(await startApp({ device: 'Office PC', language }), made, ['Ada', 'Ben', 'Cleo']);
    await made.award('Ada', 1);
    await ask();
    await looks.at('erase-question', { of: page, forced: true, windows: [phone] });
    await question.getByRole('button', { name: t('sync:guard.keep') }).click();
    await question.waitFor({ state: 'hidden' });
    await preview.waitForList();
    await looks.at('erasure-refused', { of: page });
    looks.expectClean();
    expect((await app.call('student.list', { classId })).items.map(({ name }) => name)).toContain('Ada');
  });

  test(`what a class file that was put back asks, and what a list that was made anew could not take, look as they were seen to look in ${language}, light and dark (P5, C2, C4)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names.slice(0, 6), { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    // A page that nobody has touched yet cannot ask before it is left.
    app.expectProblems(/beforeunload/);
    await made.here('Li W', { name: 'Li Wei' });
    await app.call('student.delete', { classId, ids: [made.idOf('Chen Yu')] });
    const putBack = await keepFolder(made);
    await made.sync();
    // Somebody takes both back on the server, and then the disk of this PC is put back.
    await made.there('Li W', "name = 'Li W'");
    await made.there('Chen Yu', 'deleted_at = NULL');
    await made.sync();
    await putBack();
    const preview = new PreviewPage(app);
    await preview.open();
    await preview.row('Li Wei').first().click();
    await expect(preview.detail).toContainText(t('sync:detail.copied.why'));
    await looks.at('put-back-changed', { of: page, forced: true, windows: [phone] });
    await preview.row('Chen Yu').first().click();
    await expect(preview.detail.getByRole('heading', { level: 2 })).toContainText('Chen Yu');
    await looks.at('put-back-deleted', { of: preview.detail });

    // What is picked and not used yet, in the moment the question becomes another one.
    await preview.row('Li Wei').first().click();
    await preview.detail.locator('input[type=radio][value=server]').first().check();
    await made.there('Li W', "name = 'Li Wen'");
    await app.call('sync.preview', { classId, connectionId });
    const untaken = page.getByRole('alert').filter({ hasText: t('common:gotIt') });
    await expect(untaken).toContainText('Li Wei');
    await looks.at('not-taken', { of: page, windows: [phone] });
    looks.expectClean();
  });
}
