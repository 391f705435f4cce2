import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Bridge } from '../../electron/bridge/bridge.ts';
import { requestText, sendRaw } from './raw-http.ts';
import type { RawAnswer } from './raw-http.ts';

/** Headers by name; undefined leaves one out. */
export type Headers = Record<string, string | undefined>;

/** A GET as a browser on this PC would send it, with what a test changes. */
export function get({ port }: Bridge, path: string, headers: Headers = {}): Promise<RawAnswer> {
  return sendRaw(port, requestText(`GET ${path}`, { Host: `127.0.0.1:${port}`, ...headers }));
}

/** The headers our own page's socket is opened with. */
export function upgradeHeaders({ port, token }: Bridge): Headers {
  return {
    Host: `127.0.0.1:${port}`,
    Origin: `http://127.0.0.1:${port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': `tallybook.1, token.${token}`,
  };
}

/** The request for a socket as our own page sends it, with what a test changes. */
export function upgrade(bridge: Bridge, change: Headers, line = 'GET /line'): Promise<RawAnswer> {
  return sendRaw(bridge.port, requestText(line, { ...upgradeHeaders(bridge), ...change }));
}

/** A socket as our own page opens it. */
export async function openLine({ port, token }: Bridge): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/line`, ['tallybook.1', `token.${token}`], {
    origin: `http://127.0.0.1:${port}`,
  });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
}

/** Sends one message and waits for the next one that comes. */
export async function ask(socket: WebSocket, message: unknown): Promise<unknown> {
  socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const [data] = (await once(socket, 'message')) as [Buffer];
  return JSON.parse(data.toString('utf8'));
}
