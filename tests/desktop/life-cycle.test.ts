import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { claimDataFolder, showOwner } from '../../electron/engine/folder-claim.ts';
import { connectToOwner } from '../../electron/engine/owner-client.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { callFromPage, loadDesktop, loadPage, startDesktop } from './start-desktop.ts';

test('what Chromium keeps lies apart from the data, in the data folder', async () => {
  const { electron, dataFolder } = await startDesktop();
  const folder = join(dataFolder, 'cache', 'desktop');
  expect(electron.app.paths).toEqual({ userData: folder, sessionData: folder });
  expect(existsSync(folder)).toBe(true);
});

test('closing the last window closes the engine in good order and gives the folder up', async () => {
  const { electron, dataFolder, window } = await startDesktop();
  const page = await loadPage(electron, window);
  await callFromPage(page, 'class.create', { name: '5B', students: ['Li Wei'] });
  expect(existsSync(join(dataFolder, 'engine.lock'))).toBe(true);
  electron.app.emit('window-all-closed');
  expect(await electron.app.exited.promise).toBe(0);
  expect(existsSync(join(dataFolder, 'engine.lock'))).toBe(false);
  expect(existsSync(join(dataFolder, 'app.db-wal'))).toBe(false);
});

test('a second start on the same folder brings the window to the front', async () => {
  const { electron, window } = await startDesktop();
  window.minimized = true;
  electron.app.emit('second-instance');
  expect(window).toMatchObject({ minimized: false, shown: 1, focused: 1 });
});

test('while the app closes no window is opened any more, and none is told anything', async () => {
  const { electron, window } = await startDesktop();
  const { windows } = electron;
  window.destroyed = true;
  electron.app.quit();
  for (const wish of ['second-instance', 'activate']) electron.app.emit(wish);
  const [tray] = electron.trays;
  const sync = tray?.menu.find(({ label }) => label === 'Sync now…');
  expect(() => (sync?.click as (() => void) | undefined)?.()).not.toThrow();
  expect(windows).toHaveLength(1);
  expect(await electron.app.exited.promise).toBe(0);
});

test('the second start itself ends before it touches the folder', async () => {
  const { electron, dataFolder } = await loadDesktop({ prepare: ({ app }) => (app.isFirst = false) });
  expect(await electron.app.exited.promise).toBe(0);
  expect(existsSync(join(dataFolder, 'engine.lock'))).toBe(false);
  expect(electron.windows).toEqual([]);
});

test('another shell that starts on the folder brings the window to the front', async () => {
  const { window, dataFolder } = await startDesktop();
  expect(await claimDataFolder(dataFolder, 'browser')).toMatchObject({ kind: 'taken', owner: { shell: 'desktop' } });
  await showOwner(dataFolder);
  await vi.waitFor(() => expect(window.focused).toBe(1));
});

test('the command line talks to the engine of the window', async () => {
  const { electron, window, dataFolder } = await startDesktop();
  const client = await connectToOwner(dataFolder);
  await client.call('class.create', { name: '5B' });
  const page = await loadPage(electron, window);
  expect(await callFromPage(page, 'class.list', {})).toMatchObject({ result: { items: [{ name: '5B' }] } });
  client.close();
});

test('a folder that another shell has open is named as such, and nothing is opened', async () => {
  const dataFolder = tempFolder();
  const other = await claimDataFolder(dataFolder, 'browser');
  if (other.kind !== 'owned') throw new Error('taken');
  onTestFinished(() => other.claim.release());
  const shown = new Promise<void>((resolve) => other.claim.onShow(resolve));
  const { electron } = await loadDesktop({ dataFolder });
  electron.app.ready.resolve();
  expect(await electron.app.exited.promise).toBe(7);
  expect(electron.errorBoxes).toEqual([['Tallybook', expect.stringContaining('in the browser')]]);
  expect(electron.windows).toEqual([]);
  await shown;
});

test('data that cannot be opened is explained, and the app ends', async () => {
  const dataFolder = tempFolder();
  writeFileSync(join(dataFolder, 'app.db'), 'no database');
  const { electron } = await loadDesktop({ dataFolder });
  electron.app.ready.resolve();
  expect(await electron.app.exited.promise).toBe(8);
  expect(electron.errorBoxes).toHaveLength(1);
  expect(existsSync(join(dataFolder, 'engine.lock'))).toBe(false);
});

test('a page that dies is offered to be opened again', async () => {
  const { electron, window } = await startDesktop();
  window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  await vi.waitFor(() => expect(window.webContents.reloads).toBe(1));
  expect(electron.questions).toHaveLength(1);
});

test('a page that is loaded anew begins anew, and the calls of the old one are cancelled', async () => {
  const { electron, window } = await startDesktop();
  await loadPage(electron, window);
  const page = await loadPage(electron, window);
  expect(await callFromPage(page, 'class.list', {})).toMatchObject({ kind: 'result', result: { items: [] } });
});

test('in development the folder of the app in the arguments is not taken for one of ours', async () => {
  const { electron, window, dataFolder } = await startDesktop({ prepare: ({ app }) => (app.isPackaged = false) });
  expect(window.options.webPreferences?.devTools).toBe(true);
  const page = await loadPage(electron, window);
  expect(await callFromPage(page, 'app.state', {})).toMatchObject({ result: { dataFolder } });
});
