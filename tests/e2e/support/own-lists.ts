import { expect } from '@playwright/test';
import type { App } from './app.ts';
import type { ConnectedClass } from './connected-class.ts';
import { PreviewPage } from './preview-page.ts';

/** Opens the page of the last sync, and answers its id. */
export async function openLastRun({ app, classId }: Pick<ConnectedClass, 'app' | 'classId'>): Promise<string> {
  const [run] = (await app.call('run.list', { classId })).items;
  const runId = run?.runId ?? '';
  await app.page.goto(`${app.shell.origin}/#/sync/run/${runId}`);
  return runId;
}

/** From the page of a sync to the list that takes it back. */
export async function openUndo(app: App): Promise<void> {
  const { page, t } = app;
  await page.getByRole('button', { name: t('sync:undo.action') }).click();
  // The ordinary list may have stood there before.
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(t('sync:preview.title'));
  await new PreviewPage(app).waitForList();
}

/** Asks for the list that makes this PC what the server is, from the list of changes; it may still be in the making. */
export async function askReplace({ page, t }: App): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`[:：] ?${t('sync:preview.more')}$`) }).click();
  await page.getByRole('menuitem', { name: t('sync:replace.action') }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('sync:replace.title'));
}

/** Carries out the open list that takes a sync back, without the page. */
export async function takeBackBeside({
  app,
  classId,
  connectionId,
}: Pick<ConnectedClass, 'app' | 'classId' | 'connectionId'>): Promise<void> {
  const { items } = await app.call('plan.list', { classId, connectionId });
  const plan = items.find(({ purpose, state }) => purpose === 'undo' && state === 'open');
  const mode = plan?.runMode ?? 'sync';
  await app.call('sync.run', { classId, planId: plan?.planId ?? '', mode, allowMassChange: true });
}
