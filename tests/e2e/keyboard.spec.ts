import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { newClass } from './support/new-class.ts';
import { tabTo } from './support/tab-to.ts';
import { test } from './support/test.ts';

test('a point is given and undone with the keyboard alone', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  const { keyboard } = app.page;
  await board.cards.first().waitFor();
  await keyboard.press('Tab');
  await expect(app.page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
  await keyboard.press('Enter');
  await tabTo(board.board);
  await keyboard.press('End');
  await keyboard.press('Space');
  await keyboard.press('ArrowLeft');
  await keyboard.press('Space');
  await expect(board.board.getByRole('option', { selected: true })).toHaveCount(2);
  await keyboard.press('Enter');
  await expect(board.bar.getByRole('button').first()).toBeFocused();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await board.expectPoints('Wang Fang', 2);
  await board.expectPoints('Li W', 2);
  await board.expectPoints('Chen Yu', 0);
  await expect(board.board).toBeFocused();
  await tabTo(board.lastAction.getByRole('button', { name: 'Undo' }));
  await keyboard.press('Enter');
  await board.expectPoints('Wang Fang', 0);
});

test('Escape lets go of the selection, and Control+A takes the whole class', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  await board.board.focus();
  await app.page.keyboard.press('Control+a');
  await expect(board.bar).toContainText('3 selected');
  await app.page.keyboard.press('Escape');
  await expect(board.bar).toBeHidden();
});
