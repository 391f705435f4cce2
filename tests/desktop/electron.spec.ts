import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import type { ElectronApplication } from '@playwright/test';
import { findRuntime } from '../../scripts/lib/electron-runtime.ts';

const root = join(import.meta.dirname, '..', '..');
const runtime = findRuntime();
const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

test.skip(runtime === undefined, 'the Electron runtime is not on this machine');
test.skip(!hasDisplay, 'there is no display');
test.skip(isRoot, 'the sandbox of Electron does not work for root');

let folder = '';
let app: ElectronApplication | undefined;

test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tallybook-electron-'));
  app = await _electron.launch({
    executablePath: runtime ?? '',
    args: [root, '--data', folder, '--device', 'Room 301 PC', '--lang', 'en'],
  });
});

test.afterEach(async () => {
  await app?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function started(): ElectronApplication {
  if (app === undefined) throw new Error('not started');
  return app;
}

test('the desktop window shows the page under our own address, without a right it does not need', async () => {
  const page = await started().firstWindow();
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(new URL(page.url()).origin).toBe('app://tallybook');
  expect(await page.evaluate(() => typeof Reflect.get(globalThis, 'require'))).toBe('undefined');
  expect(await page.evaluate(() => typeof Reflect.get(globalThis, 'process'))).toBe('undefined');
  expect(await page.evaluate(() => Object.isFrozen(Reflect.get(globalThis, 'tallybook')))).toBe(true);
  expect(
    await page.evaluate(() =>
      fetch('https://tallybook.example/').then(
        () => 'reached',
        () => 'refused',
      ),
    ),
  ).toBe('refused');
});

test('the desktop page cannot open a window or leave our address', async () => {
  const page = await started().firstWindow();
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(await page.evaluate(() => window.open('https://tallybook.example/') === null)).toBe(true);
  await page.evaluate(() => location.assign('https://tallybook.example/'));
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(new URL(page.url()).origin).toBe('app://tallybook');
  expect(started().windows()).toHaveLength(1);
});

test('the desktop page reaches the engine, and its policy is broken nowhere', async () => {
  const page = await started().firstWindow();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.reload();
  await expect(page.getByRole('button').first()).toBeVisible();
  expect(complaints).toEqual([]);
});
