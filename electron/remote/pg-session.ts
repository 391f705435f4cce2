import type { Readable, Writable } from 'node:stream';
import type { TlsFacts } from './tls.ts';

/** What may be bound to a parameter. Arrays become PostgreSQL arrays; everything else travels as its text. */
export type PgParam = string | number | bigint | boolean | null | Uint8Array | readonly PgParam[];

/** One statement with its parameters. Without parameters several statements may stand in one text. */
export interface PgStatement {
  readonly sql: string;
  readonly params?: readonly PgParam[];
}

/** Answer to a statement (of several in one text: to the last). All values are the server's text. */
export interface PgResult {
  readonly rows: (string | null)[][];
  readonly rowCount: number | null;
  /** The command tag, as `SELECT` or `COMMIT`: a COMMIT of a failed transaction answers `ROLLBACK`. */
  readonly command: string;
  readonly columns: readonly string[];
}

/** Limits of one statement. */
export interface PgQueryOptions {
  /** Stops the statement on the server; the call rejects with `cancelled` when it has ended there. */
  readonly signal?: AbortSignal | undefined;
  /** Stops the statement after this time with `query-timeout`; fifteen times the silence by default, for COPY no limit. */
  readonly timeoutMs?: number | undefined;
  /** Gives up with `timeout` when nothing of use moved in either direction for so long; one minute by default. Notices, and a byte now and then, are of no use. */
  readonly silenceMs?: number | undefined;
  /** Bounds of the answer; beyond them the connection is destroyed. 100,000 rows (of each statement) and 64 MB by default, for COPY 20 million and 4 GB. No row may be longer than 64 MB. */
  readonly maxRows?: number | undefined;
  readonly maxBytes?: number | undefined;
}

/**
 * One logged-in connection. Calls are carried out one after the other in the order made. Rejections are `AppError`s; those that come from the server carry its
 * SQLSTATE in `params.sqlstate`. After a lost connection every call rejects.
 */
export interface PgSession {
  readonly backendPid: number;
  /** `server_version_num`, for example 180004. */
  readonly serverVersion: number;
  /** Null when the connection is not encrypted. */
  readonly tls: TlsFacts | null;
  /** Address the server was reached at, or the path of its socket. */
  readonly address: string;
  /** Where the session stands: outside a transaction, inside one, or inside one that failed. */
  readonly transaction: 'none' | 'open' | 'failed';
  /** Whether another piece of work may begin on it as on a new one: nothing failed in it, nothing is going on or open, and it is not known to be gone. */
  readonly reusable: boolean;
  /** How often something was sent to the server and waited for. */
  readonly asked: number;
  query(sql: string, params?: readonly PgParam[], options?: PgQueryOptions): Promise<PgResult>;
  /** Sends all statements at once and waits for all answers: one round trip. Rejects with the first error; outside a transaction the others still took effect. */
  pipeline(statements: readonly PgStatement[], options?: PgQueryOptions): Promise<readonly PgResult[]>;
  /** `COPY … FROM STDIN`: finished when the server has taken everything; destroying it undoes the COPY. */
  copyIn(sql: string, options?: PgQueryOptions): Writable;
  /** `COPY … TO STDOUT`. Destroying it early costs the connection. */
  copyOut(sql: string, options?: PgQueryOptions): Readable;
  /** Ends the connection, stopping a running statement. Never rejects. */
  close(): Promise<void>;
}
