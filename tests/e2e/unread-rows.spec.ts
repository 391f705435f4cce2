import { expect } from '@playwright/test';
import { ConnectedClass } from './support/connected-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

/* Whoever is quick presses a key on a row that the list has not read yet: it must not get lost, and not come to be about another row. */

test('keys pressed on a row that is still being read are about that row once it is there (C7, keyboard)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const names = Array.from({ length: 48 }, (_none, place) => `Student ${String(place + 1).padStart(2, '0')}`);
  const made = await ConnectedClass.make(app, postgres, names);
  for (const name of names) {
    await made.here(name, { name: `${name} H` });
    await made.there(name, 'name = $2', `${name} S`);
  }
  const preview = new PreviewPage(app);
  await preview.open();
  const { page } = app;
  await expect(page.getByText('48 of 48 conflicts left')).toBeVisible();
  await preview.grid.focus();

  // All in one go, so that no answer can come in between: to the last row, keep this PC's; the row above, keep the server's; and away from both.
  const unread = await preview.grid.evaluate(async (grid) => {
    const press = async (key: string): Promise<void> => {
      grid.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      // React has drawn the key's work by then; nothing else gets a turn.
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    };
    await press('End');
    const row = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
    const busy = row?.getAttribute('aria-busy') ?? 'no row';
    for (const key of ['l', 'ArrowUp', 's', 'Home']) await press(key);
    return busy;
  });
  expect(unread).not.toBe('false');
  await expect(page.getByText('46 of 48 conflicts left')).toBeVisible();
  await preview.grid.press('End');
  await expect(preview.row('Student 48 H')).toContainText('this PC');
  await expect(preview.row('Student 47 S')).toContainText('server');
  await expect(preview.row('Student 46')).toContainText('decide');
});
