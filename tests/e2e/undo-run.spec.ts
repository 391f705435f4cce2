import { expect } from '@playwright/test';
import { sql } from '../support/sql.ts';
import type { App } from './support/app.ts';
import { PreviewPage } from './support/preview-page.ts';
import { syncBeside, uploadClass } from './support/shared-class.ts';
import { tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang'];

/** How many points of everybody count now. */
async function pointsOf(app: App, classId: string): Promise<Readonly<Record<string, number>>> {
  const { items } = await app.call('student.list', { classId });
  return Object.fromEntries(items.map(({ name, allTime }) => [name, allTime]));
}

test('P9: a sync is undone from its result by a list of its rows alone; 30 points given since survive', async ({
  startApp,
  postgres,
}, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  const database = await postgres.createDatabase();
  const { classId, connectionId, idOf } = await uploadClass(app, database, names);
  await app.call('score.add', { classId, studentIds: [idOf('Li W')], award: { delta: 5, text: 'Homework' } });
  await app.call('student.set', { classId, id: idOf('Chen Yu'), change: { name: 'Chen Yue' } });
  await sql(database.config, "UPDATE tallybook.student SET note = 'left-handed' WHERE name = 'Wang Fang'");
  const preview = new PreviewPage(app);
  await preview.open();
  await preview.run('sync');
  await preview.expectDone();
  const all = names.map(idOf);
  for (let round = 0; round < 10; round += 1)
    await app.call('score.add', { classId, studentIds: all, award: { delta: 1, text: 'Helped' } });
  // Half of them are on the server when the sync is undone, half are not.
  await syncBeside(app);
  const before = await pointsOf(app, classId);
  expect(before).toEqual({ 'Li W': 15, 'Chen Yue': 10, 'Wang Fang': 10 });

  await preview.result.getByRole('button', { name: t('sync:undo.action') }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Undo the sync of/);
  await preview.waitForList();
  await expect(preview.rows).toHaveCount(3);
  await expect(preview.row('Li W')).toContainText('+5 is taken back');
  await expect(preview.row('Chen Yue')).toContainText('“Chen Yue” → “Chen Yu”');
  await expect(preview.row('Wang Fang')).toContainText('“left-handed” → none');
  expect(await pointsOf(app, classId)).toEqual(before);
  await page.screenshot({ path: testInfo.outputPath('undo-list.png') });
  await expect(preview.row('Li W')).toContainText('+5');
  await expect(preview.row('Li W')).toContainText(t('sync:kind.undone'));
  await page.getByRole('button', { name: t('sync:undo.run', { count: 3 }), exact: true }).click();
  // Points that are undone stay so: it says whose, and asks.
  const question = page.getByRole('dialog', { name: t('sync:undo.ask', { count: 1 }) });
  await expect(question.getByRole('listitem')).toHaveText([/^Li W · \S.*: +\+5 is taken back$/]);
  await expect(question.locator('s')).toHaveCount(0);
  await page.screenshot({ path: testInfo.outputPath('undo-question.png') });
  await question.getByRole('button', { name: t('sync:undo.run', { count: 3 }) }).click();
  await expect(preview.result.getByRole('heading')).toHaveText(t('sync:undo.done.title'));
  await expect(preview.result).toContainText(t('sync:counts.undone', { count: 1 }));
  await expect(preview.result.getByRole('button', { name: t('sync:undo.action') })).toHaveCount(0);
  await page.screenshot({ path: testInfo.outputPath('undo-result.png') });

  expect(await pointsOf(app, classId)).toEqual({ 'Li W': 10, 'Chen Yue': 10, 'Wang Fang': 10 });
  expect(await sql(database.config, 'SELECT name, note FROM tallybook.student ORDER BY name')).toEqual([
    ['Chen Yu', null],
    ['Li W', null],
    ['Wang Fang', 'left-handed'],
  ]);
  const { items: runs } = await app.call('run.list', { classId, connectionId });
  expect(runs[0]).toMatchObject({ purpose: 'undo', outcome: 'completed' });
  // What is taken back is not taken back once more.
  await page.goto(`${app.shell.origin}/#/sync/run/${runs[0]?.undoes ?? ''}`);
  const taken = t('sync:undo.byRun', { time: '' }).slice(0, 12);
  await expect(page.getByRole('link', { name: taken })).toBeVisible();
  const undo = page.getByRole('button', { name: t('sync:undo.action') });
  await expect(undo).toBeDisabled();
  await expect(undo).toHaveAccessibleDescription(new RegExp(taken));
  // A row in detail says on both pages that it does not stand any more.
  const rows = page.getByRole('grid', { name: t('sync:history.rows') });
  const detail = page.getByRole('region', { name: t('sync:detail.label', { record: '' }).trim() });
  await rows.getByRole('row').filter({ hasText: 'Li W' }).click();
  await expect(detail).toContainText(t('sync:history.wrote.add.up'));
  await expect(detail).toContainText(taken);
  await page.goto(`${app.shell.origin}/#/sync/run/${runs[0]?.runId ?? ''}`);
  for (const [place, side] of (['up', 'down'] as const).entries()) {
    await rows.getByRole('row').filter({ hasText: 'Li W' }).nth(place).click();
    await expect(detail).toContainText(t(`sync:history.wrote.undone.${side}`));
    await expect(detail).not.toContainText(t(`sync:history.wrote.add.${side}`));
    await expect(detail.getByRole('table')).toHaveCount(0);
  }
  await rows.getByRole('row').filter({ hasText: 'Chen Yu' }).first().click();
  await expect(detail).toContainText(t('sync:history.wrote.update.up'));
});

test('P9, R6: from the history a run opens read-only with its counts, search and file, and is undone; what changed since is listed and stays', async ({
  startApp,
  postgres,
}, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  const database = await postgres.createDatabase();
  const { classId, idOf } = await uploadClass(app, database, names);
  const { id: groupId } = await app.call('group.add', { classId, name: 'Blue' });
  await app.call('student.set', { classId, id: idOf('Li W'), change: { name: 'Li Wei' } });
  await app.call('student.set', { classId, id: idOf('Chen Yu'), change: { groupId } });
  await syncBeside(app);
  await app.call('student.set', { classId, id: idOf('Li W'), change: { name: 'Li Wen' } });

  await page.goto(`${app.shell.origin}/#/sync`);
  const history = page.getByRole('grid', { name: t('sync:history.title') });
  await expect(history.getByRole('row')).toHaveCount(3);
  await page.getByLabel(t('sync:history.searchLabel')).fill('nobody');
  await expect(page.getByText(t('sync:history.nothing.title'))).toBeVisible();
  await expect(page).toHaveURL(/q=nobody/);
  // By a record of its rows too, as it was called then.
  await page.getByLabel(t('sync:history.searchLabel')).fill('wei li');
  await expect(history.getByRole('row')).toHaveCount(2);
  await page.screenshot({ path: testInfo.outputPath('history-found.png') });
  await page.getByLabel(t('sync:history.searchLabel')).fill('');
  await history.getByRole('row').nth(1).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Sync of/);
  const rows = page.getByRole('grid', { name: t('sync:history.rows') });
  await expect(rows.getByRole('row').filter({ hasText: 'Li Wei' })).toContainText('name “Li W” → “Li Wei”');
  await expect(rows.getByRole('row').filter({ hasText: 'Chen Yu' })).toContainText('group none → Blue');
  const matrix = page.getByRole('region', { name: t('sync:matrix.label') });
  await matrix.getByRole('button', { name: 'Students: 2 changed on the server' }).click();
  await expect(rows.getByRole('row')).toHaveCount(3);
  await page.getByLabel(t('sync:list.searchLabel')).fill('wei');
  await expect(rows.getByRole('row')).toHaveCount(2);
  await rows.getByRole('row').nth(1).click();
  const detail = page.getByRole('region', { name: t('sync:detail.label', { record: 'Li Wei' }) });
  await expect(detail).toContainText('Li W');
  for (const inside of [false, true]) {
    if (inside) await page.getByRole('button', { name: t('sync:detail.close') }).focus();
    await page.keyboard.press('Escape');
    await expect(detail).toBeHidden();
    await expect(rows).toBeFocused();
    await rows.getByRole('row').nth(1).click();
    await expect(detail).toBeVisible();
  }
  await page.screenshot({ path: testInfo.outputPath('run.png') });
  await page.getByRole('button', { name: t('sync:export.label') }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: t('sync:export.csv') }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);

  await page.getByRole('button', { name: t('sync:undo.action') }).click();
  const preview = new PreviewPage(app);
  await preview.waitForList();
  await expect(preview.row('Li Wei')).toContainText(t('sync:leftReason.changed-since'));
  await expect(preview.row('Li Wei')).toContainText(t('sync:kind.stays'));
  await expect(preview.row('Li Wei').getByRole('checkbox')).not.toBeChecked();
  await preview.row('Li Wei').click();
  await expect(preview.detail).toContainText(t('sync:undo.stays.changed-since'));
  await page.screenshot({ path: testInfo.outputPath('undo-changed-since.png') });
  await page.getByRole('button', { name: /^Take back \d/ }).click();
  await expect(preview.result).toContainText(t('sync:leftReason.changed-since'));
  const { items } = await app.call('student.list', { classId });
  expect(items.map(({ name, group }) => [name, group])).toContainEqual(['Li Wen', null]);
  expect(await sql(database.config, 'SELECT name, group_id FROM tallybook.student ORDER BY name')).toEqual([
    ['Chen Yu', null],
    ['Li Wei', null],
    ['Wang Fang', null],
  ]);
});

test('“Pull and replace” lists what was never sent and asks once more, makes a file first, and leaves this PC as the server is (Pull and replace)', async ({
  startApp,
  postgres,
}, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  const database = await postgres.createDatabase();
  const { classId, idOf } = await uploadClass(app, database, names);
  await app.call('student.set', { classId, id: idOf('Li W'), change: { name: 'Li Wei' } });
  await app.call('score.add', { classId, studentIds: [idOf('Chen Yu')], award: { delta: 5, text: 'Homework' } });
  await sql(database.config, "UPDATE tallybook.student SET note = 'left-handed' WHERE name = 'Wang Fang'");
  const preview = new PreviewPage(app);
  await preview.open();
  await page.getByRole('button', { name: new RegExp(t('sync:preview.more')) }).click();
  await page.getByRole('menuitem', { name: t('sync:replace.action') }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:replace.title'));
  await preview.waitForList();
  await expect(preview.rows).toHaveCount(3);
  await page.screenshot({ path: testInfo.outputPath('replace-list.png') });
  await page.getByRole('button', { name: t('sync:replace.run', { count: 3 }), exact: true }).click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText(t('sync:replace.dropped', { count: 2 }));
  await expect(question.getByRole('listitem')).toHaveText([/Li Wei name/, /Chen Yu.*\+5.*never sent/]);
  await page.screenshot({ path: testInfo.outputPath('replace-question.png') });
  const go = question.getByRole('button', { name: t('sync:replace.run', { count: 3 }) });
  await expect(go).toBeDisabled();
  const filesBefore = (await app.call('app.dataInfo', {})).backups.length;
  await question.getByRole('checkbox', { name: t('sync:guard.checked') }).check();
  await go.click();
  await expect(preview.result.getByRole('heading')).toHaveText(t('sync:replace.done.title'));
  await expect(preview.bothSame).toBeVisible();
  expect((await app.call('app.dataInfo', {})).backups.length).toBeGreaterThan(filesBefore);
  const { items } = await app.call('student.list', { classId });
  expect(items.map(({ name, note, allTime }) => `${name} ${note ?? '–'} ${allTime}`).toSorted()).toEqual([
    'Chen Yu – 0',
    'Li W – 0',
    'Wang Fang left-handed 0',
  ]);
});

for (const language of ['en', 'zh-CN'] as const)
  test(`P9, C7: a sync with decisions is undone side by side, its questions come back, and the undo is undone but for the points (${language})`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    const { page, t } = app;
    await page.setViewportSize({ width: 1366, height: 768 });
    const { classId, connectionId } = await tangledClass(app, postgres);
    const shot = async (name: string): Promise<void> => {
      await page.screenshot({ path: testInfo.outputPath(`${name}.png`) });
    };
    const takeBackName = new RegExp(`^${t('sync:undo.run', { count: 0 }).split('0')[0]}\\d`);
    const takeBack = page.getByRole('group', { name: t('sync:run.bar') }).getByRole('button', { name: takeBackName });
    // More is overwritten at once than goes without a word.
    const allow = async (go: string | RegExp = t('sync:guard.go')): Promise<void> => {
      const question = page.getByRole('dialog');
      await question.getByRole('checkbox', { name: t('sync:guard.checked') }).check();
      await shot('question');
      await question.getByRole('button', { name: go }).click();
    };
    const preview = new PreviewPage(app);
    await preview.open();
    const left = (count: number): string => t('sync:list.left', { count, total: 8 });
    const { items: plans } = await app.call('plan.list', { classId, connectionId });
    const planId = plans.find(({ state }) => state === 'open')?.planId ?? '';
    const target = { filter: { unresolved: true } };
    await app.call('plan.decide', { classId, planId, target, rule: 'merge-local' });
    await app.call('plan.decide', { classId, planId, target, rule: 'server' });
    await expect(page.getByText(left(0))).toBeVisible();
    await preview.runButton('sync').click();
    await allow();
    await expect(preview.result).toBeVisible();
    await shot('sync-result');

    await preview.result.getByRole('button', { name: t('sync:undo.action') }).click();
    await preview.waitForList();
    const anna = preview.row('Anna H');
    await expect(anna).toContainText(t('sync:undo.side.up'));
    await expect(anna).toContainText(t('sync:undo.side.down'));
    await shot('undo-list');
    await anna.click();
    await expect(preview.detail.getByRole('table')).toHaveCount(2);
    await shot('undo-detail');
    await page.keyboard.press('Escape');
    await takeBack.click();
    await allow(takeBackName);
    await expect(preview.result.getByRole('heading')).toHaveText(t('sync:undo.done.title'));
    // Everything that was decided is asked again.
    await expect(page.getByText(left(8))).toBeVisible();
    await shot('undo-result');

    await preview.result.getByRole('link', { name: t('sync:outcome.show') }).click();
    await expect(page.getByRole('grid', { name: t('sync:history.rows') })).toBeVisible();
    await shot('undo-run');
    await page.getByRole('button', { name: t('sync:undo.action') }).click();
    await preview.waitForList();
    const search = page.getByLabel(t('sync:list.searchLabel'));
    await search.fill('Greta');
    await expect(preview.rows.filter({ hasText: t('sync:undo.stays.stays-void') })).toHaveCount(1);
    await shot('undo-of-undo');
    await search.fill('');
    await takeBack.click();
    await allow();
    await expect(preview.result.getByRole('heading', { level: 2 })).toHaveText(t('sync:undo.done.title'));
    await shot('undo-of-undo-result');
  });
