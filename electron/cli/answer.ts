import type { Words } from './words.ts';

/** Items that follow one after the other, printed as they come: many rows of a plan, a log that goes on. */
export interface ItemStream {
  /** Name of the array in the JSON document. */
  readonly key: string;
  readonly items: AsyncIterable<unknown>;
  /** The lines people read for one item. */
  line(item: unknown): readonly string[];
}

/** What a command has to say: the JSON document, the lines for people, the exit code (0 unless given). */
export interface Answer {
  readonly json: Readonly<Record<string, unknown>>;
  lines(words: Words): readonly string[];
  readonly exitCode?: number;
  /** Written after `lines`; in JSON the last member of the document. */
  readonly stream?: ItemStream;
  /** Keeps the process until it settles, after everything was printed; its value is the exit code. */
  readonly until?: Promise<number>;
}
