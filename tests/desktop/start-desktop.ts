import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { ElectronDouble } from '../support/electron-double.ts';
import type { DoubleWindow } from '../support/electron-double.ts';
import { loadWithElectron } from '../support/load-with-electron.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** The built bundles, as they ship. */
export const built = {
  main: fileURLToPath(new URL('../../out/main/main.js', import.meta.url)),
  preload: fileURLToPath(new URL('../../out/preload/preload.cjs', import.meta.url)),
};

/** A started desktop shell. */
export interface Desktop {
  readonly electron: ElectronDouble;
  readonly dataFolder: string;
}

/** What a test starts the shell with. */
export interface DesktopStart {
  readonly dataFolder?: string;
  readonly args?: readonly string[];
  /** Changes the double before the shell sees it. */
  readonly prepare?: (electron: ElectronDouble) => void;
}

/** Loads the built main bundle with the double in the place of Electron; `ready` is up to the test. */
export async function loadDesktop({
  dataFolder = tempFolder(),
  args = [],
  prepare,
}: DesktopStart = {}): Promise<Desktop> {
  const electron = new ElectronDouble();
  prepare?.(electron);
  const argv = process.argv;
  process.argv = ['tallybook', ...(electron.app.isPackaged ? [] : ['.']), '--data', dataFolder, ...args];
  onTestFinished(async () => {
    electron.app.quit();
    await electron.app.exited.promise;
  });
  try {
    await loadWithElectron(built.main, electron);
  } finally {
    process.argv = argv;
  }
  return { electron, dataFolder };
}

/** Starts the shell and waits for its window. */
export async function startDesktop(start: DesktopStart = {}): Promise<Desktop & { readonly window: DoubleWindow }> {
  const desktop = await loadDesktop(start);
  desktop.electron.app.ready.resolve();
  const window = await vi.waitFor(() => firstWindow(desktop.electron), { timeout: 15_000, interval: 20 });
  return { ...desktop, window };
}

function firstWindow({ windows, errorBoxes }: ElectronDouble): DoubleWindow {
  const [window] = windows;
  if (window === undefined) throw new Error(`no window yet ${JSON.stringify(errorBoxes)}`);
  return window;
}

/** What the built preload script gives the page of a window. */
export interface PageApi {
  readonly capabilities: Readonly<Record<string, unknown>>;
  send(text: string): void;
  onMessage(listener: (text: string) => void): void;
  onCloseAsked(listener: () => void): void;
  onCommand(listener: (command: string) => void): void;
}

/** Runs the built preload script for the page of a window. */
export async function loadPage(electron: ElectronDouble, window: DoubleWindow): Promise<PageApi> {
  window.webContents.ipcRenderer.removeAllListeners();
  await electron.withPage(window.webContents, () => loadWithElectron(built.preload, electron));
  return window.webContents.world['tallybook'] as PageApi;
}

/** One call of the page, answered by the engine. */
export async function callFromPage(page: PageApi, method: string, params: unknown): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  page.onMessage((text) => {
    const message = JSON.parse(text) as { readonly kind: string; readonly id?: string };
    if (message.id === '1') answer.resolve(message);
  });
  page.send(JSON.stringify({ kind: 'call', id: '1', method, params }));
  return await answer.promise;
}
