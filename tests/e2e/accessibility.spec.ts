import { languages } from '../../shared/text/language.ts';
import { ClassPage } from './support/class-page.ts';
import { ConnectedClass } from './support/connected-class.ts';
import { everyView, grid } from './support/every-view.ts';
import { Looks } from './support/looks.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { StartPage } from './support/start-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

// Two dozen pages each, with axe on every one in both themes.
test.describe.configure({ mode: 'parallel', timeout: 400_000 });

for (const language of languages)
  test(`every page in ${language}, light and dark, is clean for axe and fits 320 pixels (language, size)`, async ({
    startApp,
    postgres,
  }, testInfo) => {
    const app = await startApp({ language });
    const { page } = app;
    const looks = new Looks(app, testInfo);
    await new StartPage(app).question.waitFor();
    await looks.at('device');
    await new StartPage(app).nameDevice('Room 301');
    await looks.at('doors');

    const classId = await newClass(app, ['Li W', 'Wang Fang', 'Chen Yu', '欧阳娜娜']);
    await new ClassPage(app).cards.first().waitFor();
    await page.goto(`${app.shell.origin}/#/sync`);
    await page.getByRole('button', { name: app.t('sync:doors.share.action'), exact: true }).waitFor();
    await looks.at('sync-doors');

    const made = await ConnectedClass.connect(app, postgres, classId);
    await app.call('group.add', { classId, name: 'Blue' });
    await made.here('Li W', { name: 'Li Wei' });
    await app.call('student.delete', { classId, ids: [made.idOf('Wang Fang')] });
    await made.award('Chen Yu', 2);
    await made.there('Li W', "name = 'Li Wen'");

    for (const view of everyView) {
      await page.goto(`${app.shell.origin}/#/${view.hash}`);
      await view.ready(app);
      await looks.at(view.name);
    }

    await page.goto(`${app.shell.origin}/#/class`);
    await new SyncPage(app).badge.getByRole('button').click();
    const sheet = page.getByRole('dialog').getByRole('button').last();
    await sheet.waitFor();
    await looks.at('sheet');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    const preview = new PreviewPage(app);
    await preview.open();
    await preview.detail.waitFor();
    await looks.at('preview');
    await preview.run('sync');
    await looks.at('preview-result');
    const { items: runs } = await app.call('run.list', { classId });
    await page.goto(`${app.shell.origin}/#/sync/run/${runs[0]?.runId ?? ''}`);
    await grid(app);
    await looks.at('run');
    looks.expectClean();
  });
