import type { i18n } from 'i18next';
import { languageFor } from '../../shared/text/language.ts';
import { createTexts } from '../../shared/text/text.ts';
import { AppError, errorExitCodes } from '../../shared/errors.ts';
import { chooseDataFolder } from '../engine/data-folder.ts';
import { describeError } from '../engine/describe-error.ts';
import { clientOf } from '../engine/host-client.ts';
import { errorText } from '../engine/error-text.ts';
import { nameDevice } from '../engine/name-device.ts';
import { ownerText } from '../engine/owner-text.ts';
import { openOwnEngine } from '../engine/own-engine.ts';
import type { OwnEngine } from '../engine/own-engine.ts';
import { showOwner } from '../engine/folder-claim.ts';
import type { OwnerInfo } from '../engine/private-socket.ts';
import { openBridge } from './bridge.ts';
import type { Bridge } from './bridge.ts';
import type { BrowserOptions } from './browser-options.ts';
import { openBrowserWindow, windowObstacle } from './browser-window.ts';
import type { BrowserWindow } from './browser-window.ts';
import { findPageFolder } from './page-folder.ts';

/** What the shell says: the address on `out`, everything else on `err`. */
export interface BrowserShellIo {
  out(line: string): void;
  err(line: string): void;
}

/** A window whose page is gone for this long was closed, and the app with it; a reload is shorter. */
const closedMs = 3000;

/**
 * The browser shell from start to end: claims the data folder, starts the engine and the bridge, opens a window, and closes all in good order
 * when `stop` is aborted or the window is closed. The result is the exit code: 0, or that of the error that was told.
 */
export async function runBrowserShell(options: BrowserOptions, stop: AbortSignal, io: BrowserShellIo): Promise<number> {
  const texts = createTexts(options.lang ?? languageFor(systemLanguages()));
  try {
    const pageFolder = findPageFolder();
    if (pageFolder === undefined) {
      io.err(texts.t('shell:pageMissing'));
      return 1;
    }
    const dataFolder = chooseDataFolder(options.data);
    const own = await openOwnEngine(dataFolder, 'browser');
    if (own.kind === 'taken') return await tellOwner(dataFolder, own.owner, texts, io);
    try {
      return await serve({ own, options, dataFolder, pageFolder, stop, texts, io });
    } catch (error) {
      if (!(error instanceof AppError)) own.log.write('error', 'shell.unexpected', describeError(error));
      throw error;
    } finally {
      await own.close();
    }
  } catch (error) {
    return tell(error, texts, io);
  }
}

interface Parts {
  readonly own: OwnEngine;
  readonly options: BrowserOptions;
  readonly dataFolder: string;
  readonly pageFolder: string;
  readonly stop: AbortSignal;
  readonly texts: i18n;
  readonly io: BrowserShellIo;
}

async function serve({ own, options, dataFolder, pageFolder, stop, texts, io }: Parts): Promise<number> {
  await nameDevice(own.engine, options);
  const end = Promise.withResolvers<number>();
  stop.addEventListener('abort', () => end.resolve(0));
  if (stop.aborted) return 0;
  own.engine.onState((state) => {
    if (state.kind === 'failed') end.resolve(tell(state.error, texts, io));
  });
  own.onLost(() => end.resolve(tell(new AppError('folder-owned'), texts, io)));
  clientOf(own.engine).onEvent(({ name }) => {
    if (name === 'app.quit') end.resolve(0);
  });
  const watcher = createPageWatcher(() => end.resolve(0));
  const bridge = await openBridge({
    host: own.engine,
    pageFolder,
    log: own.log,
    port: options.port,
    onPages: (pages) => watcher.onPages(pages),
  });
  try {
    io.out(texts.t('shell:openAt', { address: `${bridge.address}#token=${bridge.token}` }));
    const open = (): void => openWindow({ bridge, dataFolder, texts, io, watcher });
    if (options.open) {
      own.claim.onShow(open);
      open();
    }
    const code = await end.promise;
    if (stop.aborted) io.err(texts.t('shell:closing'));
    return code;
  } finally {
    watcher.stop();
    await bridge.close();
  }
}

interface WindowParts {
  readonly bridge: Bridge;
  readonly dataFolder: string;
  readonly texts: i18n;
  readonly io: BrowserShellIo;
  readonly watcher: PageWatcher;
}

function openWindow({ bridge, dataFolder, texts, io, watcher }: WindowParts): void {
  const obstacle = windowObstacle();
  if (obstacle !== undefined) return io.err(texts.t(`shell:noWindow.${obstacle}`));
  const window = openBrowserWindow(bridge.ticketAddress(), dataFolder);
  watcher.onWindow(window);
  void window.ended.then((how) => {
    if (how === 'failed' && bridge.pages === 0) io.err(texts.t('shell:noWindow.failed'));
  });
}

/** Tells when the person has closed the app's window: its browser has ended and no page is connected any more. */
interface PageWatcher {
  onPages(pages: number): void;
  onWindow(window: BrowserWindow): void;
  stop(): void;
}

function createPageWatcher(onClosed: () => void): PageWatcher {
  const windows = new Set<BrowserWindow>();
  let hadPage = false;
  let pages = 0;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  function check(): void {
    clearTimeout(timer);
    // A browser that was open with this profile already ends at once and leaves the window to the other process.
    if (ended && hadPage && pages === 0 && windows.size === 0) timer = setTimeout(onClosed, closedMs);
  }
  return {
    onPages(count) {
      pages = count;
      hadPage ||= count > 0;
      check();
    },
    onWindow(window) {
      windows.add(window);
      void window.ended.then((how) => {
        windows.delete(window);
        ended ||= how === 'closed';
        check();
      });
    },
    stop() {
      clearTimeout(timer);
      for (const window of windows) window.close();
    },
  };
}

/** Says who has the folder and brings that one to the front. */
async function tellOwner(dataFolder: string, owner: OwnerInfo, texts: i18n, io: BrowserShellIo): Promise<number> {
  await showOwner(dataFolder);
  io.err(ownerText(owner, texts));
  return errorExitCodes['folder-owned'];
}

function tell(error: unknown, texts: i18n, io: BrowserShellIo): number {
  if (error instanceof Error && 'syscall' in error && error.syscall === 'listen') {
    io.err(texts.t('shell:portTaken', { port: 'port' in error ? error.port : '' }));
    return errorExitCodes.usage;
  }
  const code = error instanceof AppError ? error.code : 'unexpected';
  io.err(errorText(error, texts));
  return errorExitCodes[code];
}

function systemLanguages(): readonly string[] {
  const set = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => process.env[name] ?? '').find((tag) => tag !== '');
  return [...(set === undefined ? [] : [set]), new Intl.DateTimeFormat().resolvedOptions().locale];
}
