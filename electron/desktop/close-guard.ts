import type { BrowserWindow, IpcMain, IpcMainEvent, WebContents } from 'electron';
import type { Log } from '../engine/log.ts';
import { lineChannels } from './line-channels.ts';

/** How long a page may take to say that it has heard; one that hangs keeps nobody from closing the app. */
const answerMs = 2000;
/** Who asks a third time within this is let go: whatever keeps the page from ending the app must not keep the person. */
const patienceMs = 10_000;
const patience = 3;

/** What stands between a wish to close and the end of the app. */
export interface CloseGuard {
  /** Closing this window asks its page first. */
  watch(window: BrowserWindow): void;
  /** Whether the page of the window was asked instead of ending: it says when the app may end. */
  held(window: BrowserWindow | undefined): boolean;
  /** From now on nobody is asked. */
  release(): void;
}

/** What the guard is made of. */
export interface CloseGuardParts {
  readonly ipcMain: IpcMain;
  /** The contents of the app's own window, the only ones that are asked. */
  readonly isOurs: (contents: WebContents) => boolean;
  readonly log: Log;
  /** Ends the app; called when a page that was asked does not answer. */
  readonly quit: () => void;
}

/**
 * Lets the page offer to sync before the app ends. Only a page that said it can be asked is asked; it answers at once that it has heard, and ends the app itself
 * when the person has chosen. What it asks is its own affair.
 */
export function guardClose({ ipcMain, isOurs, log, quit }: CloseGuardParts): CloseGuard {
  const ready = new WeakSet<WebContents>();
  let released = false;
  let timer: NodeJS.Timeout | undefined;
  let wishes: readonly number[] = [];

  function heard({ sender }: IpcMainEvent): void {
    if (isOurs(sender)) clearTimeout(timer);
  }
  function held(window: BrowserWindow | undefined): boolean {
    if (released || window === undefined || window.isDestroyed() || !ready.has(window.webContents)) return false;
    const now = performance.now();
    wishes = [...wishes.filter((at) => now - at < patienceMs), now];
    if (wishes.length >= patience) return false;
    clearTimeout(timer);
    timer = setTimeout(() => {
      log.write('warn', 'page.silent', {});
      released = true;
      quit();
    }, answerMs);
    window.webContents.send(lineChannels.closeAsked);
    return true;
  }
  ipcMain.on(lineChannels.closeReady, ({ sender }) => {
    if (isOurs(sender)) ready.add(sender);
  });
  ipcMain.on(lineChannels.closeHeard, heard);
  return {
    watch(window) {
      window.on('close', (event) => {
        if (held(window)) event.preventDefault();
      });
      // The system is going down: nobody has time for a question, and everything is safe on this PC.
      window.on('query-session-end', () => (released = true));
      // A page that is loaded anew says by itself that it can be asked.
      window.webContents.on('render-process-gone', () => ready.delete(window.webContents));
      window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
        if (isMainFrame && !isSameDocument) ready.delete(window.webContents);
      });
    },
    held,
    release() {
      released = true;
      clearTimeout(timer);
    },
  };
}
