import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { holdStudents } from './support/held-table.ts';
import { Looks, phone } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park', 'Ben Carter'];

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`a list that takes a sync back, while it is made and where somebody cancels that, looks as it was seen to look in ${language}, light and dark (P9, P3, R2)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    const title = page.getByRole('heading', { level: 1 });
    const checks = page.getByRole('list', { name: t('sync:check.label') }).getByRole('listitem');
    const cancel = page.getByRole('button', { name: t('common:cancel'), exact: true });
    await made.here('Li W', { name: 'Li Wei' });
    await made.award('Chen Yu', 2);
    await preview.open();
    await preview.run('sync');
    await preview.expectDone();

    // From the result of the sync, while the server does not let its students be read.
    let letGo = await holdStudents(made, 'Wang Fang');
    await preview.result.getByRole('button', { name: t('sync:undo.action') }).click();
    await expect(checks.nth(7)).toHaveAttribute('data-state', 'running');
    await expect(title).toHaveText(t('sync:undo.title'));
    // When the list of before was made says nothing about this one.
    await expect(page.getByText(t('sync:preview.checked', { time: '' }).trim())).toHaveCount(0);
    await page.mouse.move(0, 0);
    await looks.at('undo-being-made', { of: page, forced: true, windows: [phone] });
    await cancel.click();
    await expect(page.getByRole('alert')).toContainText(t('errors:cancelled.title'));
    await looks.at('undo-cancelled', { of: page, windows: [phone] });
    await letGo();

    // Trying again makes the same list, and no ordinary one.
    await page.getByRole('button', { name: t('common:retry') }).click();
    await expect(title).toHaveText(t('sync:undo.titleOf', { time: '09:41' }));
    await preview.waitForList();
    await expect(preview.row('Li Wei')).toBeVisible();

    // That of an earlier sync, from its page, while this one is open.
    const [run] = (await app.call('run.list', { classId })).items;
    await page.goto(`${app.shell.origin}/#/sync/run/${run?.runId ?? ''}`);
    letGo = await holdStudents(made, 'Zhao Min');
    await page.getByRole('button', { name: t('sync:undo.action') }).click();
    await expect(checks.nth(7)).toHaveAttribute('data-state', 'running');
    await looks.at('undo-being-made-again', { of: page });
    await cancel.click();
    await expect(page.getByRole('alert')).toContainText(t('errors:cancelled.title'));
    await preview.rows.first().waitFor();
    await looks.at('undo-cancelled-again', { of: page });
    await letGo();
    looks.expectClean();
  });
