import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { classFileOf } from '../../electron/store/class-files.ts';
import { openClassStore } from '../../electron/store/class-store.ts';
import type { ConnectedClass } from './support/connected-class.ts';
import { Looks, phone } from './support/looks.ts';
import { putBetween } from './support/put-between.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang', 'Zhao Min', 'Ada Park', 'Ben Carter'];
/** In milliseconds: of another year, whichever day it is. */
const longAgo = 400 * 24 * 3_600_000;

// Parallel by language, with axe on every state in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

/** Compares both sides without the page; answers what that fails with. */
async function failure({ app, classId, connectionId }: ConnectedClass): Promise<string> {
  return await app.call('sync.preview', { classId, connectionId }).then(
    () => 'none',
    (error: unknown) => String((error as { readonly code?: unknown }).code),
  );
}

/** The newest copy on the server is of long ago. */
function ageCopy({ app, classId }: ConnectedClass): void {
  const store = openClassStore(classFileOf(app.folder, classId), { classId });
  const at = new Date(Date.now() - longAgo).toISOString();
  store.db.prepare('UPDATE connection SET last_run_at = ?').run(at);
  store.close();
}

for (const language of languages) {
  test(`the card and the badge of a connection that cannot be used look as they were seen to look in ${language}, light and dark (P10, R3)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId, connectionId, database } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const sync = new SyncPage(app);
    const network = await putBetween(made);
    const set = async (change: object): Promise<unknown> =>
      await app.call('connection.set', { classId, connectionId, change });
    await made.award(['Li W', 'Chen Yu'], 2);
    await sync.goto();

    await network.mode({ kind: 'refuse' });
    network.cut();
    expect(await failure(made)).toBe('refused');
    await expect(sync.card).toContainText(t('sync:status.offline'));
    await expect(sync.badge).toContainText(t('common:badge.offline'));
    await looks.at('offline', { of: page, forced: true, windows: [phone] });
    await network.mode({ kind: 'pass' });

    await made.onServer('ALTER SCHEMA tallybook RENAME TO tallybook_away');
    expect(await failure(made)).toBe('schema-missing');
    await expect(sync.card).toContainText(t('errors:schema-missing.title'));
    await expect(sync.badge).toContainText(t('common:badge.failed'));
    await looks.at('failed', { of: page, forced: true, windows: [phone] });
    await made.onServer('ALTER SCHEMA tallybook_away RENAME TO tallybook');

    // The server of the tests takes every password of its own user.
    await made.onServer(`CREATE ROLE "card-${database.database}" LOGIN PASSWORD 'teach-5B'`);
    await set({ user: `card-${database.database}`, password: 'Sesame-9931' });
    expect(await failure(made)).toBe('password-wrong');
    await expect(sync.card).toContainText(t('sync:status.password-refused'));
    await looks.at('password-refused', { of: page });

    // Nothing keeps a password here once the app was closed.
    await app.restart();
    expect(await failure(made)).toBe('password-missing');
    await sync.goto();
    await expect(sync.card).toContainText(t('sync:status.password-missing'));
    await expect(sync.badge).toContainText(t('common:badge.password-missing'));
    await looks.at('password-missing', { of: page, windows: [phone] });
    await network.stop();
    looks.expectClean();
  });

  test(`the card and the badge of a class that is kept in sync, paused, stopped at a guard, and of a copy that is overdue look as they were seen to look in ${language}, light and dark (R5, P10)`, async ({
    startConnected,
  }, testInfo) => {
    const made = await startConnected(names, { language });
    const { app, classId, connectionId } = made;
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const sync = new SyncPage(app);
    const button = (words: string) => sync.card.getByRole('button', { name: words, exact: true });
    await sync.goto();
    await sync.card.getByRole('switch').click();
    await expect(button(t('sync:keep.pause'))).toBeEnabled();
    await button(t('sync:keep.pause')).click();
    await expect(button(t('sync:keep.resume'))).toBeEnabled();
    await made.award('Li W', 2);
    await expect(sync.badge).toContainText(t('common:badge.waiting', { count: 1 }));
    await page.mouse.move(0, 0);
    await looks.at('paused', { of: page, forced: true, windows: [phone] });

    await made.onServer('UPDATE tallybook.student SET deleted_at = now()');
    await button(t('sync:keep.resume')).click();
    await expect(sync.card).toContainText(t('sync:keep.halted'));
    await expect(sync.badge).toContainText(t('common:badge.halted'));
    await page.mouse.move(0, 0);
    await looks.at('halted', { of: page, forced: true, windows: [phone] });
    await made.onServer('UPDATE tallybook.student SET deleted_at = NULL');
    await sync.card.getByRole('switch').click();
    await expect(sync.card).toContainText(t('sync:keep.about'));

    await app.call('connection.set', { classId, connectionId, change: { mode: 'push-only' } });
    await app.call('sync.preview', { classId, connectionId });
    ageCopy(made);
    await page.reload();
    await expect(sync.card).toContainText(t('sync:status.overdue'));
    await expect(sync.badge).toContainText(t('common:badge.overdue'));
    await looks.at('overdue', { of: page, forced: true, windows: [phone] });
    looks.expectClean();
  });
}
