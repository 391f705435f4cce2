import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { crashEngine } from './support/crash-engine.ts';
import { goTo } from './support/go-to.ts';
import { newClass } from './support/new-class.ts';
import { StudentsPage } from './support/students-page.ts';
import { test } from './support/test.ts';

test('a reload keeps the page, its filter and all points', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  await board.award('Chen Yu', '+2');
  await app.page.getByRole('searchbox').fill('cy');
  await expect(board.cards).toHaveCount(1);
  await app.page.reload();
  await expect(board.cards).toHaveCount(1);
  await board.expectPoints('Chen Yu', 2);
  await goTo(app.page, 'History');
  await app.page.reload();
  await expect(app.page.getByRole('heading', { name: 'History', level: 1 })).toBeVisible();
  await app.page.goBack();
  await expect(board.cards).toHaveCount(1);
});

test('two tabs show the same: what one does the other shows at once', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const first = new ClassPage(app);
  const tab = await app.openTab();
  const second = new ClassPage(app, tab);
  await first.award('Chen Yu', '+2');
  await second.expectPoints('Chen Yu', 2);
  await second.award('Chen Yu', '−1');
  await first.expectPoints('Chen Yu', 1);
  const students = new StudentsPage(app);
  await students.goto();
  await students.rename('Li W', 'Li Wei');
  await expect(second.card('Li Wei')).toBeVisible();
  await tab.close();
  await first.goto();
  await first.award('Li Wei', '+1');
});

test('the page of a copied address without the secret says what helps, not that the app is closing, and shows nothing', async ({
  startApp,
  page: stranger,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app, ['Ada Park']);
  await new ClassPage(app).cards.first().waitFor();
  await stranger.goto(app.shell.origin);
  const alert = stranger.getByRole('alert');
  await expect(alert).toContainText(app.t('errors:page-without-key.title'));
  await expect(alert).toContainText(app.t('errors:page-without-key.remedy'));
  // Nothing this page could press would help.
  await expect(alert.getByRole('button')).toHaveCount(0);
  await expect(stranger.getByText('Ada Park')).toBeHidden();
});

test('after a crash of the engine the page goes on by itself and nothing is lost', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301', inspect: true });
  await newClass(app);
  const board = new ClassPage(app);
  await board.award('Chen Yu', '+2');
  await crashEngine(app.shell);
  await board.award('Chen Yu', '+1');
  await board.expectPoints('Chen Yu', 3);
  await app.page.reload();
  await board.expectPoints('Chen Yu', 3);
});

test('while the app is gone the page says so; started again on the same folder it holds everything', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  await board.award('Chen Yu', '+2');
  const students = new StudentsPage(app);
  await students.goto();
  await students.rename('Li W', 'Li Wei');
  app.expectProblems(/WebSocket connection to .* failed/, /Failed to load resource/);
  await app.stopShell();
  await expect(app.page.getByText('The app is not answering. Reconnecting…')).toBeVisible();
  await app.restart();
  await expect(board.cards).toHaveCount(3);
  await board.expectPoints('Chen Yu', 2);
  await expect(board.card('Li Wei')).toBeVisible();
  await expect(app.page.getByRole('button', { name: /^Class: 5B/ })).toBeVisible();
  expect((await app.call('app.state', {})).device.name).toBe('Room 301');
});

test('a page that was left open while the app was started anew says what helps, and tries nothing for ever', async ({
  startApp,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  await new ClassPage(app).cards.first().waitFor();
  app.expectProblems(/WebSocket connection to .* failed/, /Failed to load resource/);
  await app.restartBehindPage();
  const alert = app.page.getByRole('alert');
  await expect(alert).toContainText(app.t('errors:page-without-key.title'));
  await expect(alert.getByRole('button')).toHaveCount(0);
  await expect(app.page.getByText(app.t('common:reconnecting'))).toBeHidden();
  await app.page.reload();
  await expect(alert).toContainText(app.t('errors:page-without-key.remedy'));
});

test('points given in the moment before a power cut are there after it', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  await board.award('Chen Yu', '+2');
  await app.crash();
  await board.expectPoints('Chen Yu', 2);
});
