import { Readable } from 'node:stream';
import type { Socket } from 'node:net';
import type pg from 'pg';
import { AppError } from '../../shared/errors.ts';

const batchBytes = 64 * 1024;

/**
 * `COPY … TO STDOUT` as a query of pg's client and a stream of its rows. It takes the messages pg has parsed, so that everything a server sends goes past the guard of
 * the socket; the library for COPY reads the socket itself, without bounds, and loops for ever on a message of length zero. What does not end as PostgreSQL
 * ends it, with as many rows as it says, is an error: half a table must never look like a whole one.
 */
export class CopyOut extends Readable {
  /** Settles when the server is ready for the next statement, or with the mapped error. */
  readonly done: Promise<void>;
  readonly #sql: string;
  readonly #socket: Socket;
  readonly #map: (error: unknown) => Error;
  readonly #settle: PromiseWithResolvers<void>;
  #settled = false;
  #rows = 0;
  #counted: number | null = null;
  #batch = Buffer.alloc(0);
  #filled = 0;
  #flushing = false;

  constructor(sql: string, socket: Socket, map: (error: unknown) => Error) {
    super({ highWaterMark: 4 * batchBytes });
    this.#sql = sql;
    this.#socket = socket;
    this.#map = map;
    this.#settle = Promise.withResolvers();
    this.done = this.#settle.promise;
    this.done.catch(() => {});
  }

  /** Whether the server is through with it, one way or the other. */
  settled(): boolean {
    return this.#settled;
  }

  /** Ends the stream with an error, whether its COPY has begun or not. */
  fail(error: unknown): void {
    const mapped = this.#map(error);
    this.#settled = true;
    this.#settle.reject(mapped);
    this.destroy(mapped);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#batch = Buffer.alloc(0);
    this.#filled = 0;
    // Whatever still comes must be able to, also the end.
    this.#socket.resume();
    callback(error);
  }

  /** Called by pg to send the statement. */
  submit(connection: pg.Connection): void {
    connection.query(this.#sql);
  }

  /** Called by pg with each row. The bytes are its own and must be copied at once. */
  handleCopyData(message: { readonly chunk: Buffer }): void {
    if (this.destroyed) return;
    this.#rows += 1;
    const { chunk } = message;
    if (this.#filled + chunk.length > this.#batch.length) {
      this.#flush();
      this.#batch = Buffer.allocUnsafe(Math.max(batchBytes, chunk.length));
    }
    chunk.copy(this.#batch, this.#filled);
    this.#filled += chunk.length;
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  /** Called by pg with the command tag. */
  handleCommandComplete(message: { readonly text?: string }): void {
    const tag = /^COPY (\d+)$/.exec(message.text ?? '');
    this.#counted = tag === null ? null : Number(tag[1]);
  }

  /** Called by pg when the server is ready for the next statement. */
  handleReadyForQuery(): void {
    if (this.#counted !== this.#rows) {
      const error = new AppError('connection-dropped', { reason: 'unreadable' });
      this.fail(error);
      this.#socket.destroy(error);
      return;
    }
    this.#settled = true;
    if (!this.destroyed) {
      this.#flush();
      this.push(null);
    }
    this.#settle.resolve();
  }

  /** Called by pg with an error of the server or of the connection. */
  handleError(error: unknown): void {
    this.fail(error);
  }

  #flush(): void {
    if (this.#filled === 0 || this.destroyed) return;
    const full = this.#batch.subarray(0, this.#filled);
    this.#batch = this.#batch.subarray(this.#filled);
    this.#filled = 0;
    if (!this.push(full)) this.#socket.pause();
  }
}
