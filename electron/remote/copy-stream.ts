import type { Readable, Writable } from 'node:stream';

/** A COPY stream whose end can be waited for. */
export interface BoundCopy {
  /** Settles when the server is ready for the next statement, or with the mapped error. */
  readonly done: Promise<void>;
  /** Whether the server is through with it, one way or the other. */
  settled(): boolean;
  /** Ends the stream with an error, whether its COPY has begun or not. */
  fail(error: unknown): void;
}

/**
 * Makes a stream of pg-copy-streams end in order: an error of the server destroys it with the mapped error (the library only emits it, and a
 * write after that would throw), and the end is known when the server is ready again.
 */
export function bindCopyStream(stream: Readable | Writable, map: (error: unknown) => Error): BoundCopy {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  let settled = false;
  const ready: unknown = Reflect.get(stream, 'handleReadyForQuery');
  const handleReadyForQuery = (): void => {
    if (typeof ready === 'function') Reflect.apply(ready, stream, []);
    settled = true;
    resolve();
  };
  const fail = (error: unknown): void => {
    const mapped = map(error);
    settled = true;
    reject(mapped);
    const confirm: unknown = Reflect.get(stream, 'cb_destroy');
    if (typeof confirm === 'function') {
      // It was destroyed from this side and waited for the server to confirm.
      Object.assign(stream, { cb_destroy: null });
      Reflect.apply(confirm, stream, [stream.errored]);
      return;
    }
    // Tells the library that there is no COPY left to call off.
    const finish: unknown = Reflect.get(stream, 'cb_ReadyForQuery');
    Object.assign(stream, { cb_ReadyForQuery: finish ?? (() => {}) });
    stream.destroy(mapped);
  };
  Object.assign(stream, { handleReadyForQuery, handleError: fail });
  return { done: promise, settled: () => settled, fail };
}
