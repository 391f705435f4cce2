import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import type { ConnectedClass } from './support/connected-class.ts';
import { Looks, phone, type Window } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

/*
 * How the list of changes looks as a whole, in windows from a phone to a desk. Its states one by one are looked at in the tests of accessibility, with the same
 * `Looks`: a state that is looked at is also asked about, and the other way round.
 */

const names = ['Li W', 'Wang Fang', 'Chen Yu', '欧阳娜娜', 'Zhao Lei', 'Sun Li'];

const windows: readonly Window[] = [
  { name: 'touch-board', width: 1024, height: 768 },
  phone,
  { name: 'zoomed', width: 320, height: 800 },
];

/** Brings about everything a list of changes can ask. */
async function makeScene(made: ConnectedClass): Promise<void> {
  const { app, classId } = made;
  await made.here('Li W', { name: 'Li Wei', number: '7' });
  await made.there('Li W', "name = 'Li Wen', number = '8'");
  await made.here('Wang Fang', { name: 'Wang Fangfang' });
  await made.there('Wang Fang', 'deleted_at = now()');
  await app.call('student.delete', { classId, ids: [made.idOf('Sun Li')] });
  await made.award('Chen Yu', 2);
  await made.there('Zhao Lei', "note = 'left-handed'");
  await app.call('student.add', { classId, students: [{ name: 'Qian Jia', number: '30' }] });
  await made.addThere('Qian Yi', '30');
}

// Parallel by language, with axe on every state in both themes and in the colours of the system alone.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages) {
  test(`the list of changes looks as it was seen to look, from the small sheet to the result of a run, on a desk, a board and a phone (${language}, light, dark and forced colours)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    await makeScene(made);
    const { page, t } = made.app;
    const looks = new Looks(made.app, testInfo);
    await new SyncPage(made.app).badge.getByRole('button').click();
    const sheet = page.getByRole('dialog');
    const toList = sheet.getByRole('button', { name: t('sync:sheet.toList') });
    await toList.waitFor();
    await looks.at('sheet', { of: sheet, forced: true });
    await toList.click();

    const preview = new PreviewPage(made.app);
    await preview.waitForList();
    await preview.row('Li Wei').click();
    await preview.detail.waitFor();
    await preview.detail.locator('input[type=radio][value=local]').first().check();
    await looks.at('both-changed', { of: page, forced: true, windows });
    await preview.row('Wang Fangfang').click();
    await expect(preview.detail).toContainText('Wang Fang');
    await looks.at('deleted-there', { of: preview.detail, forced: true });
    await preview.row('Qian Jia').click();
    await expect(preview.detail).toContainText('Qian Yi');
    await looks.at('same-number', { of: preview.detail, forced: true });
    await preview.run('sync');
    // Not on a button that says why it is off.
    await page.mouse.move(0, 0);
    await looks.at('result', { of: page, windows: [phone] });
    looks.expectClean();
  });
}
