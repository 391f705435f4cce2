import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

test('a key that is held down, or a second click, carries out one list and not the one that follows it (R2, P9)', async ({
  startConnected,
}) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  const { keyboard } = page;
  const preview = new PreviewPage(app);
  await made.there('Chen Yu', "note = 'left-handed'");
  await preview.open();
  await preview.run('sync');
  await preview.result.getByRole('button', { name: t('sync:undo.action') }).click();
  await expect(page.getByRole('button', { name: t('sync:undo.run', { count: 1 }), exact: true })).toBeEnabled();
  await preview.grid.focus();
  await keyboard.down('Control');
  await keyboard.down('Enter');
  await expect(preview.result.getByRole('heading')).toHaveText(t('sync:undo.done.title'));
  // The list that follows would send what was just taken back.
  await expect(preview.runButton('sync')).toHaveText('Sync 1');
  await keyboard.down('Enter');
  await expect(preview.runButton('sync')).not.toHaveAttribute('aria-disabled');
  await keyboard.down('Enter');
  await keyboard.up('Enter');
  await keyboard.up('Control');
  await keyboard.press('F5');
  await preview.waitForList();
  const { items } = await app.call('run.list', { classId, connectionId });
  expect(items.map(({ purpose }) => purpose)).toEqual(['undo', 'sync', 'sync']);
  expect(await made.onServer('SELECT note FROM tallybook.student WHERE id = $1', made.idOf('Chen Yu'))).toEqual([
    ['left-handed'],
  ]);
  // The second half of a double click is no cancel of what the first one began.
  await preview.runButton('sync').dblclick();
  await preview.expectDone();
});

test('a double click in the small sheet syncs, and does not cancel what it began (P10)', async ({ startConnected }) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { page, t } = made.app;
  await made.award(['Li W', 'Chen Yu'], 2);
  const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
  await new SyncPage(made.app).badge.getByRole('button').click();
  await sheet.getByRole('button', { name: 'Sync 2' }).dblclick();
  await expect(sheet.getByRole('heading', { name: t('sync:outcome.completed.title') })).toBeVisible();
});

test('a double click on “Give again” gives the points once, and to nobody else', async ({ startConnected }) => {
  const made = await startConnected(['Li W', 'Chen Yu', 'Ada Park']);
  const { app, classId } = made;
  const { page, t } = app;
  for (const name of ['Li W', 'Chen Yu', 'Ada Park']) await made.award(name, 3);
  const { items } = await app.call('score.list', { classId });
  await app.call('score.void', { classId, eventIds: items.map(({ id }) => id) });
  const again = (name: string) =>
    page.getByRole('button', { name: t('history:againNamed', { what: '+3 Homework', name }), exact: true });
  // In a list of undone points nothing moves; in the whole list the row above comes to the place that was clicked.
  for (const [query, count] of [
    ['?state=undone', 1],
    ['', 2],
  ] as const) {
    await page.goto(`${app.shell.origin}/#/history${query}`);
    await expect(page.getByRole('grid').getByRole('button')).toHaveCount(query === '' ? 4 : 3);
    await again('Chen Yu').dblclick({ delay: 100 });
    await expect.poll(() => made.points()).toEqual({ 'Li W': 0, 'Chen Yu': 3 * count, 'Ada Park': 0 });
    // In a list of undone points nothing else says that it was done.
    await expect(page.getByRole('status').filter({ hasText: 'Chen Yu' })).toContainText('+3');
  }
  await page.reload();
  expect(await made.points()).toEqual({ 'Li W': 0, 'Chen Yu': 6, 'Ada Park': 0 });
});

test('“Give again” of a text longer than one that may be typed gives nothing and says what to do instead', async ({
  startConnected,
}, testInfo) => {
  const made = await startConnected(['Li W']);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  await made.award('Li W', 3);
  const { planId } = await app.call('sync.preview', { classId, connectionId });
  await app.call('sync.run', { classId, planId, mode: 'sync' });
  // Another program writes into the tables as it likes.
  const id = crypto.randomUUID();
  await made.onServer(
    `INSERT INTO tallybook.score_event SELECT (jsonb_populate_record(e, jsonb_build_object('id', $1::text, 'text', $2::text, 'reason_id', null))).* FROM tallybook.score_event AS e LIMIT 1`,
    id,
    'x'.repeat(300),
  );
  const next = await app.call('sync.preview', { classId, connectionId });
  await app.call('sync.run', { classId, planId: next.planId, mode: 'sync' });
  await app.call('score.void', { classId, eventIds: [id] });
  const before = await made.points();
  await page.goto(`${app.shell.origin}/#/history?state=undone`);
  await page.getByRole('grid').getByRole('button', { name: /again/i }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(t('history:tooLong.title'));
  await expect(alert).toContainText(t('history:tooLong.remedy'));
  await page.screenshot({ path: testInfo.outputPath('too-long.png') });
  expect(await made.points()).toEqual(before);
});

test('Space that is held down ticks once, and is taken back in one step (keyboard, C6)', async ({ startConnected }) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { page } = made.app;
  const { keyboard } = page;
  await made.award(['Li W', 'Chen Yu'], 2);
  const preview = new PreviewPage(made.app);
  await preview.open();
  await preview.row('Li W').getByText('Li W').first().click();
  await preview.grid.focus();
  for (let repeated = 0; repeated < 4; repeated += 1) await keyboard.down(' ');
  await keyboard.up(' ');
  await expect(preview.row('Li W').getByRole('checkbox')).not.toBeChecked();
  await preview.undo();
  await expect(preview.row('Li W').getByRole('checkbox')).toBeChecked();
  await expect(page.getByRole('button', { name: made.app.t('sync:run.undo') })).toBeDisabled();
});

test('the keyboard stays on its line of a list that grows above it: Enter opens what was chosen (C9, keyboard)', async ({
  startConnected,
}) => {
  const made = await startConnected(['Li W', 'Chen Yu']);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  const lose = async (name: string): Promise<void> => {
    await made.here(name, { name: `${name} here` });
    await made.there(name, `name = '${name} there'`);
    const { planId } = await app.call('sync.preview', { classId, connectionId });
    await app.call('sync.run', { classId, planId, mode: 'sync', conflicts: 'server' });
  };
  await lose('Li W');
  await page.goto(`${app.shell.origin}/#/sync/bin`);
  const bin = page.getByRole('grid', { name: t('sync:bin.title') });
  await expect(bin.getByRole('row')).toHaveCount(2);
  await bin.focus();
  await lose('Chen Yu');
  await expect(bin.getByRole('row')).toHaveCount(3);
  await expect(bin.getByRole('row').nth(1)).toContainText('Chen Yu');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: /^Li W/ })).toBeVisible();
});

test('Enter that is held down on the board goes on to the points, and gives none (keyboard)', async ({ startApp }) => {
  const app = await startApp({ device: 'Room 301' });
  await newClass(app);
  const board = new ClassPage(app);
  const { keyboard } = app.page;
  await board.cards.first().waitFor();
  await board.board.focus();
  await keyboard.down('Enter');
  await expect(board.bar.getByRole('button').first()).toBeFocused();
  await keyboard.down('Enter');
  await keyboard.down('Enter');
  await keyboard.up('Enter');
  await expect(board.bar.getByRole('button').first()).toBeFocused();
  await expect(board.board.getByRole('option', { selected: true })).toHaveCount(1);
  // Pressed anew it gives them.
  await keyboard.press('Enter');
  await expect(board.lastAction).toBeVisible();
});
