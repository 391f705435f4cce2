import { expect, type Locator } from '@playwright/test';
import type { PlanRowItem } from '../../../shared/contract/sync.ts';
import type { App } from './app.ts';
import type { Decision } from './conflict-set.ts';
import type { PreviewPage } from './preview-page.ts';
import { tabTo } from './tab-to.ts';

/** What a way of deciding has at hand. */
export interface Deciding {
  readonly app: App;
  readonly preview: PreviewPage;
  readonly rows: readonly PlanRowItem[];
  readonly decisions: readonly Decision[];
}

const keyOf = ({ table, key }: Pick<Decision, 'table' | 'key'>): string => JSON.stringify([table, key]);

/** Goes from question to question in its own way until every one was met, and answers it. */
async function eachQuestion(
  { preview, rows, decisions }: Deciding,
  way: {
    readonly step: () => Promise<void>;
    readonly at: string;
    readonly answer: (decision: Decision) => Promise<void>;
  },
): Promise<void> {
  const open = new Map(decisions.map((decision) => [keyOf(decision), decision]));
  for (let steps = 0; open.size > 0; steps += 1) {
    expect(steps, 'questions that cannot be reached').toBeLessThan(decisions.length * 4);
    await way.step();
    const ordinal = Number(await preview.grid.locator(way.at).getAttribute('data-key'));
    const row = rows.find((known) => known.ordinal === ordinal);
    const decision = row === undefined ? undefined : open.get(keyOf(row));
    if (row === undefined || decision === undefined) continue;
    await way.answer(decision);
    open.delete(keyOf(row));
    await expect(preview.grid.locator(`[data-key="${ordinal}"] [role=gridcell]`).last()).not.toContainText('decide');
  }
}

/** Decides with the keyboard alone: N, the letters, Enter, Tab, arrows. */
export async function decideByKeyboard(deciding: Deciding): Promise<void> {
  const { preview, app } = deciding;
  const { keyboard } = app.page;
  const press = async (element: Locator, key: string): Promise<void> => {
    await tabTo(element);
    await keyboard.press(key);
  };
  await tabTo(preview.grid, 80);
  await eachQuestion(deciding, {
    step: async () => {
      if (!(await preview.grid.evaluate((grid) => grid === document.activeElement))) await keyboard.press('Escape');
      await expect(preview.grid).toBeFocused();
      await keyboard.press('n');
    },
    at: '[data-active=true]',
    answer: async ({ choice, fields }) => {
      if (choice === 'skip') await keyboard.press('k');
      else if (choice === 'local') await keyboard.press('l');
      else if (choice === 'server' && fields === undefined && !(await isTwin(preview))) await keyboard.press('s');
      else {
        await keyboard.press('Enter');
        await fillPanel(preview, { choice, fields }, { check: checkByKey, type: typeByKey, press });
      }
    },
  });
}

/** Decides with the mouse alone: the buttons of the list and of the panel. */
export async function decideByMouse(deciding: Deciding): Promise<void> {
  const { preview, app } = deciding;
  await eachQuestion(deciding, {
    step: () => app.page.getByRole('button', { name: app.t('sync:list.next') }).click(),
    at: '[aria-current=true]',
    answer: async ({ choice, fields }) =>
      await fillPanel(
        preview,
        { choice, fields },
        {
          check: (radio) => radio.click(),
          type: (box, text) => box.fill(text),
          press: (button) => button.click(),
        },
      ),
  });
}

/** Whether the row that is shown is one of two records with the same number. */
async function isTwin(preview: PreviewPage): Promise<boolean> {
  return (await preview.detail.locator('input[type=radio][value=rename]').count()) > 0;
}

/** How a hand moves in the panel. */
interface Hand {
  readonly check: (radio: Locator) => Promise<void>;
  readonly type: (box: Locator, text: string) => Promise<void>;
  readonly press: (button: Locator, key: string) => Promise<void>;
}

async function checkByKey(radio: Locator): Promise<void> {
  const group = radio.locator('xpath=ancestor::*[@role="radiogroup"]');
  await tabTo(group.getByRole('radio').first());
  await radio.page().keyboard.press('Space');
  for (let presses = 0; !(await radio.isChecked()); presses += 1) {
    expect(presses).toBeLessThan(5);
    await radio.page().keyboard.press('ArrowDown');
  }
}

async function typeByKey(box: Locator, text: string): Promise<void> {
  await tabTo(box);
  await box.page().keyboard.type(text);
}

/** Answers the question of the panel that is open. */
async function fillPanel(
  preview: PreviewPage,
  { choice, fields }: Pick<Decision, 'choice' | 'fields'>,
  { check, type, press }: Hand,
): Promise<void> {
  const { detail } = preview;
  if (choice === 'skip') return await press(preview.later, 'Enter');
  if (choice === 'merge') {
    for (const [place, side] of Object.values(fields ?? {}).entries())
      await check(
        detail
          .getByRole('radiogroup')
          .nth(place)
          .locator(`input[value=${side === 'local' ? 'local' : 'server'}]`),
      );
  } else {
    const whole = preview.whole(choice === 'local' ? 'local' : 'server');
    if (choice !== 'rename' && (await whole.count()) > 0) return await press(whole, 'Enter');
    await check(detail.locator(`input[type=radio][value=${choice}]`));
  }
  const [typed] = Object.values(fields ?? {});
  if (typeof typed === 'object') await type(detail.getByRole('textbox'), typed.value ?? '');
  await press(preview.use, 'Enter');
}
