import { expect } from '@playwright/test';
import { complaints, overflow } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

test('what cannot be done says why where it was tried, and whose a number is at its field (C1, C2, P6, keyboard)', async ({
  startApp,
  postgres,
}) => {
  test.setTimeout(240_000);
  const app = await startApp({ device: 'Room 301' });
  const made = await tangledClass(app, postgres);
  await made.here('Max', { number: '5' });
  const preview = new PreviewPage(app);
  await preview.open();
  const { page, t } = app;
  const { detail } = preview;

  // A box of something undecided.
  await (await preview.bringInSight('Nora')).getByRole('checkbox').click();
  await expect(detail).toBeFocused();
  await expect(detail.getByRole('status').first()).toHaveText(t('sync:detail.hint.asks'));
  // A key that does not fit.
  await (await preview.bringInSight('Greta')).locator('[data-record]').first().click();
  await page.keyboard.press('b');
  await expect(detail).toBeFocused();
  await expect(detail.getByRole('status').first()).toHaveText(t('sync:detail.hint.notBoth'));
  // It is said until there is an answer.
  await detail.getByRole('radio').first().check();
  await preview.useAnswer();
  await expect(detail.getByRole('status').first()).toHaveText('');
  await (await preview.bringInSight('Hanna')).locator('[data-record]').first().click();
  await expect(detail.getByRole('status').first()).toHaveText('');
  await page.keyboard.press('l');
  await expect(detail.getByRole('status').first()).toHaveText(t('sync:detail.hint.nothingAsked'));
  await expect(preview.grid).toBeFocused();

  // The list stays where the click on the record before had scrolled it.
  await page.keyboard.press('Home');
  // What stands in a field already is what is to be replaced.
  await (await preview.bringInSight('Ben H')).locator('[data-record]').first().click();
  await preview.pick('Other');
  const other = detail.getByRole('textbox');
  await expect(other).toBeFocused();
  const chosen = await other.evaluate((input: HTMLInputElement) => [input.selectionStart, input.selectionEnd]);
  expect(chosen).toEqual([0, 'Ben H'.length]);
  // The ways that end most questions are in sight, on the smallest window there is to be.
  for (const name of ['wholeLocal', 'wholeServer', 'keepBoth'] as const)
    await expect(detail.getByRole('button', { name: t(`sync:detail.${name}`), exact: true })).toBeInViewport({
      ratio: 1,
    });

  // A number that is taken.
  await (await preview.bringInSight('Nora')).locator('[data-record]').first().click();
  await detail.getByRole('radio', { name: /another number/ }).check();
  const field = detail.getByRole('textbox', { name: t('sync:detail.newValue', { field: 'number' }) });
  const why = t('sync:detail.belongsTo', { value: '5', record: 'Max' });
  await field.fill('5');
  // While it is typed, and without a hand on what is being typed.
  await expect(field).toHaveAccessibleDescription(why);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await field.press('1');
  await expect(field).toHaveValue('51');
  await expect(field).toHaveAttribute('aria-invalid', 'false');
  await field.press('Backspace');
  await expect(field).toHaveAccessibleDescription(why);
  await preview.use.click();
  await expect(field).toHaveAccessibleDescription(why);
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toBeFocused();
  await expect(detail.getByText(why)).toBeInViewport();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await field.fill('6');
  await expect(field).toHaveAttribute('aria-invalid', 'false');
  // Enter in the field uses what is typed, but not the Enter that ends a word of an input method.
  const takeBack = detail.getByRole('button', { name: t('sync:detail.takeBack') });
  await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
  await expect(preview.use).toBeEnabled();
  await field.press('Enter');
  await expect(takeBack).toBeVisible();

  // Narrow and touch: nothing is squeezed until it breaks letter by letter, nothing reaches beyond the window.
  await page.setViewportSize({ width: 400, height: 800 });
  for (const box of await page
    .getByRole('list', { name: t('sync:check.label') })
    .getByRole('listitem')
    .all())
    expect((await box.boundingBox())?.height ?? 0).toBeLessThan(64);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
  await expect(await preview.bringInSight('Hanna')).toContainText('→');
  expect(await overflow(page)).toBe(0);
  await page.setViewportSize({ width: 1024, height: 768 });
  await expect(await preview.bringInSight('Emil H')).toContainText('“Emil H”');
});

test('an answer that was used says so, and is not used once more until another one is picked (C1, C3)', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ device: 'Room 301' });
  await tangledClass(app, postgres);
  const preview = new PreviewPage(app);
  await preview.open();
  const { detail } = preview;
  const used = detail.getByRole('button', { name: app.t('sync:detail.used'), exact: true });
  const menu = preview.row('Fritzi').getByRole('button', { name: /Decision/ });
  for (const [record, first, other] of [
    ['Nora · 30', 2, 0],
    ['Greta', 0, 1],
    ['Anna H', 0, 1],
  ] as const) {
    await (await preview.recordInSight(record)).click();
    await expect(detail.getByRole('heading', { level: 2 })).toHaveText(record);
    await detail.getByRole('radio').nth(first).check();
    await preview.useAnswer();
    await expect(used, record).toBeDisabled();
    await expect(used).toHaveAccessibleDescription(app.t('sync:detail.usedHint'));
    await expect(detail).toBeFocused();
    await detail.getByRole('radio').nth(other).check();
    await expect(preview.use, record).toBeEnabled();
    await detail.getByRole('radio').nth(first).check();
    await expect(used, record).toBeDisabled();
  }
  // In the menu of a row too.
  await preview.bringInSight('Fritzi');
  await menu.click();
  await app.page.getByRole('menuitem', { name: app.t('sync:decision.menu.local') }).click();
  await expect(menu).toHaveText(app.t('sync:decision.local'));
  await menu.click();
  await expect(app.page.getByRole('menuitem', { name: app.t('sync:decision.menu.local') })).toBeDisabled();
  await expect(app.page.getByRole('menuitem', { name: app.t('sync:decision.menu.server') })).toBeEnabled();
});

for (const touch of [false, true])
  test(`C7: a button that cannot be pressed is within reach of ${touch ? 'a finger' : 'the keyboard'}, says why, and does nothing`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W'], { touch });
    const { app } = made;
    const { page, t } = app;
    await made.here('Li W', { name: 'Li Wei' });
    await made.there('Li W', `name = 'Li Wen'`);
    const preview = new PreviewPage(app);
    await preview.open();
    await preview.detail.waitFor();
    const reason = page.getByRole('tooltip');
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    for (const [name, why] of [
      [t('sync:run.undo'), t('sync:run.undoNone')],
      [t('sync:run.redo'), t('sync:run.redoNone')],
      [/^Sync 0/, t('sync:run.decideFirst')],
      [/^Pull . 0/, t('sync:run.decideFirst')],
      [t('sync:detail.use'), t('sync:detail.pickFirst')],
    ] as const) {
      const one = typeof name === 'string' ? page.getByRole('button', { name, exact: true }) : button(name);
      await expect(one).toBeDisabled();
      await expect(one, 'also before anybody is at it').toHaveAccessibleDescription(why);
      await expect(reason).toHaveCount(0);
      // A tap and not a click that waits until the button can be pressed.
      if (touch) await one.tap({ force: true });
      else await one.focus();
      await expect(reason).toHaveText(why);
      await expect(one).toHaveAccessibleDescription(why);
      if (!touch) {
        await expect(one).toBeFocused();
        await page.keyboard.press('Enter');
        await page.keyboard.press('Space');
        await expect(reason).toHaveText(why);
      }
      expect(await complaints(page)).toEqual([]);
      await page.screenshot({ path: testInfo.outputPath(`why-${why.slice(0, 12)}.png`) });
      // It goes when somebody goes on: a tap elsewhere, the tabulator to what says nothing of the kind.
      if (touch) await page.getByRole('heading', { level: 1 }).tap();
      else await button(t('sync:keys.title')).focus();
      await expect(reason).toHaveCount(0);
    }
    await expect(page.getByText('1 of 1 conflicts left')).toBeVisible();
    if (!touch) {
      await button(t('sync:run.undo')).first().focus();
      await expect(reason).toHaveCount(1);
      await page.keyboard.press('Escape');
      await expect(reason).toHaveCount(0);
      await expect(preview.detail).toBeVisible();
    }
    // With the reason gone it is a button like any other.
    await preview.whole('local').click();
    await expect(button(t('sync:run.undo')).first()).toBeEnabled();
    await expect(button(t('sync:list.next'))).toHaveAccessibleDescription(t('sync:list.noneLeft'));
  });
