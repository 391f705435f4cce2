import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park', 'Ben Carter'];

// Parallel by language, a dozen states each, with axe on every one in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`a list that was carried out or is no longer good, one that has nothing to take back, and looking at a server look as they were seen to look in ${language}, light and dark (P3, P5, P9, R2)`, async ({
    startConnected,
    postgres,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const network = await startFaultProxy({ target: postgres });
    const change = { ...connectionTo(made.database), port: network.port };
    await app.call('connection.set', { classId, connectionId, change });
    const preview = new PreviewPage(app);
    const goTo = async (path: string): Promise<void> => void (await page.goto(`${app.shell.origin}/#/${path}`));
    const refuse = async (): Promise<void> => {
      await network.mode({ kind: 'refuse' });
      network.cut();
    };

    // What is got needs no server any more once it is listed; the list that should follow does.
    await made.there('Li W', "name = 'Li Wen'");
    await made.there('Chen Yu', "note = 'left-handed'");
    await preview.open();
    await refuse();
    await preview.run('sync');
    await page
      .getByRole('status')
      .filter({ hasText: t('sync:preview.used') })
      .waitFor();
    await page.mouse.move(0, 0);
    await looks.at('carried-out-no-list', { of: page, windows: [phone] });
    await preview.result.getByRole('button', { name: t('common:gotIt') }).click();
    await looks.at('list-used', { of: page, forced: true, windows: [phone] });

    await network.mode({ kind: 'pass' });
    await made.there('Ben Carter', "name = 'Benjamin Carter'");
    await preview.refresh.click();
    await preview.waitForList();
    await expect(preview.row('Benjamin Carter')).toBeVisible();
    await refuse();
    await made.here('Ben Carter', { name: 'Benny Carter' });
    await page.getByText(t('sync:preview.movedHere', { count: 1 })).waitFor();
    await preview.run('sync');
    await page
      .getByRole('status')
      .filter({ hasText: t('sync:preview.stale') })
      .waitFor();
    await page.mouse.move(0, 0);
    await looks.at('outdated-no-list', { of: page, windows: [phone] });
    await preview.result.getByRole('button', { name: t('common:gotIt') }).click();
    await looks.at('list-outdated', { of: page, windows: [phone] });

    // The step between a saved connection and its first list.
    await network.mode({ kind: 'freeze' });
    await goTo(`sync/prepare/${connectionId}`);
    await page.getByText(t('sync:prepare.looking')).waitFor();
    await looks.at('looking-at-the-server', { of: page, windows: [phone] });
    await refuse();
    // Cut off in the middle of a word, what was there might have been anything.
    await page.getByRole('button', { name: t('common:retry') }).click();
    await expect(page.getByRole('alert')).toContainText(t('errors:refused.title'));
    await looks.at('server-not-found', { of: page, windows: [phone] });
    await network.mode({ kind: 'pass' });

    // A sync that only kept what is here wrote nothing.
    const { planId } = await app.call('sync.preview', { classId, connectionId });
    const { runId } = await app.call('sync.run', { classId, planId, mode: 'pull', conflicts: 'local' });
    await app.call('run.undo', { classId, runId });
    await goTo(`sync/preview/${connectionId}`);
    await page.reload();
    await page.getByText(t('sync:undo.nothing.title')).waitFor();
    await looks.at('nothing-to-take-back', { of: page, windows: [phone] });
    await page.getByRole('button', { name: t('sync:undo.back') }).click();
    await preview.waitForList();
    await made.sync();
    await preview.refresh.click();
    // Both were the same before it as well: a point given before the new list is there would be in it.
    await preview.waitForList();
    await preview.bothSame.waitFor();
    await made.award('Ada Park', 1);
    await page.getByText(t('sync:preview.sameThen.title')).waitFor();
    await looks.at('same-then', { of: page, windows: [phone] });

    // In the small sheet.
    await made.sync();
    await made.there('Zhao Min', "note = 'left-handed'");
    const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
    await new SyncPage(app).badge.getByRole('button').click();
    await sheet.getByRole('button', { name: t('sync:run.sync', { count: 1 }) }).waitFor();
    await refuse();
    await sheet.getByRole('button', { name: t('sync:run.sync', { count: 1 }) }).click();
    await sheet.getByRole('status', { name: t('sync:outcome.label') }).waitFor();
    await looks.at('sheet-no-list', { of: sheet });
    await network.stop();
    looks.expectClean();
  });
