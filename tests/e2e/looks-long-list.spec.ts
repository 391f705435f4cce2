import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { widePlan } from '../bench/support/wide-plan.ts';
import { holdAnswers } from './support/held-line.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

/** The engine says how far it is after every 500 rows. */
const questions = 600;

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`the head of a part with the panel open, and a decision about ${questions} rows while it is made, look as they were seen to look in ${language}, light and dark (P4, C5)`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const { connectionId } = await widePlan(app, await postgres.createDatabase(), {
      rows: questions + 3,
      conflicts: questions,
    });
    const deciding = await holdAnswers(page, 'plan.decide');
    await page.goto(`${app.shell.origin}/#/sync/preview/${connectionId}`);
    await page.reload();
    const preview = new PreviewPage(app);
    await preview.waitForList();
    await preview.detail.waitFor();

    // The panel stays where it is while the keyboard is on the head of a part.
    await preview.grid.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Home');
    const none = page.getByRole('region', { name: t('sync:detail.none') });
    await expect(none.getByRole('heading', { level: 2 })).toHaveText(t('sync:part.conflict'));
    await expect(none).toContainText(t('sync:part.counts', { count: questions, ticked: 0 }));
    await looks.at('head-of-part', { of: page, forced: true, windows: [phone] });

    deciding.hold();
    await preview.decideMany.click();
    await page.getByRole('menuitem', { name: t('sync:bulk.rule.local'), exact: true }).click();
    await deciding.answered();
    await expect(page.getByText(t('sync:bulk.deciding', { done: '500', total: '600' }))).toBeVisible();
    await expect(page.getByText(t('sync:bulk.decidingHeard', { percent: 80 }))).toHaveRole('status');
    await page.mouse.move(0, 0);
    await looks.at('deciding-many', { of: page, forced: true, windows: [phone] });
    deciding.letGo();
    await expect(page.getByText(t('sync:bulk.done.local', { count: questions })).first()).toBeVisible();
    looks.expectClean();
  });
