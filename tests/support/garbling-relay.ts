import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A relay in front of a server that at one message of the server's begins to say something else. */
export interface GarblingRelay {
  readonly port: number;
  /** Messages of the server that went through since the last call of `garble` or `pass`. */
  messages(): number;
  /** From the message with this number on (counted from 1 from now, after a login) the client gets these bytes instead, once or without end. */
  garble(at: number, bytes: Buffer, endless: boolean): void;
  /** Everything passes again. */
  pass(): void;
  stop(): void;
}

/** Starts a relay on a free port of 127.0.0.1; everything passes at first. */
export async function startGarblingRelay(target: {
  readonly host: string;
  readonly port: number;
}): Promise<GarblingRelay> {
  let seen = 0;
  let fault: { readonly at: number; readonly bytes: Buffer; readonly endless: boolean } | null = null;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    let waiting = Buffer.alloc(0);
    let loggedIn = false;
    let garbled = false;
    const relayed = (piece: Buffer): void => {
      if (garbled) return;
      waiting = Buffer.concat([waiting, piece]);
      let end = 0;
      while (waiting.length >= end + 5) {
        const next = end + 1 + waiting.readUInt32BE(end + 1);
        if (waiting.length < next) break;
        if (loggedIn) {
          seen += 1;
          if (fault !== null && seen === fault.at) {
            client.write(waiting.subarray(0, end));
            garbled = true;
            void say(client, fault);
            return;
          }
        }
        if (waiting[end] === 0x5a) loggedIn = true;
        end = next;
      }
      client.write(waiting.subarray(0, end));
      waiting = waiting.subarray(end);
    };
    client.on('data', (piece) => upstream.write(piece));
    upstream.on('data', relayed);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from
        .on('error', () => to.destroy())
        .on('close', () => {
          open.delete(from);
          to.destroy();
        });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    messages: () => seen,
    garble: (at, bytes, endless) => {
      seen = 0;
      fault = { at, bytes, endless };
    },
    pass: () => {
      seen = 0;
      fault = null;
    },
    stop: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

async function say(
  client: Socket,
  { bytes, endless }: { readonly bytes: Buffer; readonly endless: boolean },
): Promise<void> {
  if (!endless) {
    client.write(bytes);
    return;
  }
  const many = Buffer.concat(Array.from({ length: Math.ceil(65_536 / bytes.length) }, () => bytes));
  while (!client.destroyed) {
    if (client.write(many)) await new Promise((resolve) => setImmediate(resolve));
    else await new Promise<void>((resolve) => client.once('drain', resolve).once('close', () => resolve()));
  }
}
