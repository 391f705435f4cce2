import { expect } from '@playwright/test';
import { startFaultProxy } from '../support/fault-proxy.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { sql } from '../support/sql.ts';
import type { App } from './support/app.ts';
import { holdBehind } from './support/held-line.ts';
import { ClassPage } from './support/class-page.ts';
import { newClass } from './support/new-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo, syncBeside } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { test as base } from './support/test.ts';

interface Line {
  readonly app: App;
  /** The network between the device and the server. */
  readonly network: FaultProxy;
  /** A statement on the server itself. */
  readonly onServer: (statement: string) => Promise<unknown>;
}

/** A device whose class is on a server behind a network that can be pulled. */
const test = base.extend<{ readonly line: Line }>({
  line: async ({ startApp, postgres }, use) => {
    const app = await startApp({ device: 'Room 301' });
    const database = await postgres.createDatabase();
    const network = await startFaultProxy({ target: postgres });
    const classId = await newClass(app);
    const connection = { ...connectionTo(database), port: network.port };
    const { id: connectionId } = await app.call('connection.add', { classId, connection });
    await app.call('connection.init', { classId, connectionId, consent: true });
    await syncBeside(app);
    await use({ app, network, onServer: async (statement) => await sql(database.config, statement) });
    await network.stop();
  },
});

test('R3: without the server points are recorded as ever, the page says how it stands, and the next try sends them', async ({
  line: { app, network },
}) => {
  const board = new ClassPage(app);
  const preview = new PreviewPage(app);
  const sync = new SyncPage(app);
  await expect(sync.badge).toContainText('All safe');
  // The session that lies ready for the next look goes too.
  await network.mode({ kind: 'refuse' });
  network.cut();
  await board.award('Chen Yu', '+2');
  await board.expectPoints('Chen Yu', 2);
  await expect(sync.badge).toContainText('1 change waiting');
  await sync.openPreview();
  const notice = app.page.getByRole('alert');
  await expect(notice).toContainText('The server is there but does not take connections on this port.');
  await expect(notice).toContainText('Nothing was changed.');
  await expect(sync.badge).toContainText('Offline');
  await board.goto();
  await board.award('Chen Yu', '+1');
  await network.mode({ kind: 'pass' });
  await preview.open();
  await preview.run('sync');
  await preview.expectDone();
  await expect(sync.badge).toContainText('All safe');
});

test('R2: a run on a line that went silent is cancelled at once; nothing is changed, and trying again carries it out', async ({
  line: { app, network, onServer },
}) => {
  await new ClassPage(app).award('Chen Yu', '+2');
  const preview = new PreviewPage(app);
  await preview.open();
  await network.mode({ kind: 'freeze' });
  await preview.runButton('sync').click();
  await app.page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(app.page.getByRole('alert')).toContainText('Cancelled.Nothing was changed.');
  await network.mode({ kind: 'pass' });
  expect(await onServer('SELECT 1 FROM tallybook.score_event')).toEqual([]);
  await app.page.getByRole('button', { name: 'Try again', exact: true }).click();
  await preview.expectDone();
  expect(await onServer('SELECT 1 FROM tallybook.score_event')).toHaveLength(1);
});

test('R2: Cancel that comes when all is through is told to be too late, and the page goes on to what is new as it would have', async ({
  line: { app, onServer },
}) => {
  await new ClassPage(app).award('Chen Yu', '+2');
  const preview = new PreviewPage(app);
  const finishing = await holdBehind(app.page, ({ phase }) => phase === 'finish');
  await app.page.reload();
  await preview.open();
  await preview.runButton('sync').click();
  await expect(app.page.getByRole('status').filter({ hasText: 'Finishing' })).toBeAttached();
  await app.page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(app.page.getByText('Cancelling').first()).toBeVisible();
  finishing.letGo();
  await expect(preview.result).toContainText('Cancel came too late');
  await expect(preview.result.getByRole('heading', { level: 2 })).toHaveText('Done');
  await expect(preview.bothSame).toBeVisible();
  expect(await onServer('SELECT 1 FROM tallybook.score_event')).toHaveLength(1);
});

test('P1, R6: a decision that is not carried out yet, the connection and the runs survive a restart of the app', async ({
  line: { app, onServer },
}) => {
  const [{ classId, id: connectionId } = { classId: '', id: '' }] = (await app.call('connection.list', {})).items;
  const { items } = await app.call('student.list', { classId });
  const id = items.find(({ name }) => name === 'Li W')?.id ?? '';
  await app.call('student.set', { classId, id, change: { name: 'Li Wei' } });
  await onServer("UPDATE tallybook.student SET name = 'Li Wen' WHERE name = 'Li W'");
  const preview = new PreviewPage(app);
  await preview.open();
  await preview.pick('Server');
  await preview.useAnswer();
  await expect(preview.runButton('sync')).toHaveText('Sync 1');
  await app.restart();
  const sync = new SyncPage(app);
  await sync.goto();
  await expect(sync.card).toContainText('1 to get');
  await expect(app.page.getByRole('grid').getByText('completed')).toBeVisible();
  await app.page.goto(`${app.shell.origin}/#/sync/preview/${connectionId}`);
  await expect(preview.runButton('sync')).toHaveText('Sync 1');
  await expect(preview.row('Li Wei')).toContainText('name → “Li Wen”');
});
