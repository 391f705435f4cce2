import { expect, type Locator } from '@playwright/test';
import { formula, makeHostile, names, reordered, reorderedShown, script } from './support/hostile-class.ts';
import { askReplace, openLastRun, openUndo } from './support/own-lists.ts';
import { PreviewPage } from './support/preview-page.ts';
import { saveList } from './support/save-list.ts';
import { connectionTo } from './support/shared-class.ts';
import { faults, invisible } from './support/shown-truly.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const looks = [
  { language: 'en', colorScheme: 'dark' },
  { language: 'zh-CN', colorScheme: 'light' },
] as const;

test.describe.configure({ timeout: 180_000 });

for (const { language, colorScheme } of looks)
  test(`a hostile class shows as text, runs nothing and hides nothing on the sheet, in questions, in lists of their own, on paper, on the page of a sync and in the bin (${language}, ${colorScheme})`, async ({
    startConnected,
    postgres,
  }, testInfo) => {
    const made = await startConnected(names, { language, colorScheme });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const preview = new PreviewPage(app);
    const question = page.getByRole('dialog');
    const printed = page.getByTestId('printed-plan');
    const found: Record<string, readonly string[]> = {};
    /** What is wrong with a place once it says `words`, which are data, as text. */
    const look = async (place: string, part: Locator, words = reorderedShown): Promise<void> => {
      await expect(part).toContainText(words);
      await page.screenshot({ path: testInfo.outputPath(`${place}.png`) });
      const wrong = await faults(page);
      if (wrong.length > 0) found[place] = wrong;
    };
    /** Every row that can be looked at on its own, one after the other. */
    const lookAtRows = async (place: string, rows: readonly string[]): Promise<void> => {
      for (const row of rows) {
        await (await preview.bringInSight(row)).click();
        await preview.detail.waitFor();
        await look(`${place}: ${row.replaceAll(/\W/gu, '')}`, preview.detail, row);
      }
    };
    const print = async (place: string): Promise<void> => {
      await page.evaluate(() => Object.assign(window, { print: () => {} }));
      await page.getByRole('button', { name: t('sync:export.label') }).click();
      await page.getByRole('menuitem', { name: t('sync:export.print') }).click();
      await page.emulateMedia({ media: 'print', colorScheme });
      await expect(printed).toBeVisible();
      await look(place, printed);
      // A sheet of A4 is so wide, at 96 pixels an inch.
      await page.setViewportSize({ width: 794, height: 1123 });
      await look(`${place}, A4`, printed, script);
      await page.setViewportSize({ width: 1366, height: 768 });
      await page.emulateMedia({ media: null, colorScheme });
      await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
      await expect(printed).not.toBeAttached();
    };
    const go = async (place: string): Promise<void> => {
      await page.goto(`${app.shell.origin}/#/${place}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    };
    const toList = async (): Promise<void> => {
      await app.call('sync.preview', { classId, connectionId });
      await go(`sync/preview/${connectionId}`);
      await preview.waitForList();
    };
    const other = {
      ...connectionTo(await postgres.createDatabase()),
      name: `Home ${reordered}`,
      mode: 'push-only',
    } as const;
    await app.call('connection.add', { classId, connection: other });
    await makeHostile(made);

    await go('class');
    await page.getByRole('button', { name: t('common:switcher.label', { name: `5B ${reorderedShown}` }) }).click();
    await page.getByRole('menuitem', { name: t('common:quit.entry') }).click();
    const stay = question.getByRole('button', { name: t('common:quit.stay') });
    await stay.waitFor();
    await look('close question', page.locator('body'));
    await stay.click();
    await question.waitFor({ state: 'hidden' });

    await toList();
    const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
    await new SyncPage(app).badge.getByRole('button').click();
    await sheet.getByText(t('sync:sheet.asksSome')).waitFor();
    await look('sheet', page.locator('body'));
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await lookAtRows('list', [reorderedShown, formula, script, '\\u{200b}', '__proto__']);
    await print('printed list');

    for (const asks of ['Six here', formula]) {
      await preview.row(asks).first().click();
      await preview.pick(t('sync:side.server'));
      await preview.useAnswer();
    }
    await preview.run('sync');
    await expect(preview.bothSame).toBeVisible();

    await openLastRun(made);
    await page
      .getByRole('grid', { name: t('sync:history.rows') })
      .getByText(script)
      .first()
      .waitFor();
    await look('run page', page.locator('#main'));
    const csv = await saveList(app, 'csv');
    expect(csv).toContain('__proto__');
    expect(csv).toContain(reorderedShown);
    expect(csv).not.toMatch(/(^|[,\n])"?[=+@-]/);
    expect(csv).not.toMatch(invisible);
    const json = await saveList(app, 'json');
    expect(json).not.toMatch(invisible);
    expect(JSON.parse(json)).toMatchObject({ rows: expect.any(Array) });
    // What programs read is what the names are.
    expect(JSON.stringify(JSON.parse(json))).toContain(reordered);
    await print('printed run');

    // The value that lost and the one that is in force both mean harm.
    await go('sync/bin');
    const bin = page.getByRole('grid', { name: t('sync:bin.title') });
    const lost = bin.getByRole('row').filter({ hasText: formula });
    await look('bin', lost);
    await lost.getByText(formula).first().click();
    await look('lost value', question, script);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    await lost.getByRole('button').last().click();
    await question.waitFor();
    await look('forget question', page.locator('body'));
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });

    await openLastRun(made);
    await openUndo(app);
    await look('undo list', preview.grid);
    await lookAtRows('undo list', [reorderedShown, formula, script]);
    await print('printed undo list');
    const undo = page.getByRole('button', {
      name: new RegExp(`^${t('sync:undo.run', { count: 0 }).split('0')[0]}\\s?\\d`, 'u'),
    });
    await undo.last().click();
    await question.getByRole('region', { name: t('sync:undo.undoneLabel') }).waitFor();
    await look('undo question', question);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });

    await made.here('One', { name: `${formula} ${reordered}`, note: script });
    await toList();
    await askReplace(app);
    await preview.waitForList();
    await look('replace list', preview.grid);
    await lookAtRows('replace list', [reorderedShown]);
    const replace = page.getByRole('button', { name: t('sync:replace.run', { count: 1 }), exact: true });
    await replace.last().click();
    await question.getByRole('listitem').first().waitFor();
    await look('replace question', question, `Home ${reorderedShown}`);
    expect(found).toEqual({});
  });
