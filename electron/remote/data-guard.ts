import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import { MessageFrames } from './message-frames.ts';
import type { Complaint, Grammar } from './message-frames.ts';

/** Messages a PostgreSQL server may begin with: authentication, error, protocol version, notice, parameter. */
const firstMessages = 'REvNS';
const firstMessageBytes = 64 * 1024;
/** What a server may send unasked, before the login is through and between two statements. */
const unaskedBytes = 1024 * 1024;
/** The longest row: more than any that fits into a local file. */
const maxRowBytes = 64 * 1024 * 1024;

/** Authentication, key, parameters and "ready" end with the login; a password is never asked for again. */
const loginLetters = 'REvNSKZ';
/** Answers to statements with and without parameters and to COPY, and what may come at any time. */
const sessionLetters = '123ACDEGHINSTZcdnst';

const duringLogin: Grammar = { letters: loginLetters, rowBytes: 0, rows: 0 };

/** How much one statement may bring. */
export interface DataBudget {
  readonly bytes: number;
  readonly rows: number;
}

/** Watches what a server sends: how much, in which form, and whether it speaks PostgreSQL at all. A server that breaks the rules loses the socket. */
export interface DataGuard {
  /** From now on at most so much may arrive. */
  expect(budget: DataBudget): void;
  /** The answer is complete: from now on only what a server may send unasked. */
  rest(): void;
  /** Changes whenever the answer has come nearer: a message of use, or some thousand bytes. Notices by the million do not count, a byte now and then does not either. */
  progress(): string;
}

/** Bytes that count as progress when they are part of something long. */
const noticeableBytes = 4096;

/**
 * Puts the guard between a socket and the one listener that parses what arrives. A message is held in memory until it is complete, however long it
 * says it is, and nobody else counts.
 */
export function guardData(stream: Duplex): DataGuard {
  const [parse, ...others] = stream.listeners('data');
  if (parse === undefined || others.length > 0) throw new Error('exactly one parser was expected on the socket');
  const frames = new MessageFrames(duringLogin);
  let left = unaskedBytes;
  let seen = 0;
  let code = 'not-postgres' as 'not-postgres' | 'connection-dropped';
  let head = Buffer.alloc(0);
  const end = (reason: Complaint): void => {
    stream.destroy(new AppError(code, { reason }));
  };
  const guarded = (chunk: Buffer): void => {
    if (stream.destroyed) return;
    if (seen < 5) {
      head = Buffer.concat([head, chunk.subarray(0, 5)]);
      if (!looksLikePostgres(head)) {
        stream.destroy(new AppError('not-postgres'));
        return;
      }
    }
    left -= chunk.length;
    seen += chunk.length;
    const complaint = left < 0 ? 'too-much-data' : frames.take(chunk);
    if (complaint !== null) {
      end(complaint);
      return;
    }
    try {
      Reflect.apply(parse, stream, [chunk]);
    } catch (error) {
      // A method of login that pg does not know; everything else is nothing a PostgreSQL server sends.
      if (isUnknownLogin(error)) stream.destroy(new AppError('password-downgrade', { method: 'other' }));
      else end('unreadable');
    }
  };
  stream.removeAllListeners('data');
  stream.on('data', guarded);
  const allow = ({ bytes, rows }: DataBudget): void => {
    code = 'connection-dropped';
    left = bytes;
    frames.use({ letters: sessionLetters, rowBytes: Math.min(bytes, maxRowBytes), rows });
  };
  return {
    expect: allow,
    rest: () => allow({ bytes: unaskedBytes, rows: 0 }),
    progress: () => `${frames.useful}/${Math.floor(seen / noticeableBytes)}`,
  };
}

function isUnknownLogin(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Unknown authenticationOk message type');
}

function looksLikePostgres(head: Buffer): boolean {
  const kind = head.toString('latin1', 0, 1);
  if (!firstMessages.includes(kind)) return false;
  return head.length < 5 || head.readUInt32BE(1) <= firstMessageBytes;
}
