import type { Socket } from 'node:net';
import { within } from './limit.ts';
import type { Limit } from './limit.ts';
import { openSocket } from './socket.ts';
import type { ServerAddress } from './socket.ts';
import { secureSocket } from './tls.ts';
import type { TlsWish } from './tls.ts';

/** A statement to stop: whose backend, and the key that proves we may. */
export interface CancelTarget {
  readonly address: ServerAddress;
  /** Null when the connection itself is not encrypted. */
  readonly tls: TlsWish | null;
  readonly backendPid: number;
  readonly secretKey: number;
}

/**
 * Asks the server to stop the statement a backend is at, over a connection of its own. Resolves when the server has taken note (it answers by closing);
 * says nothing about whether there was something to stop.
 */
export async function sendCancelRequest(target: CancelTarget, limit: Limit): Promise<void> {
  const plain = await openSocket(target.address, limit);
  try {
    const socket = target.tls === null ? plain : (await secureSocket(plain, target.tls, limit)).socket;
    socket.write(cancelMessage(target));
    await within(limit, closed(socket), () => socket.destroy());
  } finally {
    plain.destroy();
  }
}

function cancelMessage(target: CancelTarget): Buffer {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(80877102, 4);
  message.writeInt32BE(target.backendPid, 8);
  message.writeInt32BE(target.secretKey, 12);
  return message;
}

async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
    // Without a reader the end of the stream would never be noticed.
    socket.resume();
  });
}
