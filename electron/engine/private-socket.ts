import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { parseToEngine } from '../../shared/contract/to-engine.ts';
import { decodeWire, encodeWire } from '../../shared/contract/wire.ts';
import type { EngineHost, EngineLine } from './host.ts';
import { createLineCutter } from './json-lines.ts';
import { isToken } from './token.ts';

/** What a caller says first: the token of the lock file and what it came for. */
const greeting = z.object({ token: z.string().max(100), want: z.enum(['who', 'show', 'line']) });
/** What a caller came for: who answers, to bring its window to the front, or a line to the engine. */
export type Want = z.infer<typeof greeting>['want'];

/** Who answers at the socket. */
export const ownerInfo = z.object({ pid: z.number(), shell: z.string(), since: z.string() });
/** Who answers, checked. */
export type OwnerInfo = z.infer<typeof ownerInfo>;

/** The private socket of an engine's owner. */
export interface PrivateSocket {
  /** Path of the socket, or name of the pipe on Windows. */
  readonly path: string;
  /** From now on callers are connected to this engine; those that came before have waited for it. */
  serve(host: EngineHost): void;
  close(): Promise<void>;
}

/** What the socket answers with. `onShow`: someone started the app again on this folder. */
export interface PrivateSocketOptions {
  readonly token: string;
  readonly owner: OwnerInfo;
  readonly onShow: () => void;
}

/** A caller without the token is gone after this. */
const greetingMs = 3000;
const maxGreeting = 1000;
const maxLine = 32_000_000;
/** Paths of sockets are cut off by the system beyond about a hundred bytes. */
const maxPath = 100;

/** Opens the socket in a fresh folder that only this user can enter. */
export async function openPrivateSocket(options: PrivateSocketOptions): Promise<PrivateSocket> {
  const path = newSocketPath();
  const sockets = new Set<Socket>();
  const waiting: ((host: EngineHost) => void)[] = [];
  let host: EngineHost | undefined;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A caller that vanished in the middle of a message.
    socket.on('error', () => socket.destroy());
    serveSocket(socket, options, (connect) => (host === undefined ? waiting.push(connect) : connect(host)));
  });
  await listen(server, path);
  return {
    path,
    serve(engine) {
      host = engine;
      for (const connect of waiting.splice(0)) connect(engine);
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      removeSocketFolder(path);
    },
  };
}

/** Removes what a dead owner left behind; any other path is left alone. */
export function removeSocketFolder(path: string): void {
  const folder = dirname(path);
  if (process.platform === 'win32' || !/^tallybook-\w{6}$/.test(basename(folder)) || basename(path) !== 'engine')
    return;
  rmSync(path, { force: true });
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another user's: not ours to remove.
  }
}

function newSocketPath(): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\tallybook-${randomBytes(16).toString('hex')}`;
  for (const parent of [process.env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp']) {
    if (parent === undefined || Buffer.byteLength(parent) > maxPath - 30) continue;
    try {
      const folder = mkdtempSync(join(parent, 'tallybook-'));
      chmodSync(folder, 0o700);
      return join(folder, 'engine');
    } catch {
      // Not there, or not ours; the next one.
    }
  }
  throw new Error('no place for a socket');
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
}

function serveSocket(
  socket: Socket,
  options: PrivateSocketOptions,
  whenHost: (connect: (host: EngineHost) => void) => void,
): void {
  let greeted = false;
  let line: EngineLine | undefined;
  const held: string[] = [];
  const deadline = setTimeout(() => socket.destroy(), greetingMs);
  socket.on('close', () => {
    clearTimeout(deadline);
    line?.close();
  });

  function greet(text: string): void {
    const parsed = greeting.safeParse(parse(text));
    if (!parsed.success || !isToken(options.token, parsed.data.token)) return void socket.destroy();
    clearTimeout(deadline);
    greeted = true;
    socket.write(`${JSON.stringify(options.owner)}\n`);
    if (parsed.data.want === 'show') options.onShow();
    if (parsed.data.want !== 'line') return void socket.end();
    whenHost((host) => {
      if (socket.destroyed) return;
      line = host.connect((message) => void socket.write(`${encodeWire(message)}\n`));
      for (const text of held.splice(0)) receive(text);
    });
  }
  function receive(text: string): void {
    if (line === undefined) return void held.push(text);
    const message = parseToEngine(parse(text));
    if (message === undefined) socket.destroy();
    else line.receive(message);
  }
  const cutter = createLineCutter(
    () => (greeted ? maxLine : maxGreeting),
    (text) => (greeted ? receive(text) : greet(text)),
  );
  socket.on('data', (chunk) => {
    if (!cutter.push(chunk)) socket.destroy();
  });
}

function parse(text: string): unknown {
  try {
    return decodeWire(text);
  } catch {
    return undefined;
  }
}
