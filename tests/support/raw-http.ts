import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** What came back over a bare socket until it was closed. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Opens a bare socket to a local port, to send what no client library would. */
export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends a text as it is and reads until the other side has closed. Status 0: it closed without an answer. */
export async function sendRaw(port: number, text: string): Promise<RawAnswer> {
  const socket = await openSocket(port);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(text);
  await once(socket, 'close');
  const whole = Buffer.concat(chunks).toString('utf8');
  const [head = '', ...rest] = whole.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') };
}

/** A request as text; `Connection: close` so that its answer ends. A header given as undefined is left out. */
export function requestText(line: string, headers: Readonly<Record<string, string | undefined>>, body = ''): string {
  const all = { Connection: 'close', ...headers };
  const text = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${line} HTTP/1.1\r\n${text.join('\r\n')}\r\n\r\n${body}`;
}
