import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, ipcMain, Menu, protocol, session, shell } from 'electron';
import type { BrowserWindow, WebContents } from 'electron';
import type { i18n } from 'i18next';
import type { Client } from '../../shared/contract/client.ts';
import type { ShellCommand } from '../../shared/contract/shell-command.ts';
import { AppError, errorExitCodes } from '../../shared/errors.ts';
import { languageFor } from '../../shared/text/language.ts';
import { createTexts } from '../../shared/text/text.ts';
import { openPageFiles } from '../bridge/page-files.ts';
import { findPageFolder } from '../bridge/page-folder.ts';
import { chooseDataFolder, prepareDataFolder } from '../engine/data-folder.ts';
import { showOwner } from '../engine/folder-claim.ts';
import { clientOf } from '../engine/host-client.ts';
import { openOwnEngine } from '../engine/own-engine.ts';
import type { OwnEngine } from '../engine/own-engine.ts';
import { errorText } from '../engine/error-text.ts';
import { nameDevice } from '../engine/name-device.ts';
import { ownerText } from '../engine/owner-text.ts';
import { endAtOnce, stopSignal } from '../engine/stop-signal.ts';
import type { StopSignal } from '../engine/stop-signal.ts';
import { appMenu } from './app-menu.ts';
import { registerPageScheme, servePage } from './app-protocol.ts';
import { focusWindow, isSeen, openAppWindow } from './app-window.ts';
import { guardClose } from './close-guard.ts';
import type { DesktopOptions } from './desktop-options.ts';
import { haltNotices } from './halt-notices.ts';
import { keepTray } from './keep-tray.ts';
import { lineChannels } from './line-channels.ts';
import { servePageLines } from './page-line.ts';
import { guardContents, guardSession } from './security.ts';
import { showNotice } from './show-notice.ts';
import { openTray } from './tray.ts';

/** The built preload script, beside the built entries. */
const preload = fileURLToPath(new URL('../preload/preload.cjs', import.meta.url));

/**
 * The desktop shell. What must be said before Electron is ready is said at once; the rest follows when it is. A second start on the
 * same data folder brings this window to the front.
 */
export async function runDesktopShell(options: DesktopOptions): Promise<void> {
  const dataFolder = chooseDataFolder(options.data);
  const withTools = !app.isPackaged;
  app.enableSandbox();
  registerPageScheme(protocol);
  guardContents(app);
  try {
    keepBrowserFilesIn(dataFolder);
    if (!app.requestSingleInstanceLock()) return app.quit();
    await app.whenReady();
    guardSession(session.defaultSession, withTools);
    const own = await openOwnEngine(dataFolder, 'desktop');
    if (own.kind === 'taken') {
      await showOwner(dataFolder);
      return leave(ownerText(own.owner, systemTexts(options)), errorExitCodes['folder-owned']);
    }
    await open(own, options, dataFolder, withTools);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'unexpected';
    leave(errorText(error, systemTexts(options)), errorExitCodes[code]);
  }
}

async function open(own: OwnEngine, options: DesktopOptions, dataFolder: string, withTools: boolean): Promise<void> {
  const pageFolder = findPageFolder();
  if (pageFolder === undefined) {
    await own.close();
    return leave(systemTexts(options).t('shell:pageMissing'), 1);
  }
  let window: BrowserWindow | undefined;
  const show = (): void => {
    // The engine is at its end: a page that is opened now has nobody to talk to.
    if (isClosing()) return;
    if (window === undefined || window.isDestroyed()) {
      window = openWindow(own, options, withTools);
      guard.watch(window);
    } else focusWindow(window);
  };
  const client = clientOf(own.engine);
  const guard = guardClose({
    ipcMain,
    isOurs: (contents) => contents === window?.webContents,
    log: own.log,
    quit: () => app.quit(),
  });
  const stop = stopSignal(endAtOnce);
  // Whoever ends the program from outside has nobody at the page to answer.
  stop.signal.addEventListener('abort', () => {
    guard.release();
    app.quit();
  });
  const isClosing = closeInGoodOrder(own, stop, () => guard.held(window));
  client.onEvent(({ name }) => {
    if (name !== 'app.quit') return;
    guard.release();
    app.quit();
  });
  servePage(protocol, await openPageFiles({ folder: pageFolder, connect: () => undefined }));
  servePageLines({ ipcMain, host: own.engine, log: own.log, isOurs: (contents) => contents === window?.webContents });
  await nameDevice(own.engine, options);
  await openMenus({
    own,
    client,
    options,
    dataFolder,
    withTools,
    show,
    isSeen: () => window !== undefined && isSeen(window),
    command: (command) => {
      if (window !== undefined && !window.isDestroyed() && !isClosing()) tellPage(window.webContents, command);
    },
  });
  own.engine.onState((state) => {
    if (state.kind === 'failed') leave(errorText(state.error, systemTexts(options)), errorExitCodes[state.error.code]);
  });
  own.onLost(() =>
    leave(errorText(new AppError('folder-owned'), systemTexts(options)), errorExitCodes['folder-owned']),
  );
  own.claim.onShow(show);
  app.on('second-instance', show);
  app.on('activate', show);
  show();
}

/** What Chromium keeps lies in one folder of its own, beside our files and not among them; it also makes the one instance per data folder. */
function keepBrowserFilesIn(dataFolder: string): void {
  prepareDataFolder(dataFolder);
  const folder = join(dataFolder, 'cache', 'desktop');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
  app.setPath('sessionData', folder);
}

function openWindow(own: OwnEngine, options: DesktopOptions, withTools: boolean): BrowserWindow {
  const window = openAppWindow({ preload, withTools });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    own.log.write('error', 'page.gone', { reason });
    void offerToReopen(window, systemTexts(options));
  });
  return window;
}

async function offerToReopen(window: BrowserWindow, texts: i18n): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: texts.t('shell:pageGone.message'),
    detail: texts.t('shell:pageGone.detail'),
    buttons: [texts.t('shell:pageGone.reopen'), texts.t('shell:pageGone.quit')],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) window.webContents.reload();
  else app.quit();
}

/**
 * Closing the last window closes the app; the engine ends its work first, and a log-off of the system waits for it as long as it can. `held`: whether the page was
 * asked instead. Tells whether that has begun.
 */
function closeInGoodOrder(own: OwnEngine, stop: StopSignal, held: () => boolean): () => boolean {
  let closing: Promise<void> | undefined;
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (closing === undefined && held()) return;
    closing ??= own.close().finally(() => {
      stop.release();
      app.exit(0);
    });
  });
  return () => closing !== undefined;
}

/** Tells a page what was chosen in a menu; one that is being loaded is told when it is there. */
function tellPage(contents: WebContents, command: ShellCommand): void {
  const tell = (): void => contents.send(lineChannels.command, command);
  if (contents.isLoadingMainFrame()) contents.once('did-finish-load', tell);
  else tell();
}

/** Keeps the texts of what stands outside of the page in the language of the app; `apply` is called with them at once and whenever it changes. */
async function keepLanguage(client: Client, options: DesktopOptions, apply: (texts: i18n) => void): Promise<void> {
  let shown: string | undefined;
  async function update(): Promise<void> {
    const { language } = await client.call('app.state', {});
    const wanted = language ?? systemLanguage(options);
    if (wanted === shown) return;
    shown = wanted;
    apply(createTexts(wanted));
  }
  client.onEvent(({ name }) => {
    // A menu in the old language is no reason to fail.
    if (name === 'app.changed') void update().catch(() => undefined);
  });
  await update();
}

interface OutsideParts {
  readonly own: OwnEngine;
  readonly client: Client;
  readonly options: DesktopOptions;
  readonly dataFolder: string;
  readonly withTools: boolean;
  /** Brings the window to the front. */
  readonly show: () => void;
  /** Whether somebody has it before their eyes. */
  readonly isSeen: () => boolean;
  /** Does something in its page. */
  readonly command: (command: ShellCommand) => void;
}

/** The menu of the app, the symbol in the tray and the notices of the system, which say and do what the page does. */
async function openMenus({
  own,
  client,
  options,
  dataFolder,
  withTools,
  show,
  isSeen,
  command,
}: OutsideParts): Promise<void> {
  let texts = systemTexts(options);
  const actions = { openDataFolder: () => void shell.openPath(dataFolder), command };
  await keepLanguage(client, options, (wanted) => {
    texts = wanted;
    Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(texts, process.platform, withTools, actions)));
  });
  const tray = openTray(
    {
      open: show,
      sync: () => {
        show();
        command('sync');
      },
      keepInSync: (of, on) => kept.keepInSync(of, on),
      quit: () => app.quit(),
    },
    process.platform,
    own.log,
  );
  const kept = keepTray({
    client,
    texts: () => texts,
    answering: () => own.engine.state.kind === 'running',
    show: (view) => tray.show(view),
    onRead: haltNotices({
      texts: () => texts,
      isSeen,
      show: (notice) =>
        showNotice(notice, () => {
          show();
          command('list');
        }),
    }),
    switchInPage: (on) => {
      show();
      command(on ? 'keep-on' : 'keep-off');
    },
  });
  own.engine.onState(({ kind }) => {
    if (kind !== 'closed') return kept.refresh();
    kept.end();
    tray.remove();
  });
}

function systemLanguage(options: DesktopOptions) {
  return options.lang ?? languageFor(app.getPreferredSystemLanguages());
}

function systemTexts(options: DesktopOptions): i18n {
  return createTexts(systemLanguage(options));
}

/** Says why and ends. The box also works before Electron is ready. */
function leave(message: string, exitCode: number): void {
  dialog.showErrorBox('Tallybook', message);
  app.exit(exitCode);
}
