import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import type { ConnectedClass } from './support/connected-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { stopTheClock } from './support/stop-the-clock.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

/*
 * How the list of changes looks in each of its states, compared with pictures a person has looked at (`preview-looks.spec.ts-snapshots`). The tolerance is for
 * browsers that draw letters a little differently; something that moved, vanished or changed its colour is far above it. `--update-snapshots` makes them anew.
 */

const tolerance = { maxDiffPixelRatio: 0.02, threshold: 0.25, animations: 'disabled', caret: 'hide' } as const;

const names = ['Li W', 'Wang Fang', 'Chen Yu', '欧阳娜娜', 'Zhao Lei', 'Sun Li'];

/** Brings about everything a list of changes can ask. */
async function makeScene(made: ConnectedClass): Promise<void> {
  const { app, classId } = made;
  await made.here('Li W', { name: 'Li Wei', number: '7' });
  await made.there('Li W', "name = 'Li Wen', number = '8'");
  await made.here('Wang Fang', { name: 'Wang Fangfang' });
  await made.there('Wang Fang', 'deleted_at = now()');
  await app.call('student.delete', { classId, ids: [made.idOf('Sun Li')] });
  await made.award('Chen Yu', 2);
  await made.there('Zhao Lei', "note = 'left-handed'");
  await app.call('student.add', { classId, students: [{ name: 'Qian Jia', number: '30' }] });
  await made.addThere('Qian Yi', '30');
}

// Pictures are those of one system's letters.
test.skip(process.platform !== 'linux', 'the pictures are drawn with the letters of Linux');

type Looks = (state: string) => Promise<void>;

/** From the small sheet to the result of a run, each state looked at on the way. `narrow`: also on a touch board and in a narrow window. */
async function visitStates({ app }: ConnectedClass, looks: Looks, narrow: boolean): Promise<void> {
  const { page, t } = app;
  await new SyncPage(app).badge.getByRole('button').click();
  const toList = page.getByRole('dialog').getByRole('button', { name: t('sync:sheet.toList') });
  await toList.waitFor();
  await looks('sheet');
  await toList.click();

  const preview = new PreviewPage(app);
  await preview.waitForList();
  await preview.row('Li Wei').click();
  await preview.detail.waitFor();
  await looks('both-changed');
  await preview.row('Wang Fangfang').click();
  await expect(preview.detail).toContainText('Wang Fang');
  await looks('deleted-there');
  await preview.row('Qian Jia').click();
  await expect(preview.detail).toContainText('Qian Yi');
  await looks('same-number');
  if (narrow) {
    await page.setViewportSize({ width: 1024, height: 768 });
    await looks('touch-board');
    await page.setViewportSize({ width: 320, height: 800 });
    await looks('narrow');
    await page.setViewportSize({ width: 1366, height: 768 });
  }
  await preview.run('sync');
  await looks('result');
}

for (const language of languages) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the list of changes looks as it was seen to look in each of its states (${language}, ${colorScheme})`, async ({
      startConnected,
    }) => {
      const made = await startConnected(names, { language, colorScheme });
      await makeScene(made);
      const { page } = made.app;
      const looks: Looks = async (state) => {
        await stopTheClock(page);
        await expect.soft(page).toHaveScreenshot(`${state}-${language}-${colorScheme}.png`, tolerance);
      };
      await visitStates(made, looks, true);
    });
  }
}

test('in the colours of the system alone, what is chosen, ticked, changed, deleted or asks is still told apart (forced colours)', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  await makeScene(made);
  const { page } = made.app;
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  const looks: Looks = async (state) => {
    if (state === 'both-changed') await page.locator('input[type=radio][value=local]').first().check();
    await stopTheClock(page);
    await expect.soft(page).toHaveScreenshot(`${state}-forced.png`, tolerance);
  };
  await visitStates(made, looks, false);
});
