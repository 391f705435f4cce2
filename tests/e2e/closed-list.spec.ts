import { expect } from '@playwright/test';
import { startFaultProxy } from '../support/fault-proxy.ts';
import type { ConnectedClass } from './support/connected-class.ts';
import { PreviewPage } from './support/preview-page.ts';
import { connectionTo } from './support/shared-class.ts';
import { SyncPage } from './support/sync-page.ts';
import { test } from './support/test.ts';

const names = ['Li W', 'Chen Yu', 'Wang Fang'];

/** Takes the server away, once what it has was listed; what is got needs it no more, the list that should follow does. */
async function takeServerAway({ app, classId, connectionId, database }: ConnectedClass): Promise<() => Promise<void>> {
  const { host, port } = database.config;
  const network = await startFaultProxy({ target: { host, port } });
  await app.call('connection.set', {
    classId,
    connectionId,
    change: { ...connectionTo(database), port: network.port },
  });
  return async () => {
    await network.stop();
    network.cut();
  };
}

/** Opens the list of a change that comes here, and then takes the server away. */
async function openThenLoseServer(made: ConnectedClass): Promise<PreviewPage> {
  const takeAway = await takeServerAway(made);
  await made.there('Li W', "name = 'Li Wei'");
  const preview = new PreviewPage(made.app);
  await preview.open();
  await takeAway();
  return preview;
}

test('P3, P5: a list that was carried out, where no next one could be made, is not offered to be carried out again', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const preview = await openThenLoseServer(made);
  await preview.run('sync');
  await expect(page.getByRole('status').filter({ hasText: t('sync:preview.used') })).toBeVisible();
  for (const mode of ['sync', 'pull'] as const) {
    await expect(preview.runButton(mode)).toBeDisabled();
    await expect(preview.runButton(mode)).toHaveAccessibleDescription(t('sync:preview.used'));
  }
  // The way on is the only button that stands out.
  await expect(page.locator('#main .ant-btn-primary')).toHaveText([t('sync:preview.refresh')]);
});

test('P3, R3: a run that found its list outdated, where no fresh one could be made, does not say that there is a fresh one', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const preview = await openThenLoseServer(made);
  await made.here('Li W', { name: 'Li Wen' });
  await expect(page.getByText(t('sync:preview.movedHere', { count: 1 }))).toBeVisible();
  await preview.run('sync');
  await expect(page.getByRole('status').filter({ hasText: t('sync:preview.stale') })).toBeVisible();
  await expect(preview.result).toContainText(t('sync:outcome.stale.title'));
  await expect(preview.result).not.toContainText('fresh now');
  await expect(preview.result).toContainText(t('sync:outcome.stale.noList'));
  await expect(preview.runButton('sync')).toBeDisabled();
});

test('P10: the small sheet does not send anybody to look at a list that was carried out', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { page, t } = made.app;
  const takeAway = await takeServerAway(made);
  await made.there('Li W', "name = 'Li Wei'");
  const sheet = page.getByRole('dialog', { name: t('sync:sheet.title') });
  await new SyncPage(made.app).badge.getByRole('button').click();
  const go = sheet.getByRole('button', { name: t('sync:run.sync', { count: 1 }) });
  await expect(go).toBeEnabled();
  await takeAway();
  await go.click();
  await expect(sheet.getByRole('status', { name: t('sync:outcome.label') })).toContainText(
    t('sync:outcome.completed.title'),
  );
  await expect(sheet).not.toContainText(t('sync:sheet.look'));
  await expect(sheet).not.toContainText(t('sync:sheet.down', { count: 1 }));
  await sheet
    .getByRole('button', { name: t('common:close'), exact: true })
    .last()
    .click();
  await expect(sheet).toBeHidden();
});

test('P3: the way to a new list in the middle of an empty one cannot be pressed while both sides are compared', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { app, classId, connectionId, database } = made;
  const { page, t } = app;
  const { host, port } = database.config;
  const network = await startFaultProxy({ target: { host, port } });
  await app.call('connection.set', {
    classId,
    connectionId,
    change: { ...connectionTo(database), port: network.port },
  });
  await page.goto(`${app.shell.origin}/#/sync/preview/${connectionId}`);
  await new PreviewPage(app).bothSame.waitFor();
  await made.here('Li W', { name: 'Li Wei' });
  const middle = page
    .locator('section, div')
    .filter({ has: page.getByText(t('sync:preview.sameThen.title')) })
    .last()
    .getByRole('button', { name: t('sync:preview.refresh') });
  await expect(middle).toBeEnabled();
  await network.mode({ kind: 'freeze' });
  await middle.click();
  await expect(middle).toBeDisabled();
  await expect(middle).toHaveAccessibleDescription(t('sync:preview.working'));
  await network.mode({ kind: 'pass' });
  await expect(new PreviewPage(app).row('Li Wei')).toBeVisible();
  await network.stop();
});

test('P9: where nothing is left to take back, the page says that alone, and leads back to what will change', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  await made.here('Li W', { name: 'Li Wei' });
  await made.there('Li W', "name = 'Li Wen'");
  const { planId } = await app.call('sync.preview', { classId, connectionId });
  // A Pull that only kept what is here wrote nothing.
  const { runId } = await app.call('sync.run', { classId, planId, mode: 'pull', conflicts: 'local' });
  await app.call('run.undo', { classId, runId });
  await page.goto(`${app.shell.origin}/#/sync/preview/${connectionId}`);
  await expect(page.getByText(t('sync:undo.nothing.title'))).toBeVisible();
  await expect(page.getByText(t('sync:undo.about'))).toBeHidden();
  await page.locator('#main .ant-btn-primary').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:preview.title'));
});

test('R3, R6: the page of a sync whose list was outdated does not ask to refresh a list, and says once that nothing was written', async ({
  startConnected,
}) => {
  const made = await startConnected(names);
  const { app, classId } = made;
  const { page, t } = app;
  await made.here('Li W', { name: 'Li Wei' });
  const preview = new PreviewPage(app);
  await preview.open();
  await made.here('Li W', { name: 'Li Wen' });
  await preview.run('sync');
  const [run] = (await app.call('run.list', { classId })).items;
  await page.goto(`${app.shell.origin}/#/sync/run/${run?.runId ?? ''}`);
  await expect(page.getByText(t('sync:outcome.moved', { count: 1 }))).toBeVisible();
  await expect(page.getByText(t('sync:counts.none'))).toBeVisible();
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(page.getByText(t('sync:history.noRows'))).toBeHidden();
});

test('P3, R6: a list that is still being read does not say that nothing fits', async ({ startConnected }) => {
  const made = await startConnected(names);
  const { app, classId, connectionId } = made;
  const { page, t } = app;
  await made.here('Li W', { name: 'Li Wei' });
  await made.sync();
  await made.here('Chen Yu', { name: 'Chen Yue' });
  await app.call('sync.preview', { classId, connectionId });
  const [run] = (await app.call('run.list', { classId })).items;
  // The page asks, and the engine does not answer before it may.
  let held: (() => void)[] | null = null;
  await page.routeWebSocket(/\/line$/, (opened) => {
    const engine = opened.connectToServer();
    opened.onMessage((message) => {
      const asks = /"(?:plan|run)\.index"|"bin\.list"/.test(String(message));
      if (held === null || !asks) return engine.send(message);
      held.push(() => engine.send(message));
    });
  });
  const hold = (): void => void (held = []);
  const letGo = (): void => {
    const waiting = held ?? [];
    held = null;
    for (const send of waiting) send();
  };
  const lists = [
    {
      path: `sync/preview/${connectionId}`,
      list: t('sync:list.label'),
      search: t('sync:list.searchLabel'),
      row: 'Chen Yu',
    },
    {
      path: `sync/run/${run?.runId ?? ''}`,
      list: t('sync:history.rows'),
      search: t('sync:list.searchLabel'),
      row: 'Li W',
    },
    { path: 'sync/bin', list: t('sync:bin.title'), search: t('sync:bin.search'), row: t('sync:bin.empty.title') },
  ];
  for (const { path, list, search, row } of lists) {
    if (path !== 'sync/bin') hold();
    await page.goto(`${app.shell.origin}/#/${path}`);
    await page.reload();
    const grid = page.getByRole('grid', { name: list });
    await grid.waitFor();
    if (path !== 'sync/bin') {
      await expect.poll(() => held?.length ?? 0).toBeGreaterThan(0);
      await expect(grid.locator('[data-empty]')).toHaveCount(0);
      letGo();
    }
    await expect(grid).toContainText(row);

    // Nothing fits, and then the search is taken away again.
    await page.getByLabel(search).fill('nobody');
    await expect(grid).toContainText(t('sync:list.nothing.title'));
    hold();
    await page.getByLabel(search).fill('');
    await expect.poll(() => held?.length ?? 0).toBeGreaterThan(0);
    await expect(grid.locator('[data-empty]')).toHaveCount(0);
    letGo();
    await expect(grid).toContainText(row);
  }
});
