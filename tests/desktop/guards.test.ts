import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DoubleEvent } from '../support/electron-double.ts';
import type { ElectronDouble } from '../support/electron-double.ts';
import { callFromPage, loadPage, startDesktop } from './start-desktop.ts';

const hello = JSON.stringify({ kind: 'hello', session: null, lastSeq: 0 });

function ask(electron: ElectronDouble, address: string, method = 'GET'): Promise<Response> {
  const handler = electron.protocols.get('app');
  if (handler === undefined) throw new Error('nothing serves the page');
  // The constructor of Node's Request knows no `app:` origin rules; only these parts are read.
  return handler({ url: address, method } as Request);
}

test('the page comes with a policy that lets nothing in or out', async () => {
  const { electron } = await startDesktop();
  const page = await ask(electron, 'app://tallybook/');
  expect(page.status).toBe(200);
  const policy = page.headers.get('Content-Security-Policy') ?? '';
  const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1] ?? 'none';
  expect(await page.text()).toContain(nonce);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff');
});

test('the files the page names are served', async () => {
  const { electron } = await startDesktop();
  const html = await (await ask(electron, 'app://tallybook/')).text();
  const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect((await ask(electron, `app://tallybook/${file}`)).status).toBe(200);
});

test.each([
  'app://tallybook/../main/main.js',
  'app://tallybook/..%2fmain%2fmain.js',
  'app://tallybook/%2e%2e/main/main.js',
  'app://tallybook/assets/..%5c..%5cmain%5cmain.js',
  'app://tallybook//etc/passwd',
  'app://tallybook/__proto__',
  'app://other/',
  'app://tallybook.example/',
  'app://user@tallybook/',
])('%s is not served', async (address) => {
  const { electron } = await startDesktop();
  expect((await ask(electron, address)).status).toBe(404);
});

test('the page can only be read', async () => {
  const { electron } = await startDesktop();
  expect((await ask(electron, 'app://tallybook/', 'POST')).status).toBe(405);
});

test('every permission is denied but putting text on the clipboard, and that to our page alone', async () => {
  const { electron } = await startDesktop();
  const { permissionRequest, permissionCheck, devicePermission } = electron.session.defaultSession;
  const request = (permission: string, requestingUrl: string, isMainFrame = true): Promise<boolean> =>
    new Promise((resolve) => permissionRequest?.(undefined, permission, resolve, { requestingUrl, isMainFrame }));
  const ours = 'app://tallybook/';
  for (const permission of [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'openExternal',
    'fileSystem',
    'usb',
    'fullscreen',
    'unknown',
  ]) {
    expect(await request(permission, ours)).toBe(false);
    expect(permissionCheck?.(undefined, permission, ours)).toBe(false);
  }
  expect(await request('clipboard-sanitized-write', ours)).toBe(true);
  expect(permissionCheck?.(undefined, 'clipboard-sanitized-write', ours)).toBe(true);
  expect(await request('clipboard-sanitized-write', ours, false)).toBe(false);
  expect(await request('clipboard-sanitized-write', 'https://tallybook.example/')).toBe(false);
  expect(permissionCheck?.(undefined, 'clipboard-sanitized-write', 'https://tallybook.example')).toBe(false);
  expect(devicePermission?.({})).toBe(false);
  expect(electron.session.defaultSession.spellChecker).toBe(false);
});

test.each([
  ['app://tallybook/assets/index.js', false],
  ['data:image/png;base64,AA==', false],
  ['blob:app://tallybook/1', false],
  ['https://tallybook.example/', true],
  ['http://127.0.0.1:5432/', true],
  ['file:///etc/passwd', true],
  ['devtools://devtools/bundled/inspector.html', true],
  ['app://other/', true],
])('a request for %s is stopped: %s', async (url, cancel) => {
  const { electron } = await startDesktop();
  const verdict = await new Promise((resolve) => electron.session.defaultSession.beforeRequest?.({ url }, resolve));
  expect(verdict).toEqual({ cancel });
});

test('no page opens a window, leaves our address or takes in another page', async () => {
  const { window } = await startDesktop();
  const { webContents } = window;
  expect(webContents.openHandler?.({ url: 'app://tallybook/' })).toEqual({ action: 'deny' });
  const stopped = (name: string, details: object): boolean => {
    const event = Object.assign(new DoubleEvent(), details);
    webContents.emit(name, event);
    return event.prevented;
  };
  expect(stopped('will-navigate', { url: 'https://tallybook.example/' })).toBe(true);
  expect(stopped('will-navigate', { url: 'file:///etc/passwd' })).toBe(true);
  expect(stopped('will-navigate', { url: 'app://tallybook/' })).toBe(false);
  expect(stopped('will-frame-navigate', { url: 'app://tallybook/', isMainFrame: false })).toBe(true);
  expect(stopped('will-redirect', { url: 'app://tallybook/' })).toBe(true);
  expect(stopped('will-attach-webview', {})).toBe(true);
});

test('only what the page made itself can be saved', async () => {
  const { electron } = await startDesktop();
  const stopped = (url: string): boolean => {
    const event = new DoubleEvent();
    electron.session.defaultSession.emit('will-download', event, { getURL: () => url });
    return event.prevented;
  };
  expect(stopped('https://tallybook.example/a.exe')).toBe(true);
  expect(stopped('blob:app://tallybook/1')).toBe(false);
});

test('messages count only from the top frame of our window at our address', async () => {
  const { electron, window } = await startDesktop();
  const { webContents } = window;
  const strange = electron.newContents('app://tallybook/');
  const senders = [
    [strange, strange.mainFrame],
    [webContents, { url: 'app://tallybook/' }],
    [webContents, null],
  ] as const;
  const heard: unknown[] = [];
  for (const contents of [webContents, strange])
    contents.ipcRenderer.on('line-to-page', (_event, text) => heard.push(text));
  for (const [contents, frame] of senders) {
    electron.sendToMain(contents, 'line-open', [], frame);
    electron.sendToMain(contents, 'line-to-engine', [hello], frame);
  }
  webContents.mainFrame.url = 'https://tallybook.example/';
  electron.sendToMain(webContents, 'line-open', []);
  electron.sendToMain(webContents, 'line-to-engine', [hello]);
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  webContents.mainFrame.url = 'app://tallybook/';
  const page = await loadPage(electron, window);
  expect(await callFromPage(page, 'class.list', {})).toMatchObject({ kind: 'result' });
  expect(heard).toEqual([]);
});

test.each([
  ['no text', { kind: 'hello' }],
  ['no JSON', 'hello'],
  ['no message', '{"kind":"other"}'],
  ['a call without id', '{"kind":"call","method":"class.list"}'],
  ['a text that is too long', 'x'.repeat(32_000_001)],
])('%s from the page is passed over', async (_what, value) => {
  const { electron, window } = await startDesktop();
  const page = await loadPage(electron, window);
  electron.sendToMain(window.webContents, 'line-to-engine', [value]);
  expect(await callFromPage(page, 'class.list', {})).toMatchObject({ kind: 'result' });
});

test('what the page may not send does not leave the preload script', async () => {
  const { electron, window } = await startDesktop();
  const page = await loadPage(electron, window);
  const heard: unknown[] = [];
  electron.ipcMain.on('line-to-engine', (_event, text) => heard.push(text));
  const untyped = page as unknown as { send(value: unknown): void; onMessage(value: unknown): void };
  untyped.send({ toString: () => 'text' });
  untyped.onMessage('no function');
  await setImmediate();
  expect(heard).toEqual([]);
});
