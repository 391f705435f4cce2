import { expect, type Locator } from '@playwright/test';
import type { ConnectedClass } from './support/connected-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang'];

/** The list of changes of a class of which every name was changed on both sides. */
async function openQuestions(made: ConnectedClass): Promise<PreviewPage> {
  for (const name of names) {
    await made.here(name, { name: `${name} here` });
    await made.there(name, 'name = $2', `${name} there`);
  }
  const preview = new PreviewPage(made.app);
  await preview.open();
  return preview;
}

test('the menu for many that was opened by key is closed once something of it was picked by key, and its button has the focus (C5, keyboard)', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const preview = await openQuestions(made);
  const pick = async (button: Locator, words: string): Promise<void> => {
    await button.focus();
    await page.keyboard.press('Enter');
    const item = page.getByRole('menuitem', { name: words });
    await expect(item).toBeVisible();
    await expect(async () => {
      await page.keyboard.press('ArrowDown');
      await expect(item).toBeFocused({ timeout: 100 });
    }).toPass();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem')).toHaveCount(0);
  };
  const left = (count: number) => page.getByText(t('sync:list.left', { count, total: 3 }), { exact: true });

  for (const [rule, count] of [
    ['merge-local', 0],
    ['reset', 3],
    ['server', 0],
  ] as const) {
    await pick(preview.decideMany, t(`sync:bulk.rule.${rule}`));
    await expect(left(count)).toBeVisible();
    await expect(preview.decideMany).toBeFocused();
  }
});

test('keys pressed faster than the menu for many opens are the menu’s, and it stays about the chosen rows (C5, keyboard)', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const preview = await openQuestions(made);
  await preview.grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(preview.decideMany).toHaveText(t('sync:bulk.open.marked', { count: 2 }));
  // Nobody waits for the menu: sent at once, most of them come before it has the focus.
  await Promise.all(['m', 'ArrowDown', 'ArrowDown', 'Enter'].map((key) => page.keyboard.press(key)));
  await expect(page.getByText(t('sync:list.left', { count: 1, total: 3 }), { exact: true })).toBeVisible();
  await expect(page.getByRole('menuitem')).toHaveCount(0);
  await expect(preview.grid).toBeFocused();
});
