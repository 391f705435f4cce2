import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { agreeByKey, pickInMenu } from './support/by-keyboard.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tabTo } from './support/tab-to.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', '张三', 'Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal', 'Ivy', 'Jo', 'Kim'];

for (const language of languages)
  test(`what is asked before much is overwritten, before points are undone and before this PC becomes what the server is, is answered and left with the keyboard alone in ${language} (keyboard, P7, P8, P9)`, async ({
    startConnected,
  }) => {
    const made = await startConnected(names, { language });
    const { app } = made;
    const { page, t } = app;
    const { keyboard } = page;
    const preview = new PreviewPage(app);
    const question = page.getByRole('dialog');
    const title = page.getByRole('heading', { level: 1 });
    const notes = async (): Promise<readonly (string | null)[]> => [
      ...new Set((await made.students()).map(({ note }) => note)),
    ];
    /** Presses the key that carries the list out, once the list is no longer so new that nobody can have read it. */
    const carryOut = async (): Promise<void> => {
      const bar = page.getByRole('group', { name: t('sync:run.bar') });
      await expect(bar.getByRole('button').last()).toBeEnabled();
      await tabTo(preview.grid, 80);
      await keyboard.press('Control+Enter');
    };
    /** The question is left once, and asked again. */
    const askTwice = async (): Promise<void> => {
      await carryOut();
      await question.waitFor();
      await expect(question.locator(':focus')).toHaveCount(1);
      await keyboard.press('Escape');
      await question.waitFor({ state: 'hidden' });
      await expect(page.locator('#main :focus')).toHaveCount(1);
      await keyboard.press('Control+Enter');
      await question.waitFor();
    };

    await made.onServer(`UPDATE tallybook.student SET note = 'sits in front'`);
    await preview.open();
    await askTwice();
    expect(await notes()).toEqual([null]);
    await agreeByKey(app, t('sync:guard.go'));
    await preview.expectDone();
    expect(await notes()).toEqual(['sits in front']);

    await made.award(['Li W', 'Chen Yu', '张三', 'Ada', 'Ben'], 2);
    await preview.open();
    await carryOut();
    await preview.expectDone();
    await tabTo(preview.result.getByRole('button', { name: t('sync:undo.action') }), 80);
    await keyboard.press('Enter');
    await expect(title).not.toHaveText(t('sync:preview.title'));
    await preview.waitForList();
    await askTwice();
    // Whose points they are is read with the keyboard as well.
    await tabTo(question.getByRole('region', { name: t('sync:undo.undoneLabel') }));
    expect(await made.points()).toMatchObject({ 'Li W': 2, Ben: 2 });
    await agreeByKey(app, t('sync:undo.run', { count: 5 }));
    await expect(preview.result.getByRole('heading')).toHaveText(t('sync:undo.done.title'));
    expect(await made.points()).toMatchObject({ 'Li W': 0, Ben: 0 });

    for (const name of names) await made.here(name, { note: 'left-handed' });
    await preview.open();
    const more = page.getByRole('button', { name: new RegExp(`[:：] ?${t('sync:preview.more')}$`) });
    await tabTo(more, 80);
    await keyboard.press('Enter');
    await page.getByRole('menuitem').first().waitFor();
    await keyboard.press('Tab');
    await pickInMenu(app, t('sync:replace.action'));
    await expect(title).toHaveText(t('sync:replace.title'));
    await preview.waitForList();
    await askTwice();
    await tabTo(question.getByRole('region', { name: t('sync:replace.droppedLabel') }));
    expect(await notes()).toEqual(['left-handed']);
    await agreeByKey(app, t('sync:replace.run', { count: names.length }));
    await expect(preview.result.getByRole('heading')).toHaveText(t('sync:replace.done.title'));
    expect(await notes()).toEqual(['sits in front']);
  });
