import { expect } from '@playwright/test';
import { textLimits } from '../../shared/model/text-limits.ts';
import { languages } from '../../shared/text/language.ts';
import { setServerClock } from './support/server-clock.ts';
import { holdAnswers } from './support/held-line.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

const names = Array.from({ length: 48 }, (_none, place) => `Student ${String(place + 1).padStart(2, '0')}`);

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 300_000 });

for (const language of languages) {
  test(`a clock that is behind or ahead looks in the checks as it was seen to look in ${language}, light and dark (P3)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu'], { language });
    const { page, t } = made.app;
    const looks = new Looks(made.app, testInfo);
    const preview = new PreviewPage(made.app);
    const check = (way: 'behind' | 'ahead') => {
      const [before = '', after = ''] = t(`sync:check.${way}`, { seconds: '#' }).split('#');
      return page.getByRole('button', { name: new RegExp(`${before}[\\d,]+${after}`) });
    };
    await made.award('Chen Yu', 4);
    await setServerClock(made, 3_600);
    await preview.open();
    await check('behind').click();
    await page.getByText(t('errors:clock-differs.remedy')).waitFor();
    await page.mouse.move(0, 0);
    await looks.at('clock-behind', { of: page, forced: true, windows: [phone] });
    await setServerClock(made, -120);
    await preview.open();
    await check('ahead').waitFor();
    await looks.at('clock-ahead', { of: page });
    looks.expectClean();
  });

  test(`rows that are still being read, and a list of open questions of which none is left, look as they were seen to look in ${language}, light and dark (F2, C7, size)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    for (const name of names) await made.here(name, { name: `${name} H` });
    await made.there('Student 01', "name = 'Student 01 S'");
    const reading = await holdAnswers(page, 'plan.rows');
    await page.reload();
    await preview.open();
    reading.hold();
    await preview.grid.focus();
    await page.keyboard.press('End');
    await reading.answered();
    await expect(preview.grid.locator('[role=row][aria-busy=true]').first()).toBeVisible();
    await looks.at('being-read', { of: page, unread: true, windows: [phone] });
    reading.letGo();
    await expect(preview.recordNamed('Student 48 H')).toBeVisible();
    await page.goto(`${page.url()}?unresolved=1`);
    await preview.recordNamed('Student 01 H').click();
    await preview.whole('local').click();
    const nothing = preview.grid.getByText(t('sync:list.noneLeft'), { exact: true });
    await page.keyboard.press('F5');
    await expect(nothing).toBeVisible();
    await page.mouse.move(0, 0);
    await looks.at('none-left', { of: page, windows: [phone] });
    looks.expectClean();
  });

  test(`why an answer was not taken looks in the panel and, without it, above the list as it was seen to look in ${language}, light and dark (C1, P6)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu'], { language });
    const { page, t } = made.app;
    const looks = new Looks(made.app, testInfo);
    const preview = new PreviewPage(made.app);
    await made.here('Li W', { name: 'Li Wei' });
    await made.there('Li W', "name = 'Li Wen'");
    await preview.open();
    await preview.recordNamed('Li Wei').click();
    await preview.detail.getByRole('radio').last().check();
    const field = preview.detail.getByRole('textbox');
    await field.fill('x'.repeat(textLimits.name + 1));
    await field.press('Enter');
    const refusal = page.getByRole('alert');
    await expect(refusal).toContainText(t('errors:name-too-long.remedy', { max: textLimits.name }));
    await expect(preview.detail.getByRole('alert')).toHaveCount(1);
    await looks.at('refused-in-panel', { of: page, forced: true, windows: [phone] });
    // What was typed stays, to be mended.
    await expect(field).toHaveValue('x'.repeat(textLimits.name + 1));
    await page.keyboard.press('Escape');
    await expect(preview.detail).toHaveCount(0);
    await expect(refusal).toBeVisible();
    await looks.at('refused-above-list', { of: page, windows: [phone] });
    looks.expectClean();
  });
}
