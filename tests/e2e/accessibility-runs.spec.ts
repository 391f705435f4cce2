import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { copyTestDatabase } from '../support/postgres.ts';
import type { ConnectedClass } from './support/connected-class.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo } from './support/shared-class.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', '张三', 'Ada', 'Ben', 'Cleo', 'Dan', 'Eve'];

// Parallel by language, a dozen states each, with axe on every one in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

/** Answers the open question with its way back. */
async function goBack({ app }: ConnectedClass, name: string = app.t('common:cancel')): Promise<void> {
  const question = app.page.getByRole('dialog');
  await question.getByRole('button', { name }).click();
  await question.waitFor({ state: 'hidden' });
}

for (const language of languages) {
  test(`the history, an undo and what is asked before a run in ${language}, light and dark, are clean for axe and fit 320 pixels (P3, P7, P9, P10, R6, language)`, async ({
    startConnected,
    postgres,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const backup = await copyTestDatabase(postgres, made.database);
    await made.here('Li W', { name: 'Li Wei' });
    await made.award('张三', 2);
    await made.sync();
    const preview = new PreviewPage(app);
    await preview.open();
    await preview.bothSame.waitFor();
    await looks.at('both-the-same', { of: page });
    await made.here('Chen Yu', { number: '7' });

    const [run] = (await app.call('run.list', { classId })).items;
    await page.goto(`${app.shell.origin}/#/sync/run/${run?.runId ?? ''}`);
    await page.getByRole('grid').getByRole('row').nth(1).click();
    await looks.at('run-detail', { of: page, windows: [phone] });
    await page.getByRole('button', { name: t('sync:undo.action') }).click();
    await preview.waitForList();
    await preview.rows.first().click();
    await looks.at('undo-list', { of: page, windows: [phone] });
    await page.getByRole('button', { name: t('sync:undo.back') }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:preview.title'));
    await preview.waitForList();
    await page.getByRole('button', { name: t('errors:not-encrypted.title') }).click();
    await looks.at('check-remedy', { of: page.locator('#main') });
    await page.getByRole('button', { name: new RegExp(`[:：] ?${t('sync:preview.more')}$`) }).click();
    await page.getByRole('menuitem', { name: t('sync:replace.action') }).click();
    await preview.waitForList();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:replace.title'));
    await looks.at('replace-list', { of: page, windows: [phone] });
    await page.getByRole('button', { name: t('sync:replace.run', { count: 1 }), exact: true }).click();
    await page.getByRole('dialog').getByRole('listitem').waitFor();
    await looks.at('replace-question', { of: page.getByRole('dialog') });
    await goBack(made);

    await page.goto(`${app.shell.origin}/#/class`);
    await page.getByRole('button', { name: t('common:switcher.label', { name: '5B' }) }).click();
    await page.getByRole('menuitem', { name: t('common:quit.entry') }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('common:quit.stay') })
      .waitFor();
    await looks.at('close-question', { of: page.getByRole('dialog') });
    await goBack(made, t('common:quit.stay'));

    // Most of the students, and then all of them.
    await made.onServer(`UPDATE tallybook.student SET deleted_at = now() WHERE name <> 'Ada'`);
    for (const state of ['guard', 'empty-side'] as const) {
      if (state === 'empty-side') await made.onServer('UPDATE tallybook.student SET deleted_at = now()');
      await preview.open();
      await preview.runButton('sync').click();
      await page.getByRole('dialog').getByRole('checkbox').waitFor();
      await looks.at(state, { of: page.getByRole('dialog') });
      await goBack(made);
    }

    await copyTestDatabase(postgres, backup, made.database.database);
    await preview.refresh.click();
    const restored = page.getByRole('region', { name: t('sync:restored.title') });
    await restored.waitFor({ timeout: 30_000 });
    await looks.at('restored', { of: restored });
    looks.expectClean();
  });

  test(`a run under way, one that is checked, one that fails and what is in the bin in ${language}, light and dark, are clean for axe and fit 320 pixels (P5, R1, R2, R3, C9, language)`, async ({
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

    await made.award('Ada', 2);
    await preview.open();
    await network.mode({ kind: 'freeze-at-statement', statement: 'COMMIT', lose: 'request' });
    await preview.runButton('sync').click();
    await network.faulted();
    await page.getByText(t('sync:phase.commit'), { exact: true }).first().waitFor();
    await looks.at('running', { of: page, windows: [phone] });
    network.cut();
    await network.mode({ kind: 'refuse' });
    const told = preview.result.getByRole('heading', { level: 2 });
    await expect(told).toHaveText(t('sync:outcome.checking.title'));
    await looks.at('checking', { of: preview.result, forced: true });
    await network.mode({ kind: 'pass' });
    await expect(told).toHaveText(t('sync:outcome.lost.title'), { timeout: 60_000 });
    await looks.at('found-out', { of: preview.result });

    await network.mode({ kind: 'refuse' });
    network.cut();
    await preview.refresh.click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    await looks.at('unreachable', { of: alert });
    await network.mode({ kind: 'pass' });

    await made.here('Ben', { name: 'Benjamin' });
    await preview.refresh.click();
    await expect(preview.row('Benjamin')).toBeVisible();
    await made.here('Ben', { name: 'Benny' });
    await preview.run('sync');
    await expect(told).toHaveText(t('sync:outcome.stale.title'));
    await looks.at('stale', { of: preview.result });

    await made.onServer("ALTER TABLE tallybook.student ADD CONSTRAINT no_benny CHECK (name <> 'Benny')");
    await preview.run('sync');
    await expect(told).toHaveText(t('sync:outcome.refused.title'));
    await looks.at('failed', { of: preview.result, forced: true });
    await made.onServer('ALTER TABLE tallybook.student DROP CONSTRAINT no_benny');

    await made.here('Cleo', { name: 'Clea' });
    await made.there('Cleo', "name = 'Clio'");
    const { planId } = await app.call('sync.preview', { classId, connectionId });
    await app.call('sync.run', { classId, planId, mode: 'sync', conflicts: 'server' });
    await page.goto(`${app.shell.origin}/#/sync/bin`);
    const bin = page.getByRole('grid', { name: t('sync:bin.title') });
    await bin.getByText('Clio').first().waitFor();
    await looks.at('bin', { of: page, windows: [phone] });
    await network.stop();
    looks.expectClean();
  });
}
