import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { changedOnBoth } from './support/changed-on-both.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`questions another device is part of name it in the list and in the panel, and look as they were seen to look in ${language}, light and dark (C2, C4, C8, P8)`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const there = await startApp({ device: 'Room 301', language });
    const app = await startApp({ device: 'Office PC', language });
    await changedOnBoth(app, there, await postgres.createDatabase());
    const { page } = app;
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    await preview.open();
    for (const [record, state] of [
      ['Li Wen', 'renamed-on-two'],
      ['Chen Yue', 'deleted-by-another'],
      ['Wang Fang', 'changed-by-another'],
      ['Zhao Min', 'deleted-by-another-with-points'],
    ] as const) {
      await preview.recordNamed(record).first().click();
      await expect(preview.detail.getByRole('heading', { level: 2 })).toHaveText(record);
      await expect(preview.detail).toContainText('Room 301');
      await page.mouse.move(0, 0);
      const whole = state === 'renamed-on-two';
      await looks.at(
        state,
        whole ? { of: page, forced: true, windows: [phone] } : { of: preview.detail, within: 'section[data-key]' },
      );
    }
    looks.expectClean();
  });
