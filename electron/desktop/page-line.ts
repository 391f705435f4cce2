import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import { parseToEngine } from '../../shared/contract/to-engine.ts';
import { decodeWire, encodeWire } from '../../shared/contract/wire.ts';
import type { ToEngine } from '../../shared/contract/wire.ts';
import type { EngineHost, EngineLine } from '../engine/host.ts';
import type { Log } from '../engine/log.ts';
import { lineChannels } from './line-channels.ts';
import { isPageAddress } from './page-address.ts';

/** Longer than any message of the page. */
const maxText = 32_000_000;

/** What joins pages to the engine. */
export interface PageLineParts {
  readonly ipcMain: IpcMain;
  readonly host: EngineHost;
  readonly log: Log;
  /** The contents of the app's own window, the only ones that may have a line. */
  readonly isOurs: (contents: WebContents) => boolean;
}

/**
 * Joins the page of our window to the engine. Who sends is checked for every message: our window, its top frame, at our address.
 * A page that is loaded anew begins a new line; the calls of the old one are cancelled.
 */
export function servePageLines({ ipcMain, host, log, isOurs }: PageLineParts): void {
  const lines = new Map<WebContents, EngineLine>();

  function mayTalk(event: IpcMainEvent): boolean {
    const { senderFrame, sender } = event;
    const isOk =
      senderFrame !== null && isOurs(sender) && senderFrame === sender.mainFrame && isPageAddress(senderFrame.url);
    if (!isOk) log.write('warn', 'page.refused', { reason: 'sender' });
    return isOk;
  }
  function close(contents: WebContents): void {
    lines.get(contents)?.close();
    lines.delete(contents);
  }
  ipcMain.on(lineChannels.open, (event) => {
    if (!mayTalk(event)) return;
    const { sender } = event;
    if (!lines.has(sender)) {
      sender.once('destroyed', () => close(sender));
      sender.on('render-process-gone', () => close(sender));
    }
    close(sender);
    const line = host.connect((message) => {
      if (!sender.isDestroyed()) sender.send(lineChannels.toPage, encodeWire(message));
    });
    lines.set(sender, line);
  });
  ipcMain.on(lineChannels.toEngine, (event, text: unknown) => {
    if (!mayTalk(event)) return;
    const message = parse(text);
    if (message === undefined) return log.write('warn', 'page.refused', { reason: 'message' });
    lines.get(event.sender)?.receive(message);
  });
}

function parse(text: unknown): ToEngine | undefined {
  if (typeof text !== 'string' || text.length > maxText) return undefined;
  try {
    return parseToEngine(decodeWire(text));
  } catch {
    return undefined;
  }
}
