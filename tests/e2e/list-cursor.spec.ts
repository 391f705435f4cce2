import { expect } from '@playwright/test';
import type { App } from './support/app.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

/*
 * Keys act on the row the keyboard is on, and the panel beside the list shows what is decided. If the two were ever about different rows, somebody would
 * decide about a student she does not see.
 */

/** Notes every picture in which the panel is about another row than the keyboard, from now on. */
async function watchBoth({ page }: App): Promise<void> {
  await page.evaluate(() => {
    const apart: string[] = [];
    const look = (): void => {
      const grid = document.querySelector('[role=grid]');
      const panel = document.querySelector<HTMLElement>('section[data-key]');
      const cursor = document.getElementById(grid?.getAttribute('aria-activedescendant') ?? '');
      const row = cursor?.closest<HTMLElement>('[role=row]') ?? null;
      // A row that is not drawn yet has no key: the panel shows it before the list does.
      if (panel === null || row === null || row.dataset['key'] === undefined) return;
      if (panel.dataset['key'] !== row.dataset['key']) apart.push(`${row.textContent} | ${panel.textContent}`);
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true });
    Object.assign(window, { apart });
  });
}

/** What was noted since. */
async function apart({ page }: App): Promise<unknown> {
  return await page.evaluate(() => Reflect.get(window, 'apart') as unknown);
}

/** Shows only what one entry of the filter menu keeps. */
async function onlyUndecided({ page }: App): Promise<void> {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Only undecided' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Questions: Only undecided. Show all' })).toBeVisible();
}

test('with only the questions shown, an answered one hands over to the next, for keys, panel and mouse alike (C1, C7, keyboard)', async ({
  startApp,
  postgres,
}) => {
  test.setTimeout(240_000);
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  const { page } = app;
  const { keyboard } = page;
  await preview.detail.waitFor();
  await onlyUndecided(app);
  await expect(preview.rows).toHaveCount(8);
  await watchBoth(app);
  const heading = preview.detail.getByRole('heading', { level: 2 });
  const names = await preview.rows.locator('[data-record]').allInnerTexts();
  const at = (place: number): string => names[place] ?? '';
  await preview.grid.focus();
  await expect(heading).toHaveText(at(0));

  // By key: the row goes, the next question is under the keyboard and in the panel.
  await keyboard.press('l');
  await expect(preview.rows).toHaveCount(7);
  await expect(heading).toHaveText(at(1));
  // N goes on from what is shown, and leaves none out on its way around.
  await keyboard.press('n');
  await expect(heading).toHaveText(at(2));
  await keyboard.press('Shift+N');
  await expect(heading).toHaveText(at(1));
  await keyboard.press('s');
  await expect(preview.rows).toHaveCount(6);
  await expect(heading).toHaveText(at(2));
  // A key that is held down decides nothing more.
  await keyboard.down('l');
  await expect(heading).toHaveText(at(3));
  await keyboard.down('l');
  await keyboard.down('l');
  await keyboard.up('l');
  await expect(preview.rows).toHaveCount(5);

  // By mouse in the panel; the second half of a double click is not for the next question.
  await preview.whole('local').dblclick();
  await expect(heading).toHaveText(at(4));
  await expect(preview.rows).toHaveCount(4);
  await expect(preview.detail).toBeFocused();
  // By the menu of a row that is not the one shown.
  await preview
    .row(at(6))
    .getByRole('button', { name: /Decision/ })
    .click();
  await expect(heading).toHaveText(at(6));
  await page.getByRole('menuitem', { name: 'Keep all of this PC' }).click();
  await expect(preview.rows).toHaveCount(3);
  await expect(preview.grid).toBeFocused();
  // What was decided is what was shown.
  await page.getByRole('button', { name: 'Questions: Only undecided. Show all' }).click();
  for (const [place, side] of [
    [0, 'this PC'],
    [1, 'server'],
    [2, 'this PC'],
    [3, 'this PC'],
    [6, 'this PC'],
  ] as const)
    await expect(preview.row(at(place)).first()).toContainText(side);
  await expect(page.getByText('3 of 8 conflicts left')).toBeVisible();
  expect(await apart(app)).toEqual([]);
});

test('the panel follows the keyboard through the whole list, its parts, sorting, searching and filtering (C7, F1, F2, F3)', async ({
  startApp,
  postgres,
}) => {
  test.setTimeout(240_000);
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  const { page } = app;
  const { keyboard } = page;
  await preview.detail.waitFor();
  await watchBoth(app);
  const active = preview.grid.locator('[role=row][data-active=true]');
  await preview.grid.focus();
  await keyboard.press('Home');
  const lines = Number(await preview.grid.getAttribute('aria-rowcount')) - 1;
  for (let line = 1; line < lines; line += 1) await keyboard.press('ArrowDown');
  const bothKeys = async () => [await active.getAttribute('data-key'), await preview.detail.getAttribute('data-key')];
  await expect.poll(async () => new Set(await bothKeys()).size).toBe(1);
  // The head of a part has no detail.
  while ((await active.getAttribute('data-section')) !== 'true') await keyboard.press('ArrowUp');
  await expect(preview.detail).toBeHidden();
  for (const key of ['PageUp', 'End', 'Home', 'PageDown', 'Shift+N', 'n']) await keyboard.press(key);
  const search = page.getByLabel('Search changes by name, number or initials');
  for (const typed of ['zs', 'nora', 'h', '']) {
    await search.fill(typed);
    await expect(preview.grid.locator('[aria-busy=true]')).toHaveCount(0);
    await preview.grid.focus();
    for (const key of ['ArrowDown', 'n']) await keyboard.press(key);
  }
  for (const column of ['Record', 'Change', 'Record']) {
    await preview.grid.getByRole('button', { name: column }).click();
    await preview.rows.nth(2).click();
    await keyboard.press('ArrowUp');
  }
  // A search that finds nothing closes the panel: no key has anything to act on.
  await search.fill('nobody at all');
  await expect(preview.rows).toHaveCount(0);
  await expect(preview.detail).toBeHidden();
  await preview.grid.focus();
  await keyboard.press('l');
  await search.fill('');
  await expect(preview.detail).toBeVisible();
  await expect(page.getByText('8 of 8 conflicts left')).toBeVisible();
  // Chosen rows that a filter hides are chosen no more.
  await onlyUndecided(app);
  await expect(preview.rows).toHaveCount(8);
  await preview.grid.focus();
  await keyboard.press('Home');
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('l');
  await expect(preview.rows).toHaveCount(6);
  await expect(preview.grid.locator('[aria-selected=true]')).toHaveCount(0);
  await keyboard.press('s');
  await expect(preview.rows).toHaveCount(5);
  expect(await apart(app)).toEqual([]);
});

test('P1: whoever is at a question stays at it when another list takes the place of this one, and no key meant for a question that is gone answers another', async ({
  startConnected,
}) => {
  const names = ['Chen Yu', 'Li W', 'Wang Fang'];
  const made = await startConnected(names);
  const { app, classId, connectionId } = made;
  for (const name of names) {
    await made.here(name, { name: `${name} H` });
    await made.there(name, `name = '${name} S'`);
  }
  const preview = new PreviewPage(app);
  await preview.open();
  const { page, t } = app;
  const { keyboard } = page;
  const heading = preview.detail.getByRole('heading', { level: 2 });
  await expect(heading).toBeVisible();
  await preview.grid.focus();
  await keyboard.press('n');
  const second = await preview.rows.locator('[data-record]').nth(1).innerText();
  await expect(heading).toHaveText(second);
  /** Another window, or the command line, compares afresh. */
  const compareElsewhere = async (): Promise<void> => {
    await app.call('sync.preview', { classId, connectionId });
    await expect(page.getByText(t('sync:bulk.anew')).first()).toBeVisible();
  };
  await compareElsewhere();
  await expect(heading).toHaveText(second);
  await keyboard.press('l');
  await expect(page.getByText('2 of 3 conflicts left')).toBeVisible();
  await expect(preview.row(second)).toContainText(t('sync:decision.local'));
  await keyboard.press('n');
  await expect(heading).not.toHaveText(second);
  const third = await heading.innerText();
  // What she looks at is settled on the server meanwhile.
  await made.there(third.replace(/ H$/, ''), `name = '${third}'`);
  await compareElsewhere();
  await expect(preview.row(third)).toBeHidden();
  await keyboard.press('s');
  await keyboard.press('ArrowDown');
  await expect(page.getByText('1 of 2 conflicts left')).toBeVisible();
  await expect(preview.row(second)).toContainText(t('sync:decision.local'));
});

test('Home and End lead to the ends of a list that was scrolled away from the row of the keyboard, and it stays there (keyboard)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  const { keyboard } = app.page;
  const place = preview.grid;
  /** Where the list stands once nothing moves any more: the same in ten pictures one after the other. */
  const settled = async (): Promise<'top' | 'bottom' | 'between'> =>
    await place.evaluate(async (grid) => {
      for (let still = 0, last = -1; still < 10; still = grid.scrollTop === last ? still + 1 : 0) {
        last = grid.scrollTop;
        await new Promise((drawn) => requestAnimationFrame(drawn));
      }
      if (grid.scrollTop === 0) return 'top';
      return grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1 ? 'bottom' : 'between';
    });
  const scrollTo = async (end: 'top' | 'bottom'): Promise<void> => {
    await place.evaluate((grid, at) => void (grid.scrollTop = at === 'top' ? 0 : grid.scrollHeight), end);
    expect(await settled()).toBe(end);
  };
  await place.focus();
  for (let round = 0; round < 5; round += 1) {
    await keyboard.press('Home');
    for (let down = 0; down < 3 + round; down += 1) await keyboard.press('ArrowDown');
    await scrollTo('bottom');
    await keyboard.press('Home');
    expect(await settled(), `Home, ${round}`).toBe('top');
    await keyboard.press('End');
    for (let up = 0; up < 3 + round; up += 1) await keyboard.press('ArrowUp');
    await scrollTo('top');
    await keyboard.press('End');
    expect(await settled(), `End, ${round}`).toBe('bottom');
  }
  // Also where the list gets lower in the same picture, as beside what a row leaves to say.
  for (const [key, from, to] of [
    ['Home', 'bottom', 'top'],
    ['End', 'top', 'bottom'],
  ] as const) {
    await scrollTo(from);
    await place.evaluate((grid, pressed) => {
      grid.dispatchEvent(new KeyboardEvent('keydown', { key: pressed, bubbles: true, cancelable: true }));
      Object.assign((grid as HTMLElement).style, { flex: 'none', height: `${grid.clientHeight - 40}px` });
    }, key);
    expect(await settled(), `${key}, and lower`).toBe(to);
    await place.evaluate((grid) => Object.assign((grid as HTMLElement).style, { flex: '', height: '' }));
  }
});
