import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** A listening server of a test that keeps everything it was sent. */
export interface FakeServer {
  readonly port: number;
  /** All bytes of all connections so far, in the order they came; of TLS the bytes inside. */
  received(): Buffer;
  /** Connections made so far, and how many of them are still open. */
  connections(): { readonly made: number; readonly open: number };
  close(): Promise<void>;
}

/** One conversation of a fake server. */
export interface Conversation {
  readonly socket: Socket;
  /** Waits for the next bytes of the client; null when it has closed. */
  next(): Promise<Buffer | null>;
  send(...messages: readonly Buffer[]): void;
  /** Goes on inside TLS, as the server. */
  secure(identity: { readonly key: string; readonly certificate: string }): void;
}

/** Starts a server on a free port of 127.0.0.1 that talks to each client as the script says. */
export async function startFakeServer(script: (talk: Conversation) => Promise<void> | void): Promise<FakeServer> {
  const chunks: Buffer[] = [];
  const open = new Set<Socket>();
  let made = 0;
  const server = createServer((socket) => {
    made += 1;
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    void script(converse(socket, (chunk) => chunks.push(chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    received: () => Buffer.concat(chunks),
    connections: () => ({ made, open: open.size }),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function converse(first: Socket, keep: (chunk: Buffer) => void): Conversation {
  let socket = first;
  const next = async (): Promise<Buffer | null> => {
    const chunk = await new Promise<Buffer | null>((resolve) => {
      const onData = (data: Buffer): void => finish(data);
      const onClose = (): void => finish(null);
      const finish = (data: Buffer | null): void => {
        socket.off('data', onData).off('close', onClose).pause();
        resolve(data);
      };
      socket.on('data', onData).on('close', onClose).resume();
    });
    if (chunk !== null) keep(chunk);
    return chunk;
  };
  return {
    get socket() {
      return socket;
    },
    next,
    send: (...messages) => {
      if (!socket.destroyed) socket.write(Buffer.concat(messages));
    },
    secure: ({ key, certificate }) => {
      socket = new TLSSocket(socket, { isServer: true, key, cert: certificate });
      socket.on('error', () => {});
    },
  };
}

/** A message of the server: its letter and its body. */
export function message(letter: string, ...body: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(body.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  const head = Buffer.alloc(5);
  head.write(letter, 'latin1');
  head.writeUInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

/** A 32-bit number of the protocol. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

const textColumn = Buffer.concat([Buffer.from('a\0'), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]);

/** Messages a fake server needs to be taken for PostgreSQL. */
export const fake = {
  authenticationOk: message('R', int32(0)),
  asksCleartext: message('R', int32(3)),
  asksMd5: message('R', int32(5), Buffer.from([1, 2, 3, 4])),
  asksScram: (...mechanisms: readonly string[]) =>
    message('R', int32(10), mechanisms.map((m) => `${m}\0`).join(''), '\0'),
  scramContinue: (text: string) => message('R', int32(11), text),
  scramFinal: (text: string) => message('R', int32(12), text),
  backendKey: message('K', int32(4711), int32(815)),
  ready: message('Z', 'I'),
  notice: (text: string) => message('N', `SNOTICE\0C00000\0M${text}\0`, '\0'),
  error: (sqlstate: string, routine: string, text = 'geheim') =>
    message('E', `SFATAL\0VFATAL\0C${sqlstate}\0M${text}\0R${routine}\0`, '\0'),
  rowDescription: message('T', int16(1), textColumn),
  row: (text: string) => message('D', int16(1), int32(Buffer.byteLength(text)), text),
  complete: (tag: string) => message('C', `${tag}\0`),
};

/** Reads the start-up message and lets anybody in, then answers the session settings. The next message is the caller's first statement. */
export async function letIn(talk: Conversation): Promise<void> {
  await talk.next();
  talk.send(fake.authenticationOk, fake.backendKey, fake.ready);
  await talk.next();
  talk.send(fake.rowDescription, fake.row('180004'), fake.complete('SELECT 1'), fake.ready);
}

/** The request for TLS that a client begins with, and the one to cancel. */
export const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
export const cancelRequest = Buffer.concat([int32(16), int32(80877102), int32(4711), int32(815)]);
