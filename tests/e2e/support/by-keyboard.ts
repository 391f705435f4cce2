import { expect, type Locator, type Page } from '@playwright/test';
import type { PlanRowItem } from '../../../shared/contract/sync.ts';
import type { App } from './app.ts';
import { fillPanel } from './fill-panel.ts';
import type { Hands, PanelHand } from './hands.ts';
import type { PreviewPage } from './preview-page.ts';
import { tabTo } from './tab-to.ts';

const panelHand: PanelHand = {
  check: async (radio) => {
    const { keyboard } = radio.page();
    const group = radio.locator('xpath=ancestor::*[@role="radiogroup"]');
    for (let presses = 0; !(await holdsFocus(group)); presses += 1) {
      expect(presses, 'radios that Tab does not lead to').toBeLessThan(40);
      await keyboard.press('Tab');
    }
    await keyboard.press('Space');
    for (let presses = 0; !(await radio.isChecked()); presses += 1) {
      expect(presses, 'a radio the arrows do not lead to').toBeLessThan(6);
      await keyboard.press('ArrowDown');
    }
  },
  type: async (box, text) => {
    const { keyboard } = box.page();
    await tabTo(box);
    await keyboard.press('Control+a');
    if (text === '') await keyboard.press('Delete');
    else await keyboard.type(text);
  },
  press: async (button) => {
    await tabTo(button);
    await button.page().keyboard.press('Enter');
  },
};

async function holdsFocus(place: Locator): Promise<boolean> {
  return await place.evaluate((node) => node.contains(document.activeElement));
}

const letters = { local: 'l', server: 's', both: 'b', later: 'k', reset: 'Backspace', tick: ' ' } as const;

/** Uses the list with the keyboard alone: arrows, letters, Enter, Tab, menus. `rows`: the list, in its order. */
export function byKeyboard(app: App, preview: PreviewPage, rows: readonly PlanRowItem[]): Hands {
  const { page, t } = app;
  const { keyboard } = page;
  const { grid } = preview;
  const toGrid = async (): Promise<void> => {
    if (await isFocused(grid)) return;
    // From the panel.
    await keyboard.press('Escape');
    if (!(await isFocused(grid))) await tabTo(grid, 80);
  };
  const goTo = async (row: PlanRowItem): Promise<void> => {
    await toGrid();
    const wanted = rows.indexOf(row);
    let key = 'ArrowDown';
    for (let tries = 0; ; tries += 1) {
      expect(tries, `a row the arrows do not lead to: ${row.label}`).toBeLessThan(30);
      // On a busy PC the row the last keys led to is drawn later than they were pressed: from the one before they would be counted again, too far.
      await drawn(page);
      const at = await activeRow(grid, rows);
      if (at === wanted) return;
      // From the head of a part it goes on as it went.
      if (at >= 0) key = at < wanted ? 'ArrowDown' : 'ArrowUp';
      const presses = at < 0 ? 1 : Math.abs(wanted - at);
      await hold(page, key, presses);
    }
  };
  return {
    goTo,
    answer: async (row, choice) => {
      const letter = letterFor(row, choice.choice);
      if (letter !== null) return await keyboard.press(letter);
      await keyboard.press('Enter');
      await preview.detailOf(row.ordinal).waitFor();
      await fillPanel(preview, row, choice, panelHand);
    },
    say: async (_row, word) => await keyboard.press(letters[word]),
    choose: async (some) => {
      const [first] = some;
      const last = some.at(-1);
      if (first === undefined || last === undefined) return;
      await goTo(first);
      await extendTo(preview, rows, last);
    },
    sayMany: async ({ rows: about, rule }) => {
      if (about !== 'undecided' && rule in letters) return await keyboard.press(letters[rule as keyof typeof letters]);
      if (about === 'undecided') {
        for (let presses = 0; !(await isFocused(preview.decideMany)); presses += 1) {
          expect(presses, 'Shift+Tab does not lead to the menu for many').toBeLessThan(40);
          await keyboard.press('Shift+Tab');
        }
        await keyboard.press('Enter');
      } else await keyboard.press('m');
      await pickInMenu(app, t(`sync:bulk.rule.${rule === 'tick' ? 'later' : rule}`));
    },
    chooseNone: async () => {
      await toGrid();
      await keyboard.press('Escape');
    },
    step: async (direction) => {
      await toGrid();
      await keyboard.press(direction === 'undo' ? 'Control+z' : 'Control+y');
    },
    run: async () => {
      await toGrid();
      await keyboard.press('Control+Enter');
    },
    agree: async (go) => await agreeByKey(app, go),
  };
}

/** Answers the last question before a list is carried out with the keyboard alone: says that it was looked at, where that is asked, and presses the button of that name. */
export async function agreeByKey({ page }: App, go: string): Promise<void> {
  const question = page.getByRole('dialog');
  const button = question.getByRole('button', { name: go, exact: true });
  const box = question.getByRole('checkbox');
  await button.waitFor();
  if ((await box.count()) > 0) {
    await expect(box).not.toBeChecked();
    await expect(button).toBeDisabled();
    await tabTo(box);
    await page.keyboard.press('Space');
    await expect(box).toBeChecked();
  }
  await expect(button).toBeEnabled();
  await tabTo(button);
  await page.keyboard.press('Enter');
  await question.waitFor({ state: 'hidden' });
}

/** Holds a key down until it has come so often. */
async function hold({ keyboard }: Page, key: string, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => keyboard.down(key)));
  await keyboard.up(key);
}

async function isFocused(element: Locator): Promise<boolean> {
  return await element.evaluate((node) => node === document.activeElement);
}

/** The key that answers a question by itself; null where the panel does. */
function letterFor({ conflict }: PlanRowItem, choice: string): string | null {
  if (conflict === 'same-identity') return choice === 'server' ? letters.both : null;
  return choice === 'local' || choice === 'server' || choice === 'both' ? letters[choice] : null;
}

/** Chooses from the row it is at to another one below; whoever pressed once too often goes back. */
async function extendTo({ grid, page }: PreviewPage, rows: readonly PlanRowItem[], last: PlanRowItem): Promise<void> {
  const wanted = rows.indexOf(last);
  let key = 'Shift+ArrowDown';
  for (let presses = 0; ; presses += 1) {
    expect(presses, `a row Shift and the arrows do not lead to: ${last.label}`).toBeLessThan(40);
    // A line that comes into sight is drawn a moment after the key.
    await grid.locator('[role=row][data-active=true]').waitFor();
    const at = await activeRow(grid, rows);
    if (at === wanted) return;
    if (at >= 0) key = at < wanted ? 'Shift+ArrowDown' : 'Shift+ArrowUp';
    await page.keyboard.press(key);
  }
}

/** The place of the row the list is at; -1 on the head of a part, and where it is not drawn. */
async function activeRow(grid: Locator, rows: readonly PlanRowItem[]): Promise<number> {
  const active = await grid.evaluate(
    (node) => node.querySelector('[role=row][data-active=true]')?.getAttribute('data-key') ?? null,
  );
  return active === null ? -1 : rows.findIndex(({ ordinal }) => String(ordinal) === active);
}

/** Waits until what the last keys did is on the screen. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    async () => await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))),
  );
}

/** Goes to an entry of the menu that is open with the arrows, and picks it. */
export async function pickInMenu({ page }: App, words: string): Promise<void> {
  const item = page.getByRole('menuitem', { name: words });
  await expect(item).toBeVisible();
  for (let presses = 0; !(await isFocused(item)); presses += 1) {
    expect(presses, `an entry of the menu the arrows do not lead to: ${words}`).toBeLessThan(30);
    await page.keyboard.press('ArrowDown');
    // The focus follows in the next picture; two keys within one would pass an entry over, which nobody can press.
    await drawn(page);
  }
  await page.keyboard.press('Enter');
  await expect(item).toBeHidden();
}
