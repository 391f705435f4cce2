import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { everyQuestion } from './support/every-question.ts';
import { expectSpoken } from './support/expect-spoken.ts';
import { partsOutOfOrder, partsRead, partsTabbed } from './support/main-parts.ts';
import { askReplace } from './support/own-lists.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tabTo } from './support/tab-to.ts';
import { test } from './support/test.ts';

/*
 * In which order the list of changes is read out and gone through: both ends and what was checked, what happened since, the summary, the list, the panel, and
 * last what carries it out.
 */

for (const language of languages) {
  test(`keyboard, C7: the page is read, tabbed through and laid out in one order: ends, notices, summary, list, panel, bar (${language})`, async ({
    startApp,
    postgres,
  }) => {
    const app = await startApp({ device: 'Room 301', language });
    const made = await everyQuestion(app, postgres);
    const { page, t } = app;
    const preview = new PreviewPage(app);
    const ends = t('sync:ends.label', { local: 'Room 301', server: '127.0.0.1 / 5B' });
    const bar = `group ${t('sync:run.bar')}`;
    const work = (panel: string): readonly string[] => [
      `region ${t('sync:matrix.label')}`,
      `region ${t('sync:list.label')}`,
      `region ${t('sync:detail.label', { record: panel })}`,
      'status',
      bar,
    ];
    const stops = (panel: string): readonly string[] => [
      `section ${t('sync:matrix.label')}`,
      `group ${t('sync:list.tools')}`,
      `grid ${t('sync:list.label')}`,
      `section ${t('sync:detail.label', { record: panel })}`,
      bar,
    ];
    const expectOneOrder = async (read: readonly string[], tabbed: readonly string[]): Promise<void> => {
      expect(await partsRead(page)).toEqual(read);
      expect(await partsOutOfOrder(page)).toEqual([]);
      // As whoever skips to the page begins.
      await page.locator('#main').focus();
      expect(await partsTabbed(page, 'Tab')).toEqual(tabbed);
      expect(await partsTabbed(page, 'Shift+Tab')).toEqual(tabbed.toReversed());
    };

    await preview.open();
    await preview.detail.waitFor();
    const title = `heading ${t('sync:preview.title')}`;
    await expectOneOrder(
      [title, `region ${ends}`, ...work('Anna H')],
      ['header', `section ${ends}`, ...stops('Anna H')],
    );

    // What moved since stands between the ends and the numbers it makes old.
    await made.here('Hans', { name: 'Hannah' });
    await expect(page.getByText(t('sync:preview.movedHere', { count: 1 }))).toBeVisible();
    await expectOneOrder(
      [title, `region ${ends}`, 'status', ...work('Anna H')],
      ['header', `section ${ends}`, 'status', ...stops('Anna H')],
    );

    // What came of a sync is read before the list of what is left.
    await preview.refresh.click();
    await expect(page.getByText(t('sync:preview.movedHere', { count: 1 }))).toBeHidden();
    await preview.waitForList();
    await preview.run('sync');
    await preview.waitForList();
    await preview.recordNamed('Ben H').click();
    const outcome = `status ${t('sync:outcome.label')}`;
    await expectOneOrder(
      [title, outcome, `region ${ends}`, ...work('Ben H')],
      ['header', outcome, `section ${ends}`, ...stops('Ben H')],
    );

    // What a list of its own is for is said before its numbers.
    await askReplace(app);
    await preview.waitForList();
    await preview.recordNamed('Ben H').click();
    const about = t('sync:replace.title');
    await expectOneOrder(
      [`heading ${about}`, `region ${ends}`, `region ${about}`, ...work('Ben H')],
      ['header', `section ${ends}`, `section ${about}`, ...stops('Ben H')],
    );
  });

  test(`keyboard: the list is one tab stop, and Shift+Tab comes back to the same row, cell or head of a part (${language})`, async ({
    startApp,
    postgres,
  }) => {
    const app = await startApp({ device: 'Room 301', language });
    await everyQuestion(app, postgres);
    const { page, t } = app;
    const { keyboard } = page;
    const preview = new PreviewPage(app);
    const { grid } = preview;
    await preview.open();
    await preview.detail.waitFor();
    /** What of the list the keyboard is on. */
    const place = async (): Promise<string> => (await grid.getAttribute('aria-activedescendant')) ?? '';
    const isOutside = async (): Promise<boolean> =>
      await grid.evaluate((list) => {
        const { activeElement } = document;
        return activeElement !== null && activeElement !== document.body && !list.contains(activeElement);
      });
    const expectOneStop = async (): Promise<void> => {
      await expect(grid).toBeFocused();
      const at = await place();
      await expect(page.locator(`[id="${at}"]`)).toBeVisible();
      for (const [away, back] of [
        ['Tab', 'Shift+Tab'],
        ['Shift+Tab', 'Tab'],
      ] as const) {
        await keyboard.press(away);
        expect(await isOutside()).toBe(true);
        await keyboard.press(back);
        await expect(grid).toBeFocused();
        expect(await place()).toBe(at);
      }
    };

    await tabTo(grid);
    await expectOneStop();
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    const third = await place();
    await expectOneStop();
    // On the cell that has a button.
    await keyboard.press('ArrowRight');
    for (let cell = 0; cell < 4; cell += 1) await keyboard.press('ArrowRight');
    expect(await place()).not.toBe(third);
    await expectOneStop();
    await keyboard.press('Home');
    await keyboard.press('Control+Home');
    await keyboard.press('ArrowUp');
    await expectOneStop();

    // The head of a part has a box, and a panel that says how much of the part goes with the sync.
    const head = grid.getByRole('row').filter({ hasText: t('sync:part.counts', { count: 11, ticked: 0 }) });
    for (let row = 0; row < 3 && !(await place()).startsWith((await head.getAttribute('id')) ?? '?'); row += 1)
      await keyboard.press('ArrowDown');
    await expect(head).toHaveId(await place());
    await expectOneStop();
    const panel = page.getByRole('region', { name: t('sync:detail.none') });
    await expectSpoken(app, panel, 'head-of-part');

    // Without the panel the next stop is the bar.
    await keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    await expectOneStop();
    await keyboard.press('Tab');
    await expect(page.getByRole('group', { name: t('sync:run.bar') }).locator(':focus')).toHaveCount(1);
    // Nothing in the list takes Tab beside the list itself, drawn now or after it was scrolled.
    await grid.evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
    await expect(grid.locator('[aria-busy=true]')).toHaveCount(0);
    const takers = await grid
      .locator('button, input, a, summary, [tabindex]')
      .evaluateAll((all) =>
        all.flatMap((one) => (one instanceof HTMLElement && one.tabIndex >= 0 ? [one.outerHTML.slice(0, 100)] : [])),
      );
    expect(takers).toEqual([]);
  });
}
