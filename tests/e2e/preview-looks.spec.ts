import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { sql } from '../support/sql.ts';
import type { App } from './support/app.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, syncBeside } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

/*
 * How the list of changes looks in each of its states, compared with pictures a person has looked at (`preview-looks.spec.ts-snapshots`). The tolerance is for
 * browsers that draw letters a little differently; something that moved, vanished or changed its colour is far above it. `--update-snapshots` makes them anew.
 */

const tolerance = { maxDiffPixelRatio: 0.02, threshold: 0.25, animations: 'disabled', caret: 'hide' } as const;

/** Writes one time of day instead of the real ones, so that pictures of different days can be compared. */
async function stopTheClock({ page }: App): Promise<void> {
  await expect(page.locator('[role=grid] [aria-busy=true]')).toHaveCount(0);
  await page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode())
      node.nodeValue = (node.nodeValue ?? '')
        .replaceAll(/\b\d{1,2}:\d{2}(:\d{2})?\b/g, '09:41')
        .replaceAll(/\b\d+ (?:second|minute)s? ago\b/g, 'this minute')
        .replaceAll(/\d+ ?(?:秒钟?|分钟)前/g, '此刻');
  });
}

/** A class with everything a list of changes can ask, on this PC and on a server. */
async function makeScene(app: App, database: Parameters<typeof connectionTo>[0]): Promise<void> {
  const names = ['Li W', 'Wang Fang', 'Chen Yu', '欧阳娜娜', 'Zhao Lei', 'Sun Li'];
  const classId = await newClass(app, names);
  const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
  await app.call('connection.init', { classId, connectionId, consent: true });
  await syncBeside(app);
  const { items } = await app.call('student.list', { classId });
  const idOf = (name: string): string => items.find((student) => student.name === name)?.id ?? '';
  const there = async (set: string, name: string): Promise<void> => {
    await sql(database.config, `UPDATE tallybook.student SET ${set} WHERE id = $1`, [idOf(name)]);
  };
  await app.call('student.set', { classId, id: idOf('Li W'), change: { name: 'Li Wei', number: '7' } });
  await there(`name = 'Li Wen', number = '8'`, 'Li W');
  await app.call('student.set', { classId, id: idOf('Wang Fang'), change: { name: 'Wang Fangfang' } });
  await there('deleted_at = now()', 'Wang Fang');
  await app.call('student.delete', { classId, ids: [idOf('Sun Li')] });
  await app.call('score.add', { classId, studentIds: [idOf('Chen Yu')], award: { delta: 2, text: 'Homework' } });
  await there(`note = 'left-handed'`, 'Zhao Lei');
  await app.call('student.add', { classId, students: [{ name: 'Qian Jia', number: '30' }] });
  await sql(
    database.config,
    `INSERT INTO tallybook.student (class_id, id, name, number, created_at)
     SELECT id, md5('new')::uuid, 'Qian Yi', '30', now() FROM tallybook.class`,
  );
}

// Pictures are those of one system's letters.
test.skip(process.platform !== 'linux', 'the pictures are drawn with the letters of Linux');

for (const language of languages) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the list of changes looks as it was seen to look in each of its states (${language}, ${colorScheme})`, async ({
      startApp,
      postgres,
    }) => {
      const app = await startApp({ language, colorScheme, device: 'Room 301' });
      const { page, t } = app;
      const looks = async (state: string): Promise<void> => {
        await stopTheClock(app);
        await expect.soft(page).toHaveScreenshot(`${state}-${language}-${colorScheme}.png`, tolerance);
      };
      await makeScene(app, await postgres.createDatabase());

      await new SyncPage(app).badge.getByRole('button').click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('sync:sheet.toList') })
        .waitFor();
      await looks('sheet');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('sync:sheet.toList') })
        .click();

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
      await page.setViewportSize({ width: 1024, height: 768 });
      await looks('touch-board');
      await page.setViewportSize({ width: 320, height: 800 });
      await looks('narrow');
      await page.setViewportSize({ width: 1366, height: 768 });
      await preview.run('sync');
      await looks('result');
    });
  }
}
