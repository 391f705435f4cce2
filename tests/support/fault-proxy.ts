import { createServer, connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseFreePort } from '../../electron/builtin-server/server-port.ts';
import { MessageReader } from './message-reader.ts';

/**
 * What the proxy does with traffic. A change takes effect at once, also for connections that exist, except `refuse` and
 * `black-hole`, which are about new ones (existing ones go on).
 */
export type FaultMode =
  /** Everything passes. */
  | { readonly kind: 'pass' }
  /** Connections are taken, and never a byte comes back. */
  | { readonly kind: 'black-hole' }
  /** Nothing listens. */
  | { readonly kind: 'refuse' }
  /** Both sides are reset after so many bytes of one direction, counted from now; what was before the limit is delivered. */
  | { readonly kind: 'cut-after-bytes'; readonly direction: Direction; readonly bytes: number }
  /** Both sides are reset before this message from the server is delivered, counted from 1 from now, over all connections. */
  | { readonly kind: 'cut-at-message'; readonly message: number; readonly type?: string }
  /** The server's side is ended in an orderly way (FIN) while the client may go on sending. */
  | { readonly kind: 'half-close' }
  /** Nothing passes in either direction until the next mode, and nobody is told; as when a cable is pulled and put back. */
  | { readonly kind: 'freeze' }
  /**
   * As `freeze`, from the moment a client says this statement: before the server hears it, or before the client hears what the server answered. `cut` then
   * loses exactly that. A statement without parameters is meant, and a connection without TLS.
   */
  | { readonly kind: 'freeze-at-statement'; readonly statement: string; readonly lose: 'request' | 'answer' }
  /** As `freeze`, from the piece on with which so many bytes have come from the clients, counted from now: in the middle of what is sent. */
  | { readonly kind: 'freeze-after-bytes'; readonly bytes: number }
  /** Each piece is held this long in each direction. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Of a hundred pieces so many are held for this long, and whatever is behind them: what a lost packet looks like from above. */
  | { readonly kind: 'loss'; readonly percent: number; readonly ms: number }
  /** At most so many bytes a second in each direction. */
  | { readonly kind: 'rate'; readonly bytesPerSecond: number };

/** Which way bytes go. */
export type Direction = 'to-server' | 'to-client';

/** A TCP proxy that behaves like a bad network on command. */
export interface FaultProxy {
  readonly host: '127.0.0.1';
  readonly port: number;
  mode(mode: FaultMode): Promise<void>;
  /** Resets all connections now. */
  cut(): void;
  /** How many connections there are. */
  connections(): number;
  /** Resolves when the fault of a `cut-…` or `freeze-at-…` mode has happened. */
  faulted(): Promise<void>;
  /** Whether anything was lost, held or slowed down since the mode was chosen: a bad network nobody used was none. */
  struck(): boolean;
  stop(): Promise<void>;
}

/** What is being counted and changed while the proxy runs. */
interface ProxyState {
  mode: FaultMode;
  passed: number;
  messages: number;
  /** Pieces that passed, for losing some of them. */
  pieces: number;
  readonly links: Set<Link>;
  readonly target: { readonly host: string; readonly port: number };
  onFault: () => void;
  struck: boolean;
  /** Resolved when another mode begins. */
  changed: PromiseWithResolvers<void>;
}

interface Link {
  readonly client: Socket;
  readonly upstream: Socket | undefined;
  readonly reader: MessageCounter;
  /** What the client says, message by message. */
  readonly requests: MessageReader;
  /** Whether the statement that is waited for went to the server. */
  asked: boolean;
}

/** Starts a proxy on a free port of 127.0.0.1 that stays its own also while it refuses, in front of `target`; at first everything passes. */
export async function startFaultProxy({
  target,
}: {
  readonly target: { readonly host: string; readonly port: number };
}): Promise<FaultProxy> {
  let fault = Promise.withResolvers<void>();
  const state: ProxyState = {
    mode: { kind: 'pass' },
    passed: 0,
    messages: 0,
    pieces: 0,
    links: new Set(),
    target,
    onFault: fault.resolve,
    struck: false,
    changed: Promise.withResolvers(),
  };
  const open = (): Server => createServer({ allowHalfOpen: true }, (client) => accept(state, client));
  let server: Server | undefined = open();
  // Not one that is given to outgoing connections: it would be taken while the proxy refuses.
  const port = await listen(server, await chooseFreePort());
  const setMode = async (mode: FaultMode): Promise<void> => {
    fault = Promise.withResolvers();
    Object.assign(state, { mode, passed: 0, messages: 0, pieces: 0, onFault: fault.resolve, struck: false });
    if (mode.kind === 'half-close')
      for (const link of state.links) {
        link.client.end();
        state.struck = true;
      }
    state.changed.resolve();
    state.changed = Promise.withResolvers();
    if (mode.kind === 'refuse' && server !== undefined) {
      // Connections that exist keep a server from closing; only the listening matters here.
      server.close();
      server = undefined;
    } else if (mode.kind !== 'refuse' && server === undefined) {
      server = open();
      await listen(server, port);
    }
  };
  return {
    host: '127.0.0.1',
    port,
    mode: setMode,
    cut: () => cutAll(state),
    connections: () => state.links.size,
    faulted: async () => await fault.promise,
    struck: () => state.struck,
    stop: async () => {
      cutAll(state);
      if (server === undefined) return;
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject).listen(port, '127.0.0.1', listening.resolve);
  await listening.promise;
  return port;
}

function accept(state: ProxyState, client: Socket): void {
  const swallow = state.mode.kind === 'black-hole';
  const upstream = swallow ? undefined : connect({ ...state.target, allowHalfOpen: true });
  const link: Link = { client, upstream, reader: new MessageCounter(), requests: new MessageReader(), asked: false };
  state.links.add(link);
  const forget = (): void => {
    state.links.delete(link);
    client.destroy();
    upstream?.destroy();
  };
  client.on('error', forget).on('close', forget).setNoDelay(true);
  if (upstream === undefined) {
    state.struck = true;
    client.resume();
    return;
  }
  upstream.on('error', forget).on('close', forget).setNoDelay(true);
  pump(state, link, client, upstream, 'to-server');
  pump(state, link, upstream, client, 'to-client');
}

/** Carries one direction, one piece after another, so that a slow piece holds up those behind it. */
function pump(state: ProxyState, link: Link, from: Socket, to: Socket, direction: Direction): void {
  let chain: Promise<void> = Promise.resolve();
  from.on('data', (piece: Buffer) => {
    from.pause();
    chain = chain.then(async () => {
      await carry(state, link, to, piece, direction);
      from.resume();
    });
  });
  from.on('end', () => {
    chain = chain.then(async () => {
      while (state.mode.kind === 'freeze') await state.changed.promise;
      if (to.writable) to.end();
    });
  });
}

async function carry(state: ProxyState, link: Link, to: Socket, piece: Buffer, direction: Direction): Promise<void> {
  if (isStatement(state, link, piece, direction) || isBeyond(state, piece, direction)) {
    state.mode = { kind: 'freeze' };
    state.onFault();
  }
  while (state.mode.kind === 'freeze') {
    state.struck = true;
    await state.changed.promise;
  }
  const { mode } = state;
  if (direction === 'to-client') {
    const offset = link.reader.feed(piece, (type) => {
      if (mode.kind !== 'cut-at-message' || (mode.type !== undefined && mode.type !== type)) return false;
      state.messages += 1;
      return state.messages === mode.message;
    });
    if (offset !== undefined) return deliverAndCut(state, to, piece.subarray(0, offset));
  }
  switch (mode.kind) {
    case 'cut-after-bytes': {
      if (mode.direction !== direction) break;
      const room = mode.bytes - state.passed;
      state.passed += piece.length;
      if (piece.length >= room) return deliverAndCut(state, to, piece.subarray(0, Math.max(0, room)));
      break;
    }
    case 'latency':
      state.struck = true;
      await delay(mode.ms);
      break;
    case 'loss':
      state.pieces += 1;
      // Every so many'th, so that a run of some length never goes without.
      if (state.pieces % Math.round(100 / mode.percent) !== 0) break;
      state.struck = true;
      await delay(mode.ms);
      break;
    case 'rate':
      state.struck = true;
      await delay((piece.length / mode.bytesPerSecond) * 1000);
      break;
    case 'half-close':
      if (direction === 'to-client') return;
      break;
    case 'pass':
    case 'black-hole':
    case 'refuse':
    case 'cut-at-message':
    case 'freeze-at-statement':
    case 'freeze-after-bytes':
      break;
  }
  if (to.writable && !to.write(piece)) await new Promise((done) => to.once('drain', done).once('close', done));
}

/** Whether this piece holds what is to be lost: the end of the statement that is waited for, or the first of what the server answers to it. */
function isStatement(state: ProxyState, link: Link, piece: Buffer, direction: Direction): boolean {
  const { mode } = state;
  if (direction === 'to-client') return mode.kind === 'freeze-at-statement' && mode.lose === 'answer' && link.asked;
  const said = link.requests.feed(piece);
  if (mode.kind !== 'freeze-at-statement' || !said.includes(`Q${mode.statement}\0`)) return false;
  link.asked = true;
  return mode.lose === 'request';
}

/** Whether as much has come from the clients as was to pass. */
function isBeyond(state: ProxyState, piece: Buffer, direction: Direction): boolean {
  if (state.mode.kind !== 'freeze-after-bytes' || direction === 'to-client') return false;
  state.passed += piece.length;
  return state.passed >= state.mode.bytes;
}

/** Gives the other side what was before the fault, waits until it is out, then resets everything. */
async function deliverAndCut(state: ProxyState, to: Socket, rest: Buffer): Promise<void> {
  if (rest.length > 0 && to.writable) await new Promise<void>((done) => void to.write(rest, () => done()));
  cutAll(state);
  state.mode = { kind: 'pass' };
  state.struck = true;
  state.onFault();
}

function cutAll(state: ProxyState): void {
  for (const { client, upstream } of state.links) {
    client.resetAndDestroy();
    upstream?.resetAndDestroy();
  }
  state.links.clear();
}

/**
 * Finds where the messages of PostgreSQL's protocol begin in what the server sends without TLS: a letter and four bytes of
 * length each. A server that was asked for TLS answers with one letter and is not followed further.
 */
class MessageCounter {
  #header: number[] = [];
  #skip = 0;

  /** Goes through a piece; the offset in it at which a message begins for which `isWanted` says yes, if there is one. */
  feed(piece: Buffer, isWanted: (type: string) => boolean): number | undefined {
    let at = 0;
    while (at < piece.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, piece.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      const byte = piece[at] ?? 0;
      if (this.#header.length === 0 && isWanted(String.fromCharCode(byte))) return at;
      this.#header.push(byte);
      at += 1;
      if (this.#header.length === 5) {
        this.#skip = Buffer.from(this.#header).readUInt32BE(1) - 4;
        this.#header = [];
      }
    }
    return undefined;
  }
}
