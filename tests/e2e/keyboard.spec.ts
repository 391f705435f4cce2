import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tabTo } from './support/tab-to.ts';
import { test } from './support/test.ts';

test('a point is given and undone with the keyboard alone (keyboard)', async ({ startApp }) => {
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

test('Escape lets go of the selection, and Control+A takes the whole class (keyboard)', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  await board.board.focus();
  await app.page.keyboard.press('Control+a');
  await expect(board.bar).toContainText('3 selected');
  await app.page.keyboard.press('Escape');
  await expect(board.bar).toBeHidden();
});

test('a conflict is decided, taken back, decided again and synced with the keyboard alone (keyboard, C1, C6)', async ({
  startConnected,
}) => {
  const made = await startConnected();
  const { app } = made;
  const { page } = app;
  const { keyboard } = page;
  await made.here('Li W', { name: 'Li Wei' });
  await made.award('Li W', 2);
  await made.there('Li W', "name = 'Li Wen'");

  await tabTo(page.getByRole('navigation').getByRole('link', { name: 'Sync' }));
  await keyboard.press('Enter');
  await tabTo(page.getByRole('button', { name: 'What will change' }));
  await keyboard.press('Enter');
  const preview = new PreviewPage(app);
  await preview.waitForList();
  await expect(preview.row('Li Wei').first()).toContainText('needs you');
  await tabTo(preview.grid);
  await keyboard.press('n');
  await keyboard.press('l');
  await expect(preview.row('Li Wei').first()).toContainText('this PC');
  await expect(preview.runButton('sync')).toHaveText('Sync 2');
  await keyboard.press('Control+z');
  await expect(preview.runButton('sync')).toHaveText('Sync 1, leave 1');
  await keyboard.press('Control+y');
  await expect(preview.runButton('sync')).toHaveText('Sync 2');
  await keyboard.press('Backspace');
  await expect(preview.runButton('sync')).toHaveText('Sync 1, leave 1');
  await keyboard.press('s');
  await expect(preview.runButton('sync')).toHaveText('Sync 2');
  await keyboard.press('Control+Enter');
  await preview.expectDone();
  expect((await made.students()).find(({ id }) => id === made.idOf('Li W'))?.name).toBe('Li Wen');
});
