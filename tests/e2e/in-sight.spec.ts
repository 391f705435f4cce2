import { expect, type Locator } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { ConnectedClass } from './support/connected-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

/** Whether a pointer at the middle of something reaches it, as the page lies now. */
async function inSight(target: Locator): Promise<boolean> {
  return await target.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
}

/** Expects that all of a button lies in the window and above the bar at its bottom. */
async function expectAllInSight(buttons: Locator): Promise<void> {
  await expect(buttons.first()).toBeVisible();
  for (const button of await buttons.all()) {
    await expect(button).toBeInViewport({ ratio: 1 });
    await expect.poll(async () => await inSight(button)).toBe(true);
  }
}

test('what decides a conflict is in sight below a result and a word about many rows, and its heading lies free in a narrow window (C1)', async ({
  startApp,
  postgres,
}, testInfo) => {
  const app = await startApp({ device: 'Room 301' });
  const { page, t } = app;
  await page.setViewportSize({ width: 1366, height: 768 });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  await preview.run('sync');
  await preview.row('Anna H').getByText('Anna H', { exact: true }).click();
  const buttons = preview.detail.getByRole('button', { name: /^(Later|Keep both|Use)/ });
  await page.getByRole('main').evaluate((main) => main.scrollTo(0, 0));
  await page.screenshot({ path: testInfo.outputPath('result.png') });
  await expectAllInSight(buttons);
  // The answers are not hidden by what was left, which is told when somebody asks.
  const answers = preview.detail.getByRole('radio');
  await expectAllInSight(answers.nth(0));
  await expectAllInSight(answers.nth(1));
  await expect(preview.result.getByText(/not decided yet/).first()).toBeHidden();
  await preview.result.getByText(t('sync:outcome.left', { count: 9 })).click();
  await expect(preview.result.getByText(/not decided yet/).first()).toBeVisible();
  await preview.result.getByText(t('sync:outcome.left', { count: 9 })).click();
  await answers.nth(2).click();
  const typed = preview.detail.getByRole('textbox');
  await expect(typed).toBeFocused();
  await expectAllInSight(typed);
  await page.screenshot({ path: testInfo.outputPath('other.png') });

  await page
    .getByRole('group', { name: t('sync:list.tools') })
    .getByRole('button', { name: /^Decide/ })
    .click();
  await page.getByRole('menuitem', { name: t('sync:bulk.rule.later') }).click();
  await expect(page.getByText(t('sync:bulk.done.later', { count: 8 })).first()).toBeVisible();
  await page.getByRole('main').evaluate((main) => main.scrollTo(0, 0));
  await page.screenshot({ path: testInfo.outputPath('many.png') });
  await expectAllInSight(preview.detail.getByRole('button', { name: /^(Keep both|Use)/ }));
  await preview.result.getByRole('button', { name: t('common:gotIt') }).click();

  // What was put off says so, and can be taken back.
  await expect(preview.detail).toContainText('Result: later');
  await preview.detail.getByRole('button', { name: t('sync:detail.takeBack') }).click();
  await expect(preview.later).toBeEnabled();

  await page.setViewportSize({ width: 400, height: 800 });
  await preview.row('Ben H').getByText('Ben H', { exact: true }).click();
  const heading = preview.detail.getByRole('heading').first();
  await expect(heading).toContainText('Ben');
  await page.screenshot({ path: testInfo.outputPath('narrow.png') });
  // Brought into the window where the panel is higher than that.
  await heading.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  expect(await inSight(heading)).toBe(true);
});

/** How much of a part of the panel is seen between its head and its buttons, in pixels. */
async function heightInSight(part: Locator): Promise<number> {
  return await part.evaluate((element) => {
    const panel = element.closest('section');
    const buttons = panel?.querySelector('button[class*=primary]')?.parentElement;
    if (panel === null || buttons === null || buttons === undefined) return 0;
    const box = element.getBoundingClientRect();
    const end = Math.min(box.bottom, buttons.getBoundingClientRect().top, panel.getBoundingClientRect().bottom);
    return Math.round(end - Math.max(box.top, panel.getBoundingClientRect().top));
  });
}

for (const language of languages)
  test(`all answers of the first field are in sight below the word that the list was outdated and checks that fill lines, and the checks that are well open from one line (C1, C3, P3, P5, ${language})`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    // A name that leaves the checks the room of three lines.
    const name = '5B, mathematics, the upper group';
    const { id } = await app.call('class.create', { name, students: ['Pupil 15', 'Pupil 16', 'Pupil 14'] });
    const made = await ConnectedClass.connect(app, postgres, id);
    const { page, t } = app;
    await page.setViewportSize({ width: 1366, height: 768 });
    await made.here('Pupil 15', { name: 'Pupil Fifteen' });
    await made.there('Pupil 15', "name = 'Pupil XV', note = 'sits in front'");
    await made.award(['Pupil 16', 'Pupil 14'], 2);
    const preview = new PreviewPage(app);
    await preview.open();
    // Without a word above the list nothing is folded: there is room.
    const checks = page.getByRole('list', { name: t('sync:check.label') });
    await expect(checks.getByText(t('sync:check.ok.connect'))).toBeVisible();
    await preview.row('Pupil Fifteen').getByText('Pupil Fifteen', { exact: false }).first().click();
    await preview.whole('local').click();
    await expect(preview.runButton('sync')).toHaveText(t('sync:run.sync', { count: 3 }));
    await made.there('Pupil 15', "name = 'Changed by psql'");
    await preview.run('sync');
    await expect(preview.result.getByRole('heading')).toHaveText([
      t('sync:outcome.stale.title'),
      t('sync:outcome.moved', { count: 1 }),
    ]);
    const field = preview.detail.locator('div:has(> [role=radiogroup])').first();
    await expect(field.getByRole('radio')).toHaveCount(3);
    await page.screenshot({ path: testInfo.outputPath('outdated.png') });
    const { height } = (await field.boundingBox()) ?? { height: 0 };
    expect(height).toBeGreaterThan(160);
    expect(await heightInSight(field)).toBe(Math.round(height));
    await expectAllInSight(field.getByRole('radio'));
    await expectAllInSight(preview.detail.getByRole('button'));
    await expect(preview.matrix).toBeInViewport({ ratio: 1 });
    await expect(preview.row('Pupil Fifteen').first()).toBeInViewport({ ratio: 1 });

    // What is not well is said; what is well is counted, and opens.
    await expect(checks.getByText(t('errors:not-encrypted.title'))).toBeVisible();
    await expect(checks.getByText(t('sync:check.ok.connect'))).toBeHidden();
    const passed = checks.getByRole('button', { expanded: false, name: t('sync:check.passed', { count: 7 }) });
    await passed.press('Enter');
    await expect(checks.getByText(t('sync:check.ok.connect'))).toBeVisible();
    const open = checks.getByRole('button', { expanded: true, name: t('sync:check.passed', { count: 7 }) });
    await expect(open).toBeFocused();
    await open.press('Enter');
    await expect(checks.getByText(t('sync:check.ok.connect'))).toBeHidden();

    // With the word read, everything has its own width again.
    await preview.result.getByRole('button', { name: t('common:gotIt') }).click();
    await expect(checks.getByText(t('sync:check.ok.connect'))).toBeVisible();
    const [counts, panel] = [await preview.matrix.boundingBox(), await preview.detail.boundingBox()];
    expect((counts?.y ?? 0) + (counts?.height ?? 0)).toBeLessThan(panel?.y ?? 0);
  });

test('the row of the keyboard stays in sight in a list that gets lower, and what that scrolled is given back with the room (P1, keyboard)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  const { page } = app;
  await tangledClass(app, postgres);
  await page.setViewportSize({ width: 1366, height: 900 });
  const preview = new PreviewPage(app);
  await preview.open();
  const scrolled = async (): Promise<number> => await preview.grid.evaluate((grid) => grid.scrollTop);
  const { grid } = preview;
  const greta = preview.row('Greta').first();
  await greta.getByText('Greta').first().click();
  await expect(preview.detail.getByRole('heading', { level: 2 })).toContainText('Greta');
  expect(await scrolled()).toBe(0);

  // A low window, and back.
  await page.setViewportSize({ width: 1366, height: 560 });
  await expect(greta).toBeInViewport({ ratio: 1 });
  expect(await scrolled()).toBeGreaterThan(0);
  await page.setViewportSize({ width: 1366, height: 900 });
  await expect.poll(scrolled).toBe(0);
  await expect(greta).toBeInViewport({ ratio: 1 });

  // The panel below the list takes its room, and gives it back with the record that is closed.
  await page.setViewportSize({ width: 860, height: 900 });
  await expect(greta).toBeInViewport({ ratio: 1 });
  await expect.poll(scrolled).toBeGreaterThan(0);
  await grid.focus();
  await page.keyboard.press('Escape');
  await expect(preview.detail).toBeHidden();
  await expect.poll(scrolled).toBe(0);

  // Where somebody scrolled to, the list stays.
  await page.setViewportSize({ width: 1366, height: 900 });
  await grid.hover();
  await page.mouse.wheel(0, 2_000);
  await expect(preview.row('Points').first()).toBeInViewport();
  const there = await scrolled();
  expect(there).toBeGreaterThan(0);
  await page.setViewportSize({ width: 1366, height: 560 });
  await page.setViewportSize({ width: 1366, height: 900 });
  await expect.poll(scrolled).toBe(there);
});

/** How far the circle of each answer shown lies below the middle of the first line of its words, in pixels. */
async function circlesBelowWords(panel: Locator): Promise<readonly number[]> {
  return await panel.locator('label:has(input[type=radio])').evaluateAll((answers) =>
    answers.map((answer) => {
      const [circle, words] = answer.children;
      const text = document.createRange();
      text.selectNodeContents(document.createTreeWalker(words ?? answer, NodeFilter.SHOW_TEXT).nextNode() ?? answer);
      const [line] = text.getClientRects();
      const round = circle?.getBoundingClientRect();
      if (line === undefined || round === undefined) return Number.NaN;
      return Math.round(round.top + round.height / 2 - line.top - line.height / 2);
    }),
  );
}

test('the circle of an answer stands beside its first line, be it one line or two, in a low window and a high one (C1)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  for (const height of [900, 768])
    for (const [record, answers] of [
      ['Nora · 30', 3],
      ['Greta', 2],
      ['Anna H', 3],
    ] as const) {
      await app.page.setViewportSize({ width: 1366, height });
      await preview.recordNamed(record).first().click();
      await expect(preview.detail.getByRole('radio')).toHaveCount(answers);
      const below = await circlesBelowWords(preview.detail);
      expect(below, `${record}, ${height}`).toHaveLength(answers);
      for (const pixels of below) expect(Math.abs(pixels), `${record}, ${height}: ${below.join()}`).toBeLessThan(2);
    }
});
