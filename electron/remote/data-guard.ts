import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';

/** Messages a PostgreSQL server may begin with: authentication, error, protocol version, notice, parameter. */
const firstMessages = 'REvNS';
const firstMessageBytes = 64 * 1024;
/** What a server may send unasked, before the login is through and between two statements. */
const unaskedBytes = 1024 * 1024;

/** Watches what a server sends: how much, and whether it speaks PostgreSQL at all. A server that breaks the rules loses the socket. */
export interface DataGuard {
  /** From now on at most `bytes` may arrive. */
  expect(bytes: number): void;
  /** The answer is complete: from now on only what a server may send unasked. */
  rest(): void;
}

/**
 * Puts the guard between a socket and the one listener that parses what arrives. A message is held in memory until it is complete, however long it
 * says it is, and nobody else counts.
 */
export function guardData(stream: Duplex): DataGuard {
  const [parse, ...others] = stream.listeners('data');
  if (parse === undefined || others.length > 0) throw new Error('exactly one parser was expected on the socket');
  let left = unaskedBytes;
  let seen = 0;
  let code = 'not-postgres' as 'not-postgres' | 'connection-dropped';
  let head = Buffer.alloc(0);
  const guarded = (chunk: Buffer): void => {
    if (stream.destroyed) return;
    left -= chunk.length;
    if (left < 0) {
      stream.destroy(new AppError(code, { reason: 'too-much-data' }));
      return;
    }
    if (seen < 5) {
      head = Buffer.concat([head, chunk.subarray(0, 5)]);
      if (!looksLikePostgres(head)) {
        stream.destroy(new AppError('not-postgres'));
        return;
      }
    }
    seen += chunk.length;
    try {
      Reflect.apply(parse, stream, [chunk]);
    } catch {
      // The parser stumbles over nothing a PostgreSQL server sends.
      stream.destroy(new AppError(code, { reason: 'unreadable' }));
    }
  };
  stream.removeAllListeners('data');
  stream.on('data', guarded);
  return {
    expect: (bytes) => {
      code = 'connection-dropped';
      left = bytes;
    },
    rest: () => {
      code = 'connection-dropped';
      left = unaskedBytes;
    },
  };
}

function looksLikePostgres(head: Buffer): boolean {
  const kind = head.toString('latin1', 0, 1);
  if (!firstMessages.includes(kind)) return false;
  return head.length < 5 || head.readUInt32BE(1) <= firstMessageBytes;
}
