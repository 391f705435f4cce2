import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from './find-browser.ts';

/** Why no window can be opened here. */
export type NoWindow = 'no-display' | 'root' | 'no-browser';

/** The window of an installed browser, without its bars. */
export interface BrowserWindow {
  /** Resolves when the browser has ended; `failed` when it could not start or ended with an error. */
  readonly ended: Promise<'closed' | 'failed'>;
  /** Asks it to close. */
  close(): void;
}

/** Why no window can be opened, or undefined when one can. */
export function windowObstacle(env: NodeJS.ProcessEnv = process.env): NoWindow | undefined {
  if (process.platform === 'linux') {
    if ((env['DISPLAY'] ?? '') === '' && (env['WAYLAND_DISPLAY'] ?? '') === '') return 'no-display';
    if (process.getuid?.() === 0) return 'root';
  }
  return findBrowser(env) === undefined ? 'no-browser' : undefined;
}

/**
 * Opens an address in a window of its own, with a profile of its own in the data folder, so that the person's bookmarks,
 * extensions and open pages have nothing to do with it. The address should hold a ticket, not the token: a command line can be seen.
 */
export function openBrowserWindow(address: string, dataFolder: string): BrowserWindow {
  const program = findBrowser();
  if (program === undefined) return { ended: Promise.resolve('failed'), close: () => undefined };
  const profile = join(dataFolder, 'cache', 'browser');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const args = [
    `--app=${address}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-mode',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-extensions',
    '--disable-translate',
    '--disable-features=Translate,msEdgeSidebarV2',
    '--window-size=1366,800',
  ];
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = new Promise<'closed' | 'failed'>((resolve) => {
    child.once('error', () => resolve('failed'));
    child.once('exit', (code) => resolve(code === 0 || child.killed ? 'closed' : 'failed'));
  });
  return { ended, close: () => child.kill() };
}
