import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { damage } from './support/damaged-file.ts';
import { holdAnswers } from './support/held-line.ts';
import { Looks, phone } from './support/looks.ts';
import { test } from './support/test.ts';

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`a history, a past sync and a recovery bin that cannot be read look as they were seen to look in ${language}, light and dark, and are there once they can (R6, C9)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang'], { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const goTo = async (path: string): Promise<void> => void (await page.goto(`${app.shell.origin}/#/${path}`));
    const alert = page.getByRole('alert');
    const again = alert.getByRole('button', { name: t('common:retry') });
    const damaged = async (): Promise<void> => await expect(alert).toContainText(t('errors:store-damaged.title'));
    // A value that lost, and the sync it lost in.
    await made.here('Li W', { name: 'Li Wei' });
    await made.there('Li W', "name = 'Li Wen'");
    const { planId } = await app.call('sync.preview', { classId, connectionId });
    const { runId } = await app.call('sync.run', { classId, planId, mode: 'sync', conflicts: 'server' });

    const read = await holdAnswers(page, 'bin.list');
    await page.reload();
    let mend = damage(made, 'recovery_bin', 'sqlite_autoindex_recovery_bin_1');
    await goTo('sync/bin');
    await damaged();
    await looks.at('bin-not-readable', { of: page, forced: true, windows: [phone] });
    // Tried again while it is damaged still: the answer is there before it is mended.
    read.hold();
    await again.click();
    await read.answered();
    read.letGo();
    await damaged();
    mend();
    await again.click();
    await expect(page.getByRole('grid', { name: t('sync:bin.title') })).toContainText('Li Wen');
    await expect(alert).toHaveCount(0);
    // What was read stands there still when it is read again and cannot be.
    mend = damage(made, 'recovery_bin', 'sqlite_autoindex_recovery_bin_1');
    await page.getByLabel(t('sync:bin.search')).fill('li');
    await damaged();
    await looks.at('bin-not-readable-again', { of: page, windows: [phone] });
    mend();
    await again.click();
    await expect(alert).toHaveCount(0);

    // How many questions a sync answered is counted for its line in the history.
    const history = page.getByRole('grid', { name: t('sync:history.title') });
    mend = damage(made, 'run_row', 'run');
    await goTo('sync');
    await damaged();
    await looks.at('history-not-readable', { of: page, forced: true, windows: [phone] });
    await goTo(`sync/run/${runId}`);
    await damaged();
    await looks.at('run-not-readable', { of: page, windows: [phone] });
    mend();
    await again.click();
    await expect(page.getByRole('grid', { name: t('sync:history.rows') })).toContainText('Li Wen');
    await expect(alert).toHaveCount(0);
    await goTo('sync');
    await again.click();
    await expect(history).toContainText(t('sync:outcome.completed.word'));
    await expect(alert).toHaveCount(0);
    looks.expectClean();
  });
