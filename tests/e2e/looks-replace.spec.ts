import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { holdStudents } from './support/held-table.ts';
import { Looks, phone } from './support/looks.ts';
import { askReplace } from './support/own-lists.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo } from './support/shared-class.ts';
import { test } from './support/test.ts';

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`“Pull and replace” looks as it was seen to look in ${language}, light and dark, while its list is made, beside another connection, where nothing is dropped, and where nothing is left to replace (P9)`, async ({
    startConnected,
    postgres,
  }, testInfo) => {
    const made = await startConnected(['Li W', 'Chen Yu', 'Wang Fang'], { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const preview = new PreviewPage(app);
    const checks = page.getByRole('list', { name: t('sync:check.label') }).getByRole('listitem');
    const question = page.getByRole('dialog');
    const replace = (count: number) =>
      page.getByRole('button', { name: t('sync:replace.run', { count }), exact: true }).last();
    const toList = async (): Promise<void> => {
      await page.goto(`${app.shell.origin}/#/sync/preview/${connectionId}`);
      await preview.waitForList();
    };
    const home = { ...connectionTo(await postgres.createDatabase()), name: 'Copy at home', mode: 'push-only' } as const;
    await app.call('connection.add', { classId, connection: home });
    await made.award('Chen Yu', 2);
    await app.call('sync.preview', { classId, connectionId });
    await toList();
    await preview.row('Chen Yu').waitFor();

    const letGo = await holdStudents(made, 'Wang Fang');
    await askReplace(app);
    await expect(checks.nth(7)).toHaveAttribute('data-state', 'running');
    await page.mouse.move(0, 0);
    await looks.at('replace-being-made', { of: page, windows: [phone] });
    await page.getByRole('button', { name: t('common:cancel'), exact: true }).click();
    await expect(page.getByRole('alert')).toContainText(t('errors:cancelled.title'));
    await letGo();
    await page.getByRole('button', { name: t('common:retry') }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:replace.title'));
    await preview.waitForList();
    await preview.recordNamed('Wang Fang').click();
    await expect(preview.detail).toContainText(t('sync:replace.fetched'));

    // What is warned of leads to the other connections.
    const connections = page.getByRole('button', { name: t('sync:check.way.connections') });
    await page.getByRole('button', { name: /Copy at home/ }).click();
    await connections.waitFor();
    await page.mouse.move(0, 0);
    await looks.at('replace-seen-elsewhere', { of: page, forced: true, windows: [phone] });
    await connections.click();
    await expect(page).toHaveURL(/#\/sync$/);
    await toList();
    await replace(2).click();
    await question.getByText(t('sync:replace.others', { connections: 'Copy at home' })).waitFor();
    await question.getByRole('listitem').first().waitFor();
    await looks.at('question-with-others', { of: question, forced: true });
    await question.getByRole('checkbox').check();
    await question.getByRole('button', { name: t('sync:replace.run', { count: 2 }) }).click();
    await expect(preview.result.getByRole('heading')).toHaveText(t('sync:replace.done.title'));

    await made.there('Li W', `note = 'left-handed'`);
    await preview.refresh.click();
    await preview.row('Li W').waitFor();
    await askReplace(app);
    await preview.waitForList();
    await replace(1).click();
    await question.getByText(t('sync:replace.nothingUnsent')).waitFor();
    await looks.at('nothing-dropped', { of: question });
    await question.getByRole('checkbox').check();
    await question.getByRole('button', { name: t('sync:replace.run', { count: 1 }) }).click();
    await expect(preview.result.getByRole('heading')).toHaveText(t('sync:replace.done.title'));

    await askReplace(app);
    await preview.bothSame.waitFor();
    // Where nothing would happen, what would happen is not said, nor who would see it.
    await expect(page.getByRole('region', { name: t('sync:replace.title') })).toHaveCount(0);
    await expect(page.getByText(/Copy at home/)).toHaveCount(0);
    await page.mouse.move(0, 0);
    await looks.at('nothing-to-replace', { of: page, forced: true, windows: [phone] });
    await page.getByRole('button', { name: t('sync:undo.back') }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:preview.title'));
    looks.expectClean();
  });
