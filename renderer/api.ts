import type { Capabilities, Client } from '../shared/contract/client.ts';
import { isShellCommand, type ShellCommand } from '../shared/contract/shell-command.ts';
import { createWireClient } from '../shared/contract/wire-client.ts';
import type { WireClient } from '../shared/contract/wire-client.ts';
import { decodeWire, encodeWire } from '../shared/contract/wire.ts';
import type { FromEngine } from '../shared/contract/wire.ts';
import { AppError } from '../shared/errors.ts';

/** What the desktop's preload script puts on the window; frozen. */
interface DesktopLine {
  readonly capabilities: Capabilities;
  send(text: string): void;
  /** One listener; texts are handed on in order. */
  onMessage(listener: (text: string) => void): void;
  /** One listener, called with what was chosen in a menu of the desktop or in the tray. */
  onCommand(listener: (command: string) => void): void;
  /** One listener, called when somebody wants to close the window; the page ends the app itself when it may. */
  onCloseAsked(listener: () => void): void;
}

declare global {
  interface Window {
    readonly tallybook?: DesktopLine;
  }
}

const browserCapabilities: Capabilities = { shell: 'browser', osDialogs: false, ownWindow: false };
const tokenKey = 'tallybook.token';
const protocol = 'tallybook.1';
/** Pauses before the line is tried again, in milliseconds; the last one repeats. */
const pausesMs = [0, 250, 500, 1000, 2000, 5000];
/** How long after its key a page is loaded again, in milliseconds. */
const reloadMs = 1000;

/**
 * The engine this page talks to: through the desktop's preload script, else through the loopback bridge that served the page.
 * Without the bridge's token (a copied address) every call fails with `page-without-key`.
 */
export function openClient(): Client {
  return window.tallybook === undefined ? openBridge() : openDesktop(window.tallybook);
}

/** Calls `perform` with what was chosen in a menu of the desktop or in the tray; never in a browser, which has neither. */
export function onShellCommand(perform: (command: ShellCommand) => void): void {
  window.tallybook?.onCommand((command) => {
    if (isShellCommand(command)) perform(command);
  });
}

/**
 * Calls `ask` when somebody wants to close the window while `unsent` says that something was not sent yet. In a browser the browser's own question comes first,
 * because a page cannot be closed later than it wishes; who stays is asked by the page. A page that is only loaded again (F5, Ctrl+R) loses nothing and is not
 * asked: choices are in the draft of their list, and everything else is on this PC.
 */
export function onCloseAsked(unsent: () => boolean, ask: () => void): void {
  if (window.tallybook !== undefined) return window.tallybook.onCloseAsked(ask);
  const reloading = followReload();
  window.addEventListener('beforeunload', (event) => {
    if (!unsent() || reloading()) return;
    event.preventDefault();
    setTimeout(ask);
  });
}

/** Whether the page is being loaded again by a key, as far as can be known: the browser's own button looks like any other way of leaving. */
function followReload(): () => boolean {
  let pressedAt = Number.NEGATIVE_INFINITY;
  window.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey } = event;
    if (key !== 'F5' && !(key.toLowerCase() === 'r' && (ctrlKey || metaKey))) return;
    pressedAt = event.timeStamp;
    // F5 is a key of the page where there is something to refresh.
    setTimeout(() => {
      if (event.defaultPrevented) pressedAt = Number.NEGATIVE_INFINITY;
    });
  });
  return () => performance.now() - pressedAt < reloadMs;
}

function openDesktop(line: DesktopLine): Client {
  const client = createWireClient({ capabilities: line.capabilities });
  line.onMessage((text) => client.receive(decode(text)));
  client.attach((message) => line.send(encodeWire(message)));
  return client;
}

function openBridge(): Client {
  const secret = takeSecret();
  let socket: WebSocket | undefined;
  let closed = false;
  const client = createWireClient({
    capabilities: browserCapabilities,
    onClose: () => {
      closed = true;
      socket?.close();
    },
  });
  if (secret === undefined) {
    client.end(new AppError('page-without-key'));
    return client;
  }
  let failures = 0;
  function open(current: string): void {
    const opened = openSocket(current, client, () => (failures = 0));
    socket = opened;
    opened.addEventListener('close', () => {
      if (closed) return;
      client.detach(new AppError('answer-lost'));
      const pause = pausesMs[Math.min(failures, pausesMs.length - 1)] ?? 0;
      failures += 1;
      setTimeout(() => void again(storedToken() ?? current), pause);
    });
  }
  async function again(current: string): Promise<void> {
    if (closed) return;
    if (failures > 1 && (await isRefused(current))) return client.end(new AppError('page-without-key'));
    if (!closed) open(current);
  }
  open(secret);
  return client;
}

function openSocket(secret: string, client: WireClient, onUp: () => void): WebSocket {
  const socket = new WebSocket(`ws://${location.host}/line`, [protocol, secret]);
  socket.addEventListener('message', ({ data }) => {
    const message = decodeWire(String(data));
    if (isToken(message)) return sessionStorage.setItem(tokenKey, `token.${message.token}`);
    client.receive(message as FromEngine);
  });
  socket.addEventListener('open', () => {
    onUp();
    client.attach((message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeWire(message));
    });
  });
  return socket;
}

/**
 * What proves that this page was opened by the app: from the address, which is then cleaned so that it is not copied, bookmarked or
 * projected; after a reload from this tab's own storage. A ticket from the address is good once; the bridge answers it with the token.
 */
function takeSecret(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get('token');
  const ticket = given.get('ticket');
  if (token !== null || ticket !== null)
    history.replaceState(history.state, '', `${location.pathname}${location.search}`);
  if (token !== null) sessionStorage.setItem(tokenKey, `token.${token}`);
  if (ticket !== null) return `ticket.${ticket}`;
  return storedToken();
}

/** Whether an app answers at this address that does not know the secret: it was started anew, and will never let this page in. */
async function isRefused(secret: string): Promise<boolean> {
  const answer = await fetch('/line', { headers: { 'X-Tallybook-Secret': secret } }).catch(() => undefined);
  return answer?.status === 401;
}

function storedToken(): string | undefined {
  return sessionStorage.getItem(tokenKey) ?? undefined;
}

function isToken(message: unknown): message is { readonly kind: 'token'; readonly token: string } {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'token';
}

function decode(text: string): FromEngine {
  return decodeWire(text) as FromEngine;
}
