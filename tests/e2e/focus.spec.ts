import { expect, type Locator, type Page } from '@playwright/test';
import type { TestPostgres } from '../support/postgres.ts';
import type { App } from './support/app.ts';
import { goTo } from './support/go-to.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

/** Whether the focus comes to something on the page: dialogs and menus hand it back after they are gone. */
async function comesToRest(page: Page): Promise<boolean> {
  const isSomewhere = (): boolean =>
    !['BODY', 'HTML', undefined].includes(document.activeElement?.tagName) && document.hasFocus();
  return await page.waitForFunction(isSomewhere, undefined, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/** What acts on the page of a tangled class and notes after which actions the focus was lost. */
async function walker(startApp: (options: { device: string }) => Promise<App>, postgres: TestPostgres) {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const { page } = app;
  page.setDefaultTimeout(60_000);
  const lost: string[] = [];
  let last = 'the beginning';
  const look = async (): Promise<void> => {
    if (!(await comesToRest(page)) && !lost.includes(last)) lost.push(last);
  };
  return {
    app,
    page,
    lost,
    preview: new PreviewPage(app),
    after: async (what: string, act: () => Promise<unknown>): Promise<void> => {
      // What took the focus away after it had come to rest is found before anything else is done.
      if (last !== 'the beginning') await look();
      await act();
      last = what;
      await look();
    },
    button: (name: string): Locator => page.getByRole('button', { name, exact: true }),
    item: (name: string): Locator => page.getByRole('menuitem', { name, exact: true }),
  };
}

test('after every decision the focus is somewhere on the page, never lost to the document (keyboard, C1, C5, C6)', async ({
  startApp,
  postgres,
}) => {
  test.setTimeout(240_000);
  const { app, page, preview, lost, after, button, item } = await walker(startApp, postgres);
  const row = async (name: string): Promise<void> => await preview.row(name).locator('[data-record]').first().click();

  await goTo(page, app.t('common:nav.sync'));
  await after('opening the list', async () => {
    await page.getByRole('button', { name: 'What will change' }).focus();
    await page.keyboard.press('Enter');
    await preview.waitForList();
  });
  await preview.detail.waitFor();
  await after('using an answer', async () => {
    await preview.option('This PC').check();
    await preview.useAnswer();
  });
  await after('taking it back', () => button('Take back').click());
  await after('one side entirely', () => preview.whole('server').click());
  await after('Undo', () => button('Undo').click());
  await after('Undo until there is no more', async () => {
    await button('Undo').focus();
    for (let presses = 0; presses < 9; presses += 1) await page.keyboard.press('Enter');
    await expect(button('Undo')).toBeDisabled();
    // It says why there is no more, and keeps the focus.
    await expect(button('Undo')).toBeFocused();
  });
  await after('Redo', () => button('Redo').click());
  await after('keeping both', async () => {
    await row('Emil H');
    await button('Keep both as two').click();
  });
  await after('deciding later', async () => {
    await row('Greta');
    await preview.later.click();
  });
  await after('the menu of a row', async () => {
    await preview
      .row('Fritzi')
      .getByRole('button', { name: /Decision/ })
      .click();
    await item('Keep all of this PC').click();
  });
  await after('a tick', async () => await (await preview.bringInSight('Hanna')).getByRole('checkbox').click());
  await after(
    'a tick of what is undecided',
    async () => await (await preview.bringInSight('Nora')).getByRole('checkbox').click(),
  );
  await expect(preview.detail).toBeFocused();
  await after('the box of a part', async () => await (await preview.partInSight('Points')).click());
  await after('the box of all', () => preview.grid.getByRole('checkbox', { name: /all shown/ }).click());
  await after('closing the detail', () => button('Close the detail').click());
  await after('a decision about many', async () => {
    await page.getByRole('button', { name: /^Decide all/ }).click();
    await item("Merge; where both changed, this PC's").click();
    await expect(page.getByText(/this PC's first\./).first()).toBeVisible();
  });
  await after('taking it back beside its words', () => page.getByRole('button', { name: 'Undo' }).first().click());
  await after('closing what was said', async () => {
    await page.getByRole('button', { name: /^Decide all/ }).click();
    await item('Decide later').click();
    await button('Close').click();
  });
  await after('a filter', async () => {
    await button('Filter').click();
    await item('Students').click();
    await page.keyboard.press('Escape');
  });
  await after('taking the filter out', () => page.getByRole('button', { name: /^Category: Students/ }).click());
  await after('a number of the summary', () => preview.matrix.getByRole('button').first().click());
  await after('nothing found', async () => {
    await page.getByRole('searchbox').fill('nobody at all');
    await button('Show all').last().click();
  });
  await after('sorting', () => preview.grid.getByRole('button', { name: 'Record' }).click());
  await after('next question', () => button('Next undecided').click());
  await after('an export', async () => {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: /Print or export/ }).click();
    await page.getByRole('menuitem', { name: /CSV/ }).click();
    await saved;
  });
  expect(lost).toEqual([]);
});

test('after everything around a run the focus is somewhere on the page, never lost to the document (keyboard, P9, C9)', async ({
  startApp,
  postgres,
}) => {
  test.setTimeout(240_000);
  const { app, page, preview, lost, after, button, item } = await walker(startApp, postgres);
  await preview.open();
  await after('the keys', async () => {
    await button('Keys').click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  });
  await after('refreshing', async () => {
    await button('Refresh').click();
    await preview.waitForList();
  });
  await after('pull and replace', async () => {
    await page.getByRole('button', { name: /More$/ }).click();
    await page.getByRole('menuitem', { name: 'Pull and replace…' }).click();
    await page.getByRole('button', { name: /^Replace/ }).waitFor();
  });
  await after('asking before it replaces, and not', async () => {
    await page.getByRole('button', { name: /^Replace/ }).click();
    await page.getByRole('dialog').waitFor();
    await button('Cancel').click();
    await expect(page.getByRole('dialog')).toBeHidden();
  });
  await after('back to the list', async () => {
    await button('Back to what will change').click();
    await preview.waitForList();
  });
  await after('a run', async () => {
    await page.getByRole('button', { name: /^Decide all/ }).click();
    await item("Keep the server's").click();
    await expect(page.getByText(/kept as on the server\./).first()).toBeVisible();
    await preview.runButton('sync').click();
    const question = page.getByRole('dialog');
    await question.getByRole('checkbox').check();
    await question.getByRole('button', { name: 'Carry it out' }).click();
    await expect(preview.result).toBeVisible({ timeout: 30_000 });
  });
  await expect(preview.result).toBeFocused();
  await after('closing its result', () => preview.result.getByRole('button', { name: 'Got it' }).click());
  await after('the run in the history', async () => {
    await goTo(page, app.t('common:nav.sync'));
    await page.getByRole('grid', { name: 'History of syncs' }).getByRole('row').nth(1).click();
  });
  await after('undoing it', async () => {
    await button('Undo this sync').click();
    await page.getByRole('button', { name: /^Take back/ }).waitFor();
  });
  await page.goto(page.url().replace(/#.*/, '#/sync/bin'));
  await after('putting back', async () => {
    await page
      .getByRole('button', { name: /^Put it back/ })
      .first()
      .click();
    await expect(page.getByRole('status').filter({ hasText: 'is as it was' })).toBeVisible();
  });
  await after('removing from the bin', async () => {
    await page
      .getByRole('button', { name: /^Remove/ })
      .first()
      .click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Remove/ })
      .click();
    await expect(page.getByRole('dialog')).toBeHidden();
  });
  expect(lost).toEqual([]);
});
