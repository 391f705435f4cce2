import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { AppError } from '../../shared/errors.ts';

/** What a line of standard input is for. */
export type StdinUse = 'pin' | 'password' | 'code';

/** Standard input, read line by line: the PIN first, then the password. */
export class StdinLines {
  readonly #input: NodeJS.ReadableStream;
  #lines: AsyncIterator<string> | undefined;
  #reader: Interface | undefined;

  constructor(input: NodeJS.ReadableStream) {
    this.#input = input;
  }

  /** The next line without its end. Standard input that ended is a usage error. */
  async line(use: StdinUse): Promise<string> {
    this.#reader ??= createInterface({ input: this.#input, crlfDelay: Infinity });
    this.#lines ??= this.#reader[Symbol.asyncIterator]();
    const next = await this.#lines.next();
    if (next.done === true) throw new AppError('usage', { problem: 'stdin-empty', argument: use });
    return next.value;
  }

  /** Lets go of standard input, so that the process can end. */
  close(): void {
    this.#reader?.close();
  }
}
