import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { holdNews } from './support/held-line.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

const names = ['Ada Park', 'Chen Yu', 'Li W', 'Wang Fang', 'Zhao Min'];

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`what is said of a decision, an undo and a redo that were not taken, because the list was made anew in that moment, looks as it was seen to look in ${language}, light and dark (P5, C6)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    for (const name of names) {
      await made.here(name, { name: `${name} H` });
      await made.there(name, `name = '${name} S'`);
    }
    const news = await holdNews(page);
    await page.reload();
    const preview = new PreviewPage(app);
    await preview.open();
    const untaken = page.getByRole('alert').filter({ hasText: t('common:gotIt') });
    const left = (count: number) =>
      page.getByText(t('sync:list.left', { count, total: names.length }), { exact: true });
    /** Does something in the moment another program makes the list again, which the page hears too late. */
    const meanwhile = async (act: () => Promise<void>): Promise<void> => {
      news.hold();
      await app.call('sync.preview', { classId, connectionId });
      await act();
      news.letGo();
    };
    const gotIt = async (): Promise<void> => {
      await untaken.getByRole('button', { name: t('common:gotIt') }).click();
      await expect(untaken).toHaveCount(0);
    };
    const decideAll = async (): Promise<void> => {
      await preview.decideMany.click();
      // Behind the words may be a key.
      await page
        .getByRole('menuitem', { name: t('sync:bulk.rule.local') })
        .first()
        .click();
    };

    // About all that ask, whatever they are: nobody has read each of them.
    await expect(left(5)).toBeVisible();
    await meanwhile(decideAll);
    await expect(untaken).toContainText(t('sync:untaken.many'));
    await page.mouse.move(0, 0);
    await looks.at('many-not-taken', { of: page, windows: [phone] });
    await gotIt();

    // About several that were chosen, each of which asks something else by now.
    await preview.recordNamed('Ada Park H').click();
    await preview.grid.focus();
    for (let chosen = 1; chosen < names.length - 1; chosen += 1) await page.keyboard.press('Shift+ArrowDown');
    for (const name of names) await made.there(name, `name = '${name} T'`);
    await meanwhile(decideAll);
    await expect(untaken).toContainText('Ada Park H');
    await page.mouse.move(0, 0);
    await looks.at('chosen-not-taken', { of: page, forced: true, windows: [phone] });
    await gotIt();

    await preview.recordNamed('Chen Yu H').click();
    await preview.whole('local').click();
    await expect(left(4)).toBeVisible();
    await preview.grid.focus();
    await meanwhile(async () => await page.keyboard.press('Control+z'));
    await expect(untaken).toContainText(t('sync:untaken.undo'));
    await looks.at('undo-not-taken', { of: page, windows: [phone] });
    await gotIt();
    await preview.grid.focus();
    await page.keyboard.press('Control+z');
    await expect(left(5)).toBeVisible();
    await meanwhile(async () => await page.keyboard.press('Control+y'));
    await expect(untaken).toContainText(t('sync:untaken.redo'));
    await looks.at('redo-not-taken', { of: untaken });
    await gotIt();

    // One that was decided and one that was picked, of which both sides say something else meanwhile.
    await preview.recordNamed('Li W H').click();
    await preview.detail.locator('input[type=radio][value=server]').first().check();
    await preview.recordNamed('Chen Yu H').click();
    await expect(preview.detail.getByRole('heading', { level: 2 })).toHaveText('Chen Yu H');
    for (const name of ['Chen Yu', 'Li W']) await made.there(name, `name = '${name} U'`);
    await meanwhile(async () => await preview.whole('local').click());
    await expect(untaken).toContainText(t('sync:untaken.decided', { records: 'Chen Yu H' }));
    await expect(untaken).toContainText(t('sync:untaken.picked', { records: 'Li W H' }));
    await page.mouse.move(0, 0);
    await looks.at('two-not-taken', { of: page, forced: true, windows: [phone] });
    looks.expectClean();
  });
