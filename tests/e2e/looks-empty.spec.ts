import { languages } from '../../shared/text/language.ts';
import { ConnectedClass } from './support/connected-class.ts';
import { Looks, phone } from './support/looks.ts';
import { newClass } from './support/new-class.ts';
import { connectionTo } from './support/shared-class.ts';
import { test } from './support/test.ts';

// Parallel by language, a dozen states each, with axe on every one in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

for (const language of languages)
  test(`pages with nothing on them, and what is around the history and the bin, look as they were seen to look in ${language}, light and dark (R6, C9)`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ device: 'Room 301', language });
    const { page, t } = app;
    const looks = new Looks(app, testInfo);
    const goTo = async (path: string): Promise<void> => void (await page.goto(`${app.shell.origin}/#/${path}`));
    const classId = await newClass(app, ['Li W', 'Chen Yu', 'Wang Fang']);
    await goTo('sync');
    await page.getByRole('button', { name: t('sync:doors.share.action'), exact: true }).waitFor();
    await looks.at('not-shared', { of: page, windows: [phone] });

    const database = await postgres.createDatabase();
    const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
    await app.call('connection.init', { classId, connectionId, consent: true });
    const history = page.getByRole('grid', { name: t('sync:history.title') });
    await history.getByText(t('sync:history.empty.text')).waitFor();
    await looks.at('history-empty', { of: page, windows: [phone] });
    await goTo('sync/bin');
    await page.getByText(t('sync:bin.empty.title')).waitFor();
    await looks.at('bin-empty', { of: page, windows: [phone] });
    await app.call('connection.remove', { classId, connectionId });
    await goTo(`sync/preview/${connectionId}`);
    await page.getByText(t('sync:preview.gone.text')).waitFor();
    await looks.at('connection-gone', { of: page, windows: [phone] });

    const made = await ConnectedClass.connect(app, postgres, classId);
    await made.here('Li W', { name: 'Li Wei' });
    await made.there('Li W', "name = 'Li Wen'");
    const { planId } = await app.call('sync.preview', { classId, connectionId: made.connectionId });
    await app.call('sync.run', { classId, planId, mode: 'sync', conflicts: 'server' });
    await goTo('sync');
    await history.getByText(t('sync:outcome.completed.word')).first().waitFor();
    await looks.at('history', { of: page, windows: [phone] });
    await page.getByLabel(t('sync:history.searchLabel')).fill('nobody');
    await page.getByText(t('sync:history.nothing.title')).waitFor();
    await looks.at('history-nothing-found', { of: page });

    await goTo('sync/bin?q=nobody');
    await page.getByText(t('sync:list.nothing.title')).waitFor();
    await looks.at('bin-nothing-found', { of: page });
    await goTo('sync/bin');
    const bin = page.getByRole('grid', { name: t('sync:bin.title') });
    await bin.getByText('Li Wen').first().click();
    const panel = page.getByRole('dialog', { name: /^Li We/ });
    await panel.getByRole('link', { name: t('sync:bin.run') }).waitFor();
    await looks.at('bin-panel', { of: page, windows: [phone] });
    await panel.getByRole('button', { name: t('sync:bin.forget.panel') }).click();
    const forget = page.getByRole('dialog', { name: t('sync:bin.forget.title', { record: 'Li Wen' }) });
    await forget.waitFor();
    await looks.at('bin-forget', { of: forget });
    await forget.getByRole('button', { name: t('common:cancel') }).click();
    await forget.waitFor({ state: 'hidden' });
    await bin.getByRole('button', { name: t('sync:bin.restoreNamed', { record: 'Li Wen' }) }).click();
    await page.getByText(t('sync:bin.done', { record: 'Li Wen' })).waitFor();
    await page.mouse.move(0, 0);
    await looks.at('bin-put-back', { of: page });
    looks.expectClean();
  });
