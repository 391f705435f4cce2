import { expect } from '@playwright/test';
import { languages } from '../../shared/text/language.ts';
import { sql } from '../support/sql.ts';
import type { App } from './support/app.ts';
import { ClassPage } from './support/class-page.ts';
import { complaints, overflow } from './support/complaints.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, onlyConnection, syncBeside } from './support/shared-class.ts';
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

// Two dozen pages each, with axe on every one.
test.describe.configure({ timeout: 180_000 });

for (const language of languages) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every page in ${language}, ${colorScheme}, is clean for axe and fits 320 pixels`, async ({
      startApp,
      postgres,
    }, testInfo) => {
      const app = await startApp({ language, colorScheme });
      const { page } = app;
      const found: Record<string, readonly string[]> = {};
      const look = async (name: string): Promise<void> => {
        await page.screenshot({ path: testInfo.outputPath(`${name}.png`), caret: 'initial' });
        const beyond = await overflow(page);
        found[name] = [
          ...(await complaints(page)),
          ...(beyond > 0 ? [`reaches ${beyond} pixels beyond the window`] : []),
        ];
      };
      await new StartPage(app).question.waitFor();
      await look('device');
      await new StartPage(app).nameDevice('Room 301');
      await look('doors');

      const { id: classId } = await app.call('class.create', {
        name: '5B',
        students: ['Li W', 'Wang Fang', 'Chen Yu', '欧阳娜娜'],
      });
      await app.call('group.add', { classId, name: 'Blue' });
      await new ClassPage(app).cards.first().waitFor();
      await page.goto(`${app.shell.origin}/#/sync`);
      await page.getByRole('button', { name: app.t('sync:doors.share.action'), exact: true }).waitFor();
      await look('sync-doors');

      const database = await postgres.createDatabase();
      const { id: connectionId } = await app.call('connection.add', { classId, connection: connectionTo(database) });
      await app.call('connection.init', { classId, connectionId, consent: true });
      await syncBeside(app);
      const { items } = await app.call('student.list', { classId });
      const idOf = (name: string): string => items.find((student) => student.name === name)?.id ?? '';
      await app.call('student.set', { classId, id: idOf('Li W'), change: { name: 'Li Wei' } });
      await app.call('student.delete', { classId, ids: [idOf('Wang Fang')] });
      await app.call('score.add', { classId, studentIds: [idOf('Chen Yu')], award: { delta: 2, text: 'Homework' } });
      await sql(database.config, `UPDATE tallybook.student SET name = 'Li Wen' WHERE id = '${idOf('Li W')}'`);

      for (const view of views) {
        await page.goto(`${app.shell.origin}/#/${view.hash}`);
        await view.ready(app);
        await look(view.name);
      }

      await page.goto(`${app.shell.origin}/#/class`);
      await new SyncPage(app).badge.getByRole('button').click();
      const sheet = page.getByRole('dialog').getByRole('button').last();
      await sheet.waitFor();
      await look('sheet');
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'hidden' });
      const preview = new PreviewPage(app);
      await preview.open();
      await preview.detail.waitFor();
      await look('preview');
      await preview.run('sync');
      await look('preview-result');
      const { items: runs } = await app.call('run.list', { classId });
      await page.goto(`${app.shell.origin}/#/sync/run/${runs[0]?.runId ?? ''}`);
      await grid(app);
      await look('run');
      expect(await onlyConnection(app)).toMatchObject({ id: connectionId });
      expect(Object.entries(found).filter(([, list]) => list.length > 0)).toEqual([]);
    });
  }
}
