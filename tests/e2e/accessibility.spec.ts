import { languages } from '../../shared/text/language.ts';
import type { App } from './support/app.ts';
import { ClassPage } from './support/class-page.ts';
import { ConnectedClass } from './support/connected-class.ts';
import { Looks } from './support/looks.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { StartPage } from './support/start-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

/** The name of a page, its address, and what shows that it is there. */
interface View {
  readonly name: string;
  readonly hash: string;
  readonly ready: (app: App) => Promise<void>;
}

const heading = async (app: App): Promise<void> => await app.page.getByRole('heading', { level: 1 }).waitFor();
const grid = async (app: App): Promise<void> =>
  await app.page.getByRole('grid').getByRole('gridcell').first().waitFor();
const dialog = async (app: App): Promise<void> =>
  await app.page.getByRole('dialog').getByRole('textbox').first().waitFor();

const views: readonly View[] = [
  { name: 'class', hash: 'class', ready: async (app) => await new ClassPage(app).cards.first().waitFor() },
  { name: 'class-points', hash: 'class', ready: async (app) => await new ClassPage(app).card('Chen Yu').click() },
  { name: 'history', hash: 'history', ready: grid },
  { name: 'students', hash: 'students', ready: grid },
  { name: 'students-add', hash: 'students?add=one', ready: dialog },
  { name: 'students-paste', hash: 'students?add=many', ready: dialog },
  { name: 'students-groups', hash: 'students?groups=1', ready: dialog },
  { name: 'students-deleted', hash: 'students?view=deleted', ready: heading },
  { name: 'reasons', hash: 'reasons', ready: heading },
  { name: 'reasons-add', hash: 'reasons?reason=new', ready: dialog },
  { name: 'settings', hash: 'settings', ready: heading },
  { name: 'sync', hash: 'sync', ready: grid },
  { name: 'sync-bin', hash: 'sync/bin', ready: heading },
  { name: 'sync-server', hash: 'sync/server', ready: heading },
  { name: 'start', hash: 'start', ready: heading },
  { name: 'start-new-class', hash: 'start?door=new', ready: heading },
  { name: 'join', hash: 'join', ready: heading },
  { name: 'join-server', hash: 'join?with=server', ready: heading },
];

// Two dozen pages each, with axe on every one in both themes.
test.describe.configure({ mode: 'parallel', timeout: 400_000 });

for (const language of languages)
  test(`every page in ${language}, light and dark, is clean for axe and fits 320 pixels`, async ({
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

    for (const view of views) {
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
