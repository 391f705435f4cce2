import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { AppError } from '../../shared/errors.ts';

/** What a line of standard input is for. */
export type StdinUse = 'pin' | 'new-pin' | 'password' | 'code';

/** Standard input, read line by line: the PIN first, then the password. */
export class StdinLines {
  readonly #input: NodeJS.ReadableStream;
  #lines: AsyncIterator<string> | undefined;
  #reader: Interface | undefined;

  constructor(input: NodeJS.ReadableStream) {
    this.#input = input;
  }

  /** The next line without its end; undefined when standard input has ended. Rejects with `cancelled` when the signal is aborted. */
  async next(signal: AbortSignal): Promise<string | undefined> {
    this.#reader ??= createInterface({ input: this.#input, crlfDelay: Infinity });
    this.#lines ??= this.#reader[Symbol.asyncIterator]();
    const cancelled = Promise.withResolvers<never>();
    const abort = (): void => cancelled.reject(new AppError('cancelled'));
    signal.addEventListener('abort', abort);
    try {
      if (signal.aborted) abort();
      const next = await Promise.race([this.#lines.next(), cancelled.promise]);
      return next.done === true ? undefined : next.value;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** The next line. Standard input that ended is a usage error, and so is an empty line, but for a password: that takes away the saved one. */
  async line(use: StdinUse, signal: AbortSignal): Promise<string> {
    const line = await this.next(signal);
    if (line === undefined || (use !== 'password' && line.trim() === ''))
      throw new AppError('usage', { problem: 'stdin-empty', argument: use });
    return line;
  }

  /** Lets go of standard input, so that the process can end. */
  close(): void {
    this.#reader?.close();
  }
}
