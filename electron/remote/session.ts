import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { AppError } from '../../shared/errors.ts';
import { sendCancelRequest } from './cancel-request.ts';
import type { CancelTarget } from './cancel-request.ts';
import { CopyOut } from './copy-out.ts';
import { bindCopyStream } from './copy-stream.ts';
import type { DataBudget } from './data-guard.ts';
import { isServersError, mapSessionError } from './error-mapping.ts';
import { neverAborted } from './limit.ts';
import type { LoggedIn } from './login.ts';
import type { PgParam, PgQueryOptions, PgResult, PgSession, PgStatement } from './pg-session.ts';
import type { TlsFacts } from './tls.ts';

/** What a session stands on. */
export interface SessionParts extends LoggedIn {
  readonly socket: Socket;
  readonly address: string;
  readonly serverVersion: number;
  readonly tls: TlsFacts | null;
  readonly cancel: CancelTarget;
  /** Named in errors. */
  readonly where: { readonly host: string; readonly port: number };
}

const defaultSilenceMs = 60_000;
const defaultMaxRows = 100_000;
const defaultMaxBytes = 64 * 1024 * 1024;
const defaultCopyRows = 20_000_000;
const defaultCopyBytes = 4 * 1024 * 1024 * 1024;
/** A statement that always moves a little may still not last for ever: so many times the silence that is borne. */
const patienceFactor = 15;
/** How long a cancelled statement may take to end before its socket is destroyed, and a request to cancel to be taken note of. */
const cancelGraceMs = 3_000;
const cancelRequestMs = 1_500;
/** A request that comes before the statement has begun on the server is lost there: it is made again while the statement runs. */
const cancelAgainMs = 500;
const goodbyeMs = 1_000;

/** One piece of work on the connection: how it is sent, whether it waits for us, and how it is stopped from this side. */
interface Work<T> {
  start(): Promise<T>;
  waitsForUs?(): boolean;
  abandon?(reason: AppError): void;
}

/** The one implementation of a session, over pg's client. */
export class ClientSession implements PgSession {
  readonly backendPid: number;
  readonly serverVersion: number;
  readonly tls: TlsFacts | null;
  readonly address: string;
  asked = 0;
  readonly #parts: SessionParts;
  #last: Promise<unknown> = Promise.resolve();
  #stopCurrent: ((reason: AppError) => void) | null = null;
  #closed = false;
  /** Whether a statement failed, and how many are under way. */
  #failed = false;
  #underWay = 0;
  /** What the server said when it ended the session in the middle of a statement. */
  #farewell: AppError | null = null;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.backendPid = parts.backendPid;
    this.serverVersion = parts.serverVersion;
    this.tls = parts.tls;
    this.address = parts.address;
  }

  get transaction(): 'none' | 'open' | 'failed' {
    const status = this.#parts.client.getTransactionStatus();
    if (status === 'T') return 'open';
    return status === 'E' ? 'failed' : 'none';
  }

  get reusable(): boolean {
    const { socket, failure } = this.#parts;
    const gone = this.#closed || socket.destroyed || failure() !== null;
    return !gone && !this.#failed && this.#underWay === 0 && this.transaction === 'none';
  }

  async query(sql: string, params: readonly PgParam[] = [], options: PgQueryOptions = {}): Promise<PgResult> {
    const start = async () => await this.#submit({ sql, params }, options.maxRows ?? defaultMaxRows);
    return await this.#enqueue({ start }, { ...options, timeoutMs: lastingMs(options) }, answerBudget(options));
  }

  async pipeline(statements: readonly PgStatement[], options: PgQueryOptions = {}): Promise<readonly PgResult[]> {
    const { client } = this.#parts;
    const maxRows = options.maxRows ?? defaultMaxRows;
    const start = async (): Promise<readonly PgResult[]> => {
      Object.assign(client, { pipeline: true });
      try {
        const answers = await Promise.allSettled(statements.map(async (each) => await this.#submit(each, maxRows)));
        return answers.map((answer) => {
          if (answer.status === 'rejected') throw answer.reason;
          return answer.value;
        });
      } finally {
        Object.assign(client, { pipeline: false });
      }
    };
    const rows = maxRows * statements.length;
    const budget = { ...answerBudget(options), rows };
    return await this.#enqueue({ start }, { ...options, timeoutMs: lastingMs(options) }, budget);
  }

  copyIn(sql: string, options: PgQueryOptions = {}): Writable {
    const stream = copyFrom(sql);
    const { socket } = this.#parts;
    const copy = bindCopyStream(stream, (error) => this.#map(error));
    const work: Work<void> = {
      start: async () => {
        this.#parts.client.query(stream);
        await copy.done;
      },
      waitsForUs: () => !stream.writableEnded && stream.writableLength === 0 && socket.writableLength === 0,
      // While it waits for data a server does not hear a cancel request: the COPY itself must say that it failed.
      abandon: (reason) => stream.destroy(reason),
    };
    this.#enqueue(work, options, answerBudget(options)).catch((error: unknown) => copy.fail(error));
    return stream;
  }

  copyOut(sql: string, options: PgQueryOptions = {}): Readable {
    const { socket } = this.#parts;
    const stream = new CopyOut(sql, socket, (error) => this.#map(error));
    let begun = false;
    const work: Work<void> = {
      start: async () => {
        if (stream.destroyed) throw new AppError('cancelled');
        begun = true;
        this.#parts.client.query(stream);
        await stream.done;
      },
      waitsForUs: () => stream.readableLength > 0,
      abandon: (reason) => stream.destroy(reason),
    };
    stream.once('close', () => {
      // Nobody reads the rest, and what is left on the wire would be taken for the next answer.
      if (begun && !stream.settled()) void this.#cancelOnServer().finally(() => socket.destroy());
    });
    const { maxRows: rows = defaultCopyRows, maxBytes: bytes = defaultCopyBytes } = options;
    this.#enqueue(work, options, { rows, bytes }).catch((error: unknown) => stream.fail(error));
    return stream;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const { client, socket } = this.#parts;
    this.#stopCurrent?.(new AppError('cancelled'));
    await this.#last.catch(() => {});
    if (socket.destroyed) return;
    await settledOrAfter(client.end(), goodbyeMs);
    socket.destroy();
  }

  async #submit(statement: PgStatement, maxRows: number): Promise<PgResult> {
    const config: pg.QueryArrayConfig<unknown[]> = {
      text: statement.sql,
      values: [...(statement.params ?? [])],
      rowMode: 'array',
    };
    const query = new pg.Query<(string | null)[]>(config);
    return await new Promise<PgResult>((resolve, reject) => {
      let rows: (string | null)[][] = [];
      let owner: unknown = null;
      let count = 0;
      let broken: AppError | null = null;
      // What else lies in the same piece is parsed before the end of the socket is heard of.
      const breakOff = (reason: 'unreadable' | 'too-much-data'): void => {
        broken ??= new AppError('connection-dropped', { reason });
        this.#parts.socket.destroy(broken);
      };
      query.on('row', (row, result) => {
        if (row.length !== result?.fields.length) breakOff('unreadable');
        if (broken !== null) return;
        // Rows of an earlier statement of the same text are of no interest.
        if (result !== owner) rows = [];
        owner = result;
        count += 1;
        if (count > maxRows) {
          breakOff('too-much-data');
          return;
        }
        rows.push(row);
      });
      query.on('error', (error) => {
        // pg falls over a row that belongs to no statement.
        if (error instanceof TypeError) breakOff('unreadable');
        this.#whenReady(error, () => reject(broken ?? error));
      });
      query.on('end', (answer) => {
        const results: readonly (typeof answer)[] = Array.isArray(answer) ? answer : [answer];
        const last = results.at(-1) ?? answer;
        const { rowCount, command, fields } = last;
        // "Ready" without having said what was done: nothing may be concluded from that, least of all that it was done.
        if (typeof command !== 'string') breakOff('unreadable');
        if (broken !== null) reject(broken);
        else
          resolve({ rows: owner === last ? rows : [], rowCount, command, columns: fields.map((field) => field.name) });
      });
      this.#parts.client.query(query);
    });
  }

  /** After an error of the server the connection is ready, and the state of the transaction known, a message later. */
  #whenReady(error: unknown, then: () => void): void {
    const { connection } = this.#parts.client;
    if (!isServersError(error)) {
      then();
      return;
    }
    const once = (): void => {
      connection.off('readyForQuery', once);
      connection.off('end', once);
      then();
    };
    connection.on('readyForQuery', once);
    connection.on('end', once);
  }

  async #enqueue<T>(work: Work<T>, options: PgQueryOptions, budget: DataBudget): Promise<T> {
    const turn = this.#last.catch(() => {});
    this.#underWay += 1;
    const result = turn.then(async () => await this.#perform(work, options, budget));
    this.#last = result.catch(() => {
      this.#failed = true;
    });
    try {
      return await result;
    } finally {
      this.#underWay -= 1;
    }
  }

  async #perform<T>(work: Work<T>, options: PgQueryOptions, budget: DataBudget): Promise<T> {
    const { guard } = this.#parts;
    if (options.signal?.aborted === true) throw new AppError('cancelled');
    if (this.#farewell !== null) throw this.#farewell;
    const failure = this.#parts.failure();
    if (failure !== null) throw this.#map(failure);
    if (this.#closed || this.#parts.socket.destroyed) throw new AppError('connection-dropped', this.#parts.where);
    guard.expect(budget);
    this.asked += 1;
    const running = work.start();
    let reason: AppError | null = null;
    let stopping: Promise<void> = Promise.resolve();
    const stop = (why: AppError): void => {
      if (reason !== null) return;
      reason = why;
      work.abandon?.(why);
      // A server that is silent already is not waited for once more.
      stopping = this.#stop(running, why.code === 'timeout' ? 0 : cancelGraceMs);
    };
    this.#stopCurrent = stop;
    const unwatch = this.#watch(options, stop, work.waitsForUs);
    try {
      const result = await running;
      await stopping;
      if (reason !== null) throw reason as AppError;
      return result;
    } catch (error) {
      await stopping;
      const mapped = this.#map(error);
      if (mapped.code === 'restarting') this.#farewell = mapped;
      // Not an error of a server that keeps the rules: nothing it says from here on can be told apart.
      if (mapped.code === 'connection-dropped' && !isServersError(error)) this.#parts.socket.destroy();
      throw reason ?? mapped;
    } finally {
      unwatch();
      this.#stopCurrent = null;
      guard.rest();
    }
  }

  /** Calls `stop` when the caller cancels, when the time is up, or when nothing moves any more. */
  #watch(
    options: PgQueryOptions,
    stop: (reason: AppError) => void,
    waitsForUs: () => boolean = () => false,
  ): () => void {
    const { socket, guard, where } = this.#parts;
    const onAbort = (): void => {
      stop(new AppError('cancelled'));
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const { timeoutMs, silenceMs = defaultSilenceMs } = options;
    const deadline =
      timeoutMs === undefined ? undefined : setTimeout(() => stop(new AppError('query-timeout')), timeoutMs);
    let seen = '';
    let movedAt = performance.now();
    const silence = setInterval(
      () => {
        const now = `${guard.progress()}/${socket.bytesWritten}/${socket.writableLength}`;
        if (now !== seen || waitsForUs()) {
          seen = now;
          movedAt = performance.now();
        } else if (performance.now() - movedAt >= silenceMs) {
          stop(new AppError('timeout', where));
        }
      },
      Math.max(silenceMs / 4, 10),
    );
    return () => {
      clearTimeout(deadline);
      clearInterval(silence);
      options.signal?.removeEventListener('abort', onAbort);
    };
  }

  /** Ends the running statement on the server, and the socket when it does not end. */
  async #stop(running: Promise<unknown>, graceMs: number): Promise<void> {
    const ended = running.catch(() => {});
    const end = performance.now() + graceMs;
    let stillRunning: boolean;
    do {
      const patience = Math.max(0, Math.min(cancelAgainMs, end - performance.now()));
      // One after the other: no request may still be on its way when the next statement begins.
      await Promise.all([this.#cancelOnServer(), settledOrAfter(ended, patience)]);
      stillRunning = await isPending(ended);
    } while (stillRunning && performance.now() < end);
    if (stillRunning) this.#parts.socket.destroy();
  }

  async #cancelOnServer(): Promise<void> {
    await sendCancelRequest(this.#parts.cancel, { ms: cancelRequestMs, signal: neverAborted }).catch(() => {});
  }

  #map(error: unknown): AppError {
    return mapSessionError(error, this.#parts.where);
  }
}

function answerBudget({
  maxRows: rows = defaultMaxRows,
  maxBytes: bytes = defaultMaxBytes,
}: PgQueryOptions): DataBudget {
  return { rows, bytes };
}

/** How long an answer may take in all when the caller does not say. */
function lastingMs({ timeoutMs, silenceMs = defaultSilenceMs }: PgQueryOptions): number {
  return timeoutMs ?? silenceMs * patienceFactor;
}

/** Waits for `work` to settle, but no longer than `ms`. */
async function settledOrAfter(work: Promise<unknown>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  work.then(
    () => resolve(),
    () => resolve(),
  );
  await promise;
  clearTimeout(timer);
}

async function isPending(work: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([work, Promise.resolve(pending)])) === pending;
}
