import { expect, type Locator } from '@playwright/test';
import { classFileOf } from '../../electron/store/class-files.ts';
import { openClassStore } from '../../electron/store/class-store.ts';
import type { App } from './support/app.ts';
import { PreviewPage } from './support/preview-page.ts';
import { namesUpwards, renamedTwice, tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

/** The button that decides many rows, whatever it is about. */
function decideMany(app: App): Locator {
  return app.page
    .getByRole('group', { name: app.t('sync:list.tools') })
    .getByRole('button', { name: /^(Decide|Choose several)/ });
}

/** Opens the menu for many rows and picks an entry by its words. */
async function pickForMany(app: App, words: string): Promise<void> {
  await decideMany(app).click();
  await app.page.getByRole('menuitem', { name: words }).click();
}

/** The live region that says what was just done. */
function announced(app: App): Locator {
  return app.page.locator('.visually-hidden[role=status]');
}

test('many conflicts are decided at once, said in the label, and taken back in one step (C5, C6, C7)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  const { page } = app;
  await expect(page.getByText('8 of 8 conflicts left')).toBeVisible();
  await expect(decideMany(app)).toHaveText('Decide all 8');
  await decideMany(app).click();
  await expect(page.getByRole('menu')).toContainText('For all 8 undecided conflicts');
  await page.getByRole('menuitem', { name: "Merge; where both changed, this PC's" }).click();
  const note = page.getByText("5 merged, this PC's first. 3 do not fit and are left to decide.");
  await expect(note.first()).toBeVisible();
  await expect(preview.row('Anna H')).toContainText("this PC's name");
  await expect(page.getByText('3 of 8 conflicts left')).toBeVisible();
  // The numbers of the buttons add up for whoever reads them.
  const number = async (way: 'pull' | 'apply' | 'sync'): Promise<number> =>
    Number(/\d+/.exec((await preview.runButton(way).textContent()) ?? '')?.[0]);
  const said = Number(/\d+/.exec((await page.getByText(/of them go both ways$/).textContent()) ?? '')?.[0]);
  expect(said).toBeGreaterThan(0);
  expect((await number('pull')) + (await number('apply')) - said).toBe(await number('sync'));

  // Only what the filter shows, and the label says so.
  await page.getByLabel('Search changes by name, number or initials').fill('nora');
  await expect(decideMany(app)).toHaveText('Decide 1 shown');
  await pickForMany(app, "Keep the server's");
  await expect(page.getByText('2 of 8 conflicts left')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Next undecided' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Next undecided' })).toHaveAccessibleDescription(/fits the search/);
  await page.getByLabel('Search changes by name, number or initials').fill('');

  await preview.grid.focus();
  await page.keyboard.press('Control+z');
  await expect(announced(app).filter({ hasText: 'Undone.' })).toContainText(/\d+ changes ready, \d+ left/);
  await page.keyboard.press('Control+z');
  await expect(page.getByText('8 of 8 conflicts left')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();
  await page.keyboard.press('Control+y');
  await page.keyboard.press('Control+Shift+z');
  await expect(announced(app).filter({ hasText: 'Done again.' })).toBeAttached();
  await expect(page.getByText('2 of 8 conflicts left')).toBeVisible();

  // Everything decided: the same menu decides again.
  await pickForMany(app, 'Keep this PC');
  await expect(page.getByText('0 of 8 conflicts left')).toBeVisible();
  await expect(decideMany(app)).toHaveText('Decide all 8 again');
  await expect(page.getByRole('button', { name: 'Next undecided' })).toHaveAccessibleDescription(
    'Everything is decided',
  );
  // Much of the class is overwritten, so the page asks once more.
  await preview.runButton('sync').click();
  const question = page.getByRole('dialog');
  await question.getByRole('checkbox', { name: 'I checked the list' }).check();
  await question.getByRole('button', { name: 'Carry it out' }).click();
  await preview.expectDone();
});

test('a decision, of one row or of many, is shown by its own answer, and so is its way back: no row, count or place is read for it (size, C6)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const { page } = app;
  const asked: string[] = [];
  const browser = await page.context().newCDPSession(page);
  await browser.send('Network.enable');
  browser.on('Network.webSocketFrameSent', ({ response }) => {
    const { method } = JSON.parse(response.payloadData) as { readonly method?: string };
    if (method !== undefined) asked.push(method);
  });
  const preview = new PreviewPage(app);
  await preview.open();
  await expect(page.getByText('8 of 8 conflicts left')).toBeVisible();
  const row = preview.row('Anna H');
  await row.click();
  const settled = async (): Promise<void> => {
    let before = -1;
    await expect
      .poll(() => {
        const same = asked.length === before;
        before = asked.length;
        return same;
      })
      .toBe(true);
  };
  for (const [key, method, word, left] of [
    ['l', 'plan.decide', 'decided', 7],
    ['Control+z', 'plan.undo', 'needs you', 8],
    ['Control+y', 'plan.redo', 'decided', 7],
    [null, 'plan.decide', 'decided', 3],
    ['Control+z', 'plan.undo', 'decided', 7],
  ] as const) {
    await settled();
    asked.length = 0;
    await (key === null ? pickForMany(app, "Merge; where both changed, this PC's") : page.keyboard.press(key));
    await expect(row).toContainText(word);
    await expect(decideMany(app)).toHaveText(`Decide all ${left}`);
    // Beside the list: the card and the badge.
    const all = ['class.status', 'connection.list', method].toSorted();
    await expect.poll(() => asked.toSorted()).toEqual(all);
    await settled();
    expect(asked.toSorted()).toEqual(all);
  }
});

test('“Newer wins” asks first where a clock is not trusted, decides what is sure, and says that no deletion goes by time; only its own entry is taken back beside what it came to (C5, C6)', async ({
  startApp,
  postgres,
}, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { classId } = await tangledClass(app, postgres);
  // The clock of this PC was set by an hour since it last met the server.
  const store = openClassStore(classFileOf(app.folder, classId), { classId });
  store.db.exec('UPDATE clock_contact SET wall_ms = wall_ms + 3600000');
  store.close();
  const preview = new PreviewPage(app);
  await preview.open();
  const { page, t } = app;
  // The check of the clocks and the question say the same.
  const checks = page.getByRole('list', { name: t('sync:check.label') });
  await expect(checks).toContainText(t('sync:check.ok.clockMoved'));
  await pickForMany(app, t('sync:bulk.rule.newer'));
  const question = page.getByRole('dialog');
  await expect(question).toContainText(t('sync:bulk.clock.title', { count: 8 }));
  await expect(question).toContainText('every deletion');
  await page.screenshot({ path: testInfo.outputPath('clock-question.png') });
  await question.getByRole('button', { name: t('common:cancel') }).click();
  await expect(page.getByText('8 of 8 conflicts left')).toBeVisible();
  await pickForMany(app, t('sync:bulk.rule.newer'));
  await question.getByRole('button', { name: t('sync:bulk.clock.action') }).click();
  const said = `${t('sync:bulk.done.newer', { count: 5 })} ${t('sync:bulk.leftClock', { count: 3 })}`;
  await expect(page.getByText(said).first()).toBeVisible();
  await expect(page.getByText('3 of 8 conflicts left')).toBeVisible();
  await expect(preview.row('Anna H')).toContainText("server's name");
  const undoBeside = page
    .getByRole('region', { name: t('sync:list.label') })
    .getByRole('button', { name: t('sync:run.undo'), exact: true });
  await expect(undoBeside).toBeEnabled();
  // A decision made elsewhere is the last one now, and this would take back that one.
  const { items: plans } = await app.call('plan.list', { classId });
  const planId = plans.find(({ state }) => state === 'open')?.planId ?? '';
  const { ordinals } = await app.call('plan.index', { classId, planId, filter: { unresolved: true } });
  await app.call('plan.decide', { classId, planId, target: { ordinals: ordinals.slice(0, 1) }, rule: 'later' });
  await expect(undoBeside).toHaveCount(0);
  await expect(page.getByText(said).first()).toBeVisible();
  await app.call('plan.undo', { classId, planId });
  await expect(undoBeside).toBeEnabled();

  // Met once more, the clocks agree: nobody is asked.
  await page.getByRole('button', { name: t('sync:preview.refresh') }).click();
  await preview.waitForList();
  // What a decision came to is not said of a later list.
  await expect(page.getByText(said)).toHaveCount(0);
  await expect(checks.getByText(new RegExp(`${t('sync:check.ok.clock')}$`)).first()).toBeVisible();
  await pickForMany(app, t('sync:bulk.rule.newer'));
  await expect(page.getByText(t('sync:bulk.leftClock', { count: 3 })).first()).toBeVisible();
  await expect(question).toHaveCount(0);
  // Nothing was decided, so there is nothing to take back, whatever was decided before it.
  await expect(undoBeside).toHaveCount(0);
});

test('rows are chosen with Shift, Control+A or by tapping, and the letters decide all of them (C5, keyboard)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  const { page } = app;
  const { keyboard } = page;
  const chosen = preview.grid.locator('[role=row][aria-selected=true]');
  await preview.grid.focus();
  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  for (let rows = 1; rows < renamedTwice.length; rows += 1) await keyboard.press('Shift+ArrowDown');
  await expect(chosen).toHaveCount(5);
  await expect(decideMany(app)).toHaveText('Decide 5 chosen');
  // A Chinese input method swallows the letter; the place of the key counts then, but not while it composes.
  await preview.grid.dispatchEvent('keydown', { key: 'Process', code: 'KeyS', isComposing: true, bubbles: true });
  await preview.grid.dispatchEvent('keydown', { key: 'Process', code: 'KeyS', bubbles: true });
  await expect(page.getByText('5 kept as on the server.').first()).toBeVisible();
  await keyboard.press('l');
  await expect(page.getByText('5 kept as on this PC.').first()).toBeVisible();
  await keyboard.press(' ');
  await expect(preview.row('Anna H')).toContainText('Anna H');
  await expect(preview.row('Anna H').getByRole('checkbox')).not.toBeChecked();
  // What Space does is in the menu too.
  await pickForMany(app, 'Take in, or leave out');
  await expect(preview.row('Anna H').getByRole('checkbox')).toBeChecked();
  await preview.grid.focus();
  await keyboard.press('Backspace');
  await expect(page.getByText('8 of 8 conflicts left')).toBeVisible();
  await keyboard.press('m');
  await expect(page.getByRole('menu')).toContainText('For the 5 chosen rows');
  await keyboard.press('Escape');
  await preview.grid.focus();
  await keyboard.press('Escape');
  await expect(chosen).toHaveCount(0);

  await keyboard.press('Control+a');
  await expect(decideMany(app)).toHaveText('Decide 14 chosen');
  await keyboard.press('k');
  await expect(page.getByRole('button', { name: /^Sync 0/ })).toBeDisabled();
  await keyboard.press('Control+z');
  await expect(preview.runButton('sync')).toBeEnabled();
  await keyboard.press('ArrowDown');
  await expect(chosen).toHaveCount(0);

  await pickForMany(app, 'Choose by tapping');
  await preview.row('Anna H').getByText('Anna H').first().click();
  await preview.row('Ben H').getByText('Ben H').first().click();
  await expect(decideMany(app)).toHaveText('Decide 2 chosen');
  await pickForMany(app, 'Newer wins');
  await expect(announced(app).filter({ hasText: 'decided: the newer one wins' })).toBeAttached();
  // What the letter B does is in the menu too.
  await pickForMany(app, 'Keep both as two');
  await expect(page.getByText('2 kept as two.').first()).toBeVisible();
  await expect(preview.row('Ben H')).toContainText('both kept, as two records');
  await pickForMany(app, 'Stop choosing by tapping');
  await expect(chosen).toHaveCount(0);

  await preview.grid.focus();
  await keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('keep both as two');
  await keyboard.press('Escape');
  await keyboard.press('Control+f');
  await expect(page.getByLabel('Search changes by name, number or initials')).toBeFocused();
});

test('boxes of the head and of each part are mixed, and stand for rows that were never read (keyboard, P6)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  const all = preview.grid.getByRole('checkbox', { name: 'Take all shown into the sync' });
  const points = preview.grid.getByRole('checkbox', { name: 'Take all of Points into the sync' });
  const asking = preview.grid.getByRole('checkbox', { name: 'Take all of Needs you into the sync' });
  await expect(asking).toBeDisabled();
  await expect(all).toBeChecked({ indeterminate: true });
  await preview.grid.focus();
  await app.page.keyboard.press('End');
  // Rows are read when they come into sight.
  await expect(preview.grid.locator('[data-active=true]')).toContainText('王芳');
  await expect(points).toBeChecked();
  await app.page.keyboard.press(' ');
  await expect(points).toBeChecked({ indeterminate: true });
  await expect(preview.rows.last()).toContainText('left out');
  await points.click();
  await expect(points).toBeChecked();
  await points.click();
  await expect(points).not.toBeChecked();
  await expect(preview.runButton('sync')).toHaveText('Sync 2, leave 12');
  await all.click();
  await expect(preview.runButton('sync')).toHaveText('Sync 5, leave 9');
  await all.click();
  await expect(app.page.getByRole('button', { name: /^Sync 0/ })).toBeDisabled();
});

test('changes are found by pinyin and filtered in the address, and sorting keeps the record (F1, F2, F3)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  const { page } = app;
  const search = page.getByLabel('Search changes by name, number or initials');
  const found = page.getByRole('group', { name: 'Find and filter' }).locator('.visually-hidden[role=status]');
  const whole = (await preview.grid.getAttribute('aria-rowcount')) ?? '';
  for (const [typed, record] of [
    ['lis', '李四'],
    ['zs', '张三'],
    ['zhang san', '张三'],
    ['30', 'Nora'],
    // A reason is found as it is stored and as it is shown in either language.
    ['homework', 'Points · '],
    ['作业', 'Points · '],
    ['zuoye', 'Points · '],
  ] as const) {
    await search.fill(typed);
    await expect(preview.rows.first()).toContainText(record);
    await expect(found).toHaveText(/^\d+ changes? found$/);
  }
  await search.fill('');
  // The list stays at the record it was at, wherever that comes to stand.
  await expect(preview.grid).toHaveAttribute('aria-rowcount', whole);
  await preview.grid.press('Home');

  await preview
    .row('Ben H')
    .getByRole('button', { name: /Decision/ })
    .click();
  await page.getByRole('menuitem', { name: 'Keep all of the server' }).click();
  await expect(preview.row('Ben H')).toContainText('Ben S');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('menuitem', { name: 'server', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Students', exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(preview.rows).toHaveCount(1);
  expect(page.url()).toContain('chosen=server');
  await page.reload();
  await expect(preview.rows).toHaveCount(1);
  await page.getByRole('navigation').getByRole('link', { name: 'Students' }).click();
  await page.goBack();
  await expect(preview.rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Decision: server. Show all' }).click();
  await page.getByRole('button', { name: 'Category: Students. Show all' }).click();
  await expect(preview.rows.nth(5)).toBeVisible();

  await preview.row('张三').click();
  const active = preview.grid.locator('[data-active=true]');
  await expect(active).toContainText('张三');
  await preview.grid.getByRole('button', { name: 'Record' }).click();
  expect(page.url()).toContain('sort=record');
  await expect(active).toContainText('张三');
  await page.setViewportSize({ width: 1366, height: 1400 });
  const names = preview.rows.locator('[role=gridcell]:nth-child(3)');
  await expect(names).toHaveText(namesUpwards);
  await preview.grid.getByRole('button', { name: 'Record' }).click();
  await expect(names).toHaveText(namesUpwards.toReversed());
  await expect(active).toContainText('张三');
  await preview.grid.focus();
  await page.keyboard.press('ArrowDown');
  await expect(active).not.toContainText('张三');
});

test('each question has its own words: who, when, the other student, and what comes of it (C2, C4, C8)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  const { detail } = preview;
  await expect(
    detail.getByRole('radio', { name: /This PC.*Anna H.*you, Room 301 · \d\d:\d\d \(.*(minute|ago).*\)/ }),
  ).toBeVisible();
  await expect(detail.getByText('1 field merged already')).toBeVisible();

  await (await preview.bringInSight('Fritzi')).getByText('Fritzi').first().click();
  await expect(detail).toContainText(/You changed: name\. .* deleted Fritzi/);
  await (await preview.bringInSight('Greta')).getByText('Greta').first().click();
  await expect(detail).toContainText(/deleted Greta, but 1 new point entry was given here/);
  await expect(detail).toContainText('is kept either way');

  await (await preview.bringInSight('Nora')).getByText('Nora').first().click();
  await expect(detail).toContainText('Nora · 30 here and Nora Lind · 30 on the server have the same number.');
  await detail.getByRole('radio', { name: /It is Nora Lind · 30/ }).check();
  await preview.useAnswer();
  await expect(preview.row('becomes Nora Lind')).toContainText('made one');

  await (await preview.bringInSight('Emil H')).getByText('Emil H').first().click();
  await detail.getByRole('button', { name: 'Keep both as two' }).click();
  await expect(preview.row('Emil H')).toContainText('both kept, as two records');
  await expect(detail).toContainText('both are kept, as two records');
  await (await preview.bringInSight('Ben H')).getByText('Ben H').first().click();
  await preview.pick('Other');
  await detail.getByRole('textbox', { name: /Another value for name/ }).fill('Benjamin');
  await expect(detail).toContainText('name Benjamin');
  await preview.useAnswer();
  await expect(preview.row('Ben H')).toContainText('Benjamin');
  await (await preview.bringInSight('Hanna')).getByText('Hanna').first().click();
  await expect(detail.getByRole('columnheader', { name: 'Before' })).toBeVisible();
});
