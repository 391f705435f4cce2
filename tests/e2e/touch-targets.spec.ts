import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { ConnectedClass } from './support/connected-class.ts';
import { everyView, grid } from './support/every-view.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { smallTargets } from './support/small-targets.ts';
import { StartPage } from './support/start-page.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

/** What a finger needs, and what the dense list of changes has at least, in CSS pixels. */
const finger = 44;
const dense = 24;

test.describe.configure({ timeout: 180_000 });

test('on a touch board whatever is touched is as large as a finger, on every page and in every dialog', async ({
  startApp,
  postgres,
}) => {
  const app = await startApp({ touch: true });
  const { page, t } = app;
  const found: (readonly [state: string, target: string])[] = [];
  const look = async (state: string, least = finger): Promise<void> => {
    for (const target of await smallTargets(page, least)) found.push([state, target]);
  };
  expect(await page.evaluate(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
  await new StartPage(app).question.waitFor();
  await look('device');
  await new StartPage(app).nameDevice('Room 301');
  await look('doors');
  const classId = await newClass(app, ['Li W', 'Wang Fang', 'Chen Yu', '欧阳娜娜']);
  await new ClassPage(app).cards.first().waitFor();
  await page.goto(`${app.shell.origin}/#/sync`);
  await page.getByRole('button', { name: t('sync:doors.share.action'), exact: true }).waitFor();
  await look('sync-doors');

  const made = await ConnectedClass.connect(app, postgres, classId);
  await app.call('group.add', { classId, name: 'Blue' });
  await made.here('Li W', { name: 'Li Wei' });
  await app.call('student.delete', { classId, ids: [made.idOf('Wang Fang')] });
  await made.award('Chen Yu', 2);
  await made.there('Li W', "name = 'Li Wen'");
  for (const view of everyView) {
    await page.goto(`${app.shell.origin}/#/${view.hash}`);
    await view.ready(app);
    await look(view.name);
  }

  await page.goto(`${app.shell.origin}/#/class`);
  await new SyncPage(app).badge.getByRole('button').click();
  await page.getByRole('dialog').getByRole('button').last().waitFor();
  await look('sheet');
  await page.keyboard.press('Escape');
  const preview = new PreviewPage(app);
  await preview.open();
  await preview.detail.waitFor();
  await look('preview', dense);
  await preview.run('sync');
  await look('preview-result', dense);
  const { items: runs } = await app.call('run.list', { classId });
  await page.goto(`${app.shell.origin}/#/sync/run/${runs[0]?.runId ?? ''}`);
  await grid(app);
  await look('run', dense);
  expect(found).toEqual([]);
});
