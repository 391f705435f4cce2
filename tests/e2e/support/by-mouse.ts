import { expect, type Locator } from '@playwright/test';
import type { PlanRowItem } from '../../../shared/contract/sync.ts';
import type { Random } from '../../simulation/random.ts';
import type { App } from './app.ts';
import { fillPanel } from './fill-panel.ts';
import type { Hands, PanelHand } from './hands.ts';
import type { PreviewPage } from './preview-page.ts';

const panelHand: PanelHand = {
  check: (radio) => radio.click(),
  type: (box, text) => box.fill(text),
  press: (button) => button.click(),
};

/** Uses the list with the mouse alone: lines, boxes, menus, buttons of the list and of the panel, whichever the numbers say. `rows`: the list, in its order. */
export function byMouse(app: App, preview: PreviewPage, rows: readonly PlanRowItem[], random: Random): Hands {
  const { page, t } = app;
  const { grid } = preview;
  const order = rows.map(({ ordinal }) => String(ordinal));
  const lineOf = async ({ ordinal }: PlanRowItem): Promise<Locator> => {
    await wheelTo(preview, String(ordinal), order);
    return grid.locator(`[role=row][data-key="${ordinal}"]`);
  };
  /** Picks from the menu in the last cell of a line. */
  const fromMenu = async (row: PlanRowItem, word: 'local' | 'server' | 'both' | 'skip' | 'reset'): Promise<void> => {
    const line = await lineOf(row);
    await line.getByRole('gridcell').last().getByRole('button').click();
    await page.getByRole('menuitem', { name: t(`sync:decision.menu.${word}`), exact: true }).click();
  };
  return {
    goTo: async (row) => {
      const line = await lineOf(row);
      await line.locator('[data-record]').first().click();
      await preview.detailOf(row.ordinal).waitFor();
    },
    answer: async (row, choice) => {
      const word = menuWord(row, choice.choice);
      if (word !== null && random(2) === 0) return await fromMenu(row, word);
      await fillPanel(preview, row, choice, panelHand);
    },
    say: async (row, word) => {
      if (word === 'tick') return await (await lineOf(row)).getByRole('checkbox').click();
      if (word === 'reset') return await fromMenu(row, 'reset');
      // It is put off already, and no button offers it again.
      if ((await preview.later.count()) === 0) {
        const put = (await lineOf(row)).getByRole('gridcell').last().getByRole('button');
        if ((await put.textContent()) === t('sync:decision.skip')) return;
        return await fromMenu(row, 'skip');
      }
      await preview.later.click();
    },
    choose: async (some) => {
      const [first] = some;
      const last = some.at(-1);
      if (first === undefined || last === undefined) return;
      await (await lineOf(first)).locator('[data-record]').first().click();
      await (
        await lineOf(last)
      )
        .locator('[data-record]')
        .first()
        .click({ modifiers: ['Shift'] });
    },
    sayMany: async ({ rule }) => {
      await preview.decideMany.click();
      const words = rule === 'tick' ? t('sync:bulk.tick') : t(`sync:bulk.rule.${rule}`);
      await page.getByRole('menuitem', { name: words }).click();
    },
    chooseNone: async () => {
      await preview.decideMany.click();
      await page.getByRole('menuitem', { name: t('sync:bulk.none') }).click();
    },
    step: async (direction) => await preview.stepButton(direction).click(),
    run: async () => await preview.runButton('sync').click(),
    agree: async (go) => {
      const question = page.getByRole('dialog');
      await question.getByRole('checkbox', { name: t('sync:guard.checked') }).click();
      await question.getByRole('button', { name: go }).click();
    },
  };
}

function menuWord({ conflict }: PlanRowItem, choice: string): 'local' | 'server' | 'both' | null {
  if (conflict === 'same-identity') return choice === 'server' ? 'both' : null;
  return choice === 'local' || choice === 'server' || choice === 'both' ? choice : null;
}

/** Turns the wheel over the list, as far as the line seems to be away, until it is there: only lines in sight, and their neighbours, are in the page. */
async function wheelTo({ grid, page }: PreviewPage, wanted: string, order: readonly string[]): Promise<void> {
  const line = grid.locator(`[role=row][data-key="${wanted}"]`);
  for (let turns = 0; (await line.count()) === 0; turns += 1) {
    expect(turns, `the wheel does not lead to row ${wanted}`).toBeLessThan(100);
    const { key, height } = await grid.evaluate(lineInMiddle);
    // A turn that was not taken yet, or the head of a part in the middle, only makes the next one another one.
    const away = key === null ? 1 : order.indexOf(wanted) - order.indexOf(key);
    await grid.hover({ position: { x: 200, y: 120 } });
    await page.mouse.wheel(0, away * height);
  }
  await line.scrollIntoViewIfNeeded();
}

/** The row in the middle of the lines that are in the page once what was scrolled to is drawn, null where there is none, and how high its line is. */
async function lineInMiddle(node: Element): Promise<{ readonly key: string | null; readonly height: number }> {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const lines = [...node.querySelectorAll<HTMLElement>('[role=row][data-key][data-kind]')];
  const middle = lines[Math.floor(lines.length / 2)];
  return { key: middle?.dataset['key'] ?? null, height: middle?.offsetHeight ?? node.clientHeight / 2 };
}
