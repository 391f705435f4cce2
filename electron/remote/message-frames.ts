/** What is wrong with what a server sends. */
export type Complaint = 'unreadable' | 'too-much-data';

/** What a server may send at a stage: the letters of its messages, and how long one may be. */
export interface Grammar {
  readonly letters: string;
  /** Bytes of one message that carries a row; it is held in memory until it is complete. */
  readonly rowBytes: number;
  /** Rows before it is enough. */
  readonly rows: number;
}

/** Bytes of a message that carries no row: errors, notices, names of columns. */
const plainBytes = 4 * 1024 * 1024;
/** Rows of an answer, rows of a COPY. */
const rowLetters = 'Dd';
/** Messages that bring a statement nearer to its end. Notices, parameters and notifications do not, and neither do rows of a COPY, whose number may be endless. */
const usefulLetters = '123CDEGHIZcnst';

/** Errors and notices: fields one after the other, and a NUL behind the last. pg looks for that NUL and, where there is none, for ever. */
const fieldLetters = 'EN';

/** Follows the messages in what arrives without reading them: a letter, four bytes of length, and so many bytes. Of errors and notices the end is looked at. */
export class MessageFrames {
  #grammar: Grammar;
  #rows = 0;
  #letter = '';
  #headLength = 0;
  readonly #head = Buffer.alloc(4);
  #skip = 0;
  #hasFields = false;
  /** The last two bytes of a message that has fields. A message that is shorter has zeros before it: a NUL alone is an error without fields. */
  #tail = 0;
  #useful = 0;

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
  }

  /** Complete messages so far that brought a statement nearer to its end. */
  get useful(): number {
    return this.#useful;
  }

  /** From the next message on other rules hold, and rows are counted anew. */
  use(grammar: Grammar): void {
    this.#grammar = grammar;
    this.#rows = 0;
  }

  /** Goes through a piece; what is wrong with it, null when nothing is. */
  take(piece: Buffer): Complaint | null {
    let at = 0;
    while (at < piece.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, piece.length - at);
        this.#skip -= step;
        at += step;
        if (this.#hasFields) this.#keepTail(piece.subarray(at - Math.min(step, 2), at));
        if (this.#skip > 0) continue;
        if (this.#hasFields && this.#tail !== 0) return 'unreadable';
        this.#finish();
        continue;
      }
      const complaint = this.#takeHead(piece[at] ?? 0);
      if (complaint !== null) return complaint;
      at += 1;
    }
    return null;
  }

  #takeHead(byte: number): Complaint | null {
    if (this.#letter === '') {
      this.#letter = String.fromCharCode(byte);
      return this.#grammar.letters.includes(this.#letter) ? null : 'unreadable';
    }
    this.#head[this.#headLength] = byte;
    this.#headLength += 1;
    if (this.#headLength < 4) return null;
    this.#headLength = 0;
    const length = this.#head.readUInt32BE(0);
    if (length < 4) return 'unreadable';
    const row = rowLetters.includes(this.#letter);
    if (row) this.#rows += 1;
    if (length > (row ? this.#grammar.rowBytes : plainBytes) || this.#rows > this.#grammar.rows) return 'too-much-data';
    this.#skip = length - 4;
    this.#hasFields = fieldLetters.includes(this.#letter);
    this.#tail = 0;
    if (this.#skip > 0) return null;
    if (this.#hasFields) return 'unreadable';
    this.#finish();
    return null;
  }

  #keepTail(bytes: Buffer): void {
    for (const byte of bytes) this.#tail = ((this.#tail << 8) | byte) & 0xff_ff;
  }

  #finish(): void {
    if (usefulLetters.includes(this.#letter)) this.#useful += 1;
    this.#letter = '';
  }
}
