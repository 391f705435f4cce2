import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { built, callFromPage, loadDesktop, loadPage, startDesktop } from './start-desktop.ts';

test('the window runs our page with every right taken from it', async () => {
  const { window } = await startDesktop();
  expect(window.loaded).toEqual(['app://tallybook/']);
  expect(window.options.webPreferences).toEqual({
    preload: built.preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    safeDialogs: true,
    devTools: false,
  });
});

test('the window appears once the page has been drawn', async () => {
  const { window } = await startDesktop();
  expect(window.shown).toBe(0);
  window.emit('ready-to-show');
  expect(window.shown).toBe(1);
});

test('what must be said before Electron is ready is said before', async () => {
  const { electron } = await loadDesktop();
  expect(electron.app.calls).toEqual(['enableSandbox', 'requestSingleInstanceLock', 'whenReady']);
  expect(electron.schemes).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  expect(electron.windows).toEqual([]);
  electron.app.ready.resolve();
  await vi.waitFor(() => expect(electron.windows).toHaveLength(1), { timeout: 15_000 });
});

test('the page gets one frozen object and nothing of Electron', async () => {
  const { electron, window } = await startDesktop();
  const page = await loadPage(electron, window);
  expect(Object.keys(window.webContents.world)).toEqual(['tallybook']);
  expect(Object.keys(page).toSorted()).toEqual(['capabilities', 'onCloseAsked', 'onCommand', 'onMessage', 'send']);
  expect(Object.isFrozen(page)).toBe(true);
  expect(Object.isFrozen(page.capabilities)).toBe(true);
  expect(page.capabilities).toEqual({ shell: 'desktop', osDialogs: false, ownWindow: true });
});

test('the page reaches the engine through the built preload script', async () => {
  const { electron, window, dataFolder } = await startDesktop({ args: ['--device', 'Room 301 PC', '--lang', 'zh-CN'] });
  const page = await loadPage(electron, window);
  expect(await callFromPage(page, 'app.state', {})).toMatchObject({
    kind: 'result',
    result: { device: { name: 'Room 301 PC' }, language: 'zh-CN', dataFolder },
  });
});

test('the preload bundle is one CommonJS file that needs nothing but Electron', () => {
  const text = readFileSync(built.preload, 'utf8');
  expect([...text.matchAll(/require\((["'`])(.*?)\1\)/g)].map((match) => match[2])).toEqual(['electron']);
  expect(text).not.toMatch(/^\s*(import|export)\s/m);
});

test('no other bundle asks for Electron', () => {
  const folder = dirname(built.main);
  const asking = readdirSync(folder).filter((file) =>
    /(from|import|require\()\s*["']electron["']/.test(readFileSync(join(folder, file), 'utf8')),
  );
  expect(asking).toEqual(['main.js']);
});

test('the menu speaks the language of the app and changes with it', async () => {
  const { electron, window } = await startDesktop();
  const labels = () => electron.menus.at(-1)?.map(({ label }) => label);
  expect(labels()).toContain('Edit');
  const page = await loadPage(electron, window);
  await callFromPage(page, 'app.setLanguage', { language: 'zh-CN' });
  await vi.waitFor(() => expect(labels()).toContain('编辑'));
});

test('the menu has no developer tools where the app is packaged', async () => {
  const { electron } = await startDesktop();
  expect(JSON.stringify(electron.menus)).not.toMatch(/toggleDevTools|reload/i);
});

test('the menu opens the data folder', async () => {
  const { electron, dataFolder } = await startDesktop();
  const entries = electron.menus.at(-1)?.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : [])) ?? [];
  const entry = entries.find(({ label }) => label === 'Open data folder');
  // Electron hands the entry, the window and the event over; this one needs none of them.
  (entry?.click as (() => void) | undefined)?.();
  expect(electron.opened).toEqual([dataFolder]);
});
