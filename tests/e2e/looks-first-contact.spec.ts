import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import type { App } from './support/app.ts';
import { Looks, phone } from './support/looks.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo } from './support/shared-class.ts';
import { StartPage } from './support/start-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

// Three devices, a dozen states each; parallel by language, with axe on every one in both themes.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

/** Opens the step between a saved connection and its first list of changes. */
async function prepare({ page, shell }: App, connectionId: string): Promise<void> {
  await page.goto(`${shell.origin}/#/sync/prepare/${connectionId}`);
}

/** Makes a class of students with numbers. */
async function numbered(app: App, students: Readonly<Record<string, string>>): Promise<string> {
  const classId = await newClass(app, []);
  const added = Object.entries(students).map(([number, name]) => ({ name, number }));
  await app.call('student.add', { classId, students: added });
  return classId;
}

for (const language of languages) {
  test(`a server that is seen for the first time, the first upload, the first download and two classes that meet look as they were seen to look in ${language}, light and dark (S5, P2, P3, P4)`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const database = await postgres.createDatabase();
    const a = await startApp({ device: 'Room 301', language });
    const { page, t } = a;
    const classId = await numbered(a, { 1: 'Li Wei', 2: '王芳', 3: 'Chen Yu', 4: 'Ada' });
    const { id: connectionId } = await a.call('connection.add', { classId, connection: connectionTo(database) });
    const looks = new Looks(a, testInfo);
    await prepare(a, connectionId);
    const setUp = page.getByRole('button', { name: t('sync:setUp.action') });
    await setUp.waitFor();
    await looks.at('empty-database', { of: page, windows: [phone] });
    await setUp.click();
    const consent = page.getByRole('dialog');
    const agree = consent.getByRole('button', { name: t('sync:setUp.agree'), exact: true });
    await agree.waitFor();
    await looks.at('set-up-question', { of: consent, forced: true });
    await agree.click();
    const preview = new PreviewPage(a);
    await preview.waitForList();
    await looks.at('first-upload', { of: page, windows: [phone] });
    await preview.run('sync');
    await preview.expectDone();
    await page.mouse.move(0, 0);
    await looks.at('first-upload-done', { of: page, windows: [phone] });
    looks.expectClean();

    await meetAnother(await startApp({ device: 'Office PC', language }));
    await getEverything(await startApp({ device: 'My laptop', language }));

    /** A class of the same people that was kept apart: which class it is, and who is who, only the teacher knows. */
    async function meetAnother(b: App): Promise<void> {
      const id = await numbered(b, { 1: 'Li Wei', 2: '王方', 3: 'Zhao Min', 5: 'Ben' });
      const { id: other } = await b.call('connection.add', { classId: id, connection: connectionTo(database) });
      const seen = new Looks(b, testInfo);
      await prepare(b, other);
      const join = b.page.getByRole('radio', { name: t('sync:choose.join', { name: '5B' }) });
      await join.waitFor();
      await seen.at('which-class', { of: b.page, windows: [phone] });
      await join.check();
      await b.page.getByRole('button', { name: t('sync:card.preview'), exact: true }).click();
      const list = new PreviewPage(b);
      await list.waitForList();
      await list.recordNamed('王方 · 2').first().click();
      await expect(list.detail.getByRole('heading', { level: 2 })).toContainText('王方');
      await seen.at('two-classes-meet', { of: b.page, forced: true, windows: [phone] });
      await list.detail.getByRole('radio', { name: t('sync:detail.adopt', { record: '王芳 · 2' }) }).check();
      await list.useAnswer();
      await seen.at('made-one', { of: list.detail });
      seen.expectClean();
    }

    /** A class without students gets what is there. */
    async function getEverything(c: App): Promise<void> {
      const id = await newClass(c, []);
      const { id: third } = await c.call('connection.add', { classId: id, connection: connectionTo(database) });
      await c.call('connection.bind', { classId: id, connectionId: third, remoteClass: classId });
      await c.page.goto(`${c.shell.origin}/#/sync/preview/${third}`);
      const list = new PreviewPage(c);
      await list.waitForList();
      const seen = new Looks(c, testInfo);
      await seen.at('first-download', { of: c.page });
      await list.run('pull');
      await list.expectDone();
      await c.page.mouse.move(0, 0);
      await seen.at('first-download-done', { of: c.page });
      seen.expectClean();
    }
  });

  test(`a class that was joined before it was sent looks as it was seen to look in ${language}, light and dark, also in the small sheet (S5, P10)`, async ({
    startApp,
  }, testInfo) => {
    const [a, b] = [
      await startApp({ device: 'Room 301', language }),
      await startApp({ device: 'Office PC', language }),
    ];
    const { page, t } = b;
    await newClass(a, ['Li Wei', 'Chen Yu']);
    const syncA = new SyncPage(a);
    await syncA.goto();
    const code = await syncA.share();
    await new StartPage(b).chooseJoin();
    await page.getByLabel(t('sync:code.label'), { exact: true }).fill(code);
    await page.getByRole('button', { name: t('sync:code.join'), exact: true }).click();
    await page.getByText(t('sync:notSent.title')).waitFor();
    const looks = new Looks(b, testInfo);
    await looks.at('not-sent', { of: page, windows: [phone] });
    await new SyncPage(b).badge.getByRole('button').click();
    const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
    await expect(sheet).toContainText('Room 301');
    await looks.at('sheet-not-sent', { of: sheet });
    looks.expectClean();
  });
}
