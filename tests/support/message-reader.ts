/** More of a message than this is of no interest. */
const longest = 64;

/**
 * Reads the short messages a client of PostgreSQL sends on one connection without TLS: at first one without a letter, which
 * opens the session, then each with a letter and four bytes of length.
 */
export class MessageReader {
  #text = '';
  #length: number | undefined;
  #read = 0;
  #opened = false;

  /** Goes through a piece; the messages that end in it, each from its letter on. Long ones are left out. */
  feed(piece: Buffer): readonly string[] {
    const ended: string[] = [];
    for (let at = 0; at < piece.length;) {
      const room = this.#length === undefined ? this.#head - this.#read : this.#length - this.#read;
      const part = piece.subarray(at, at + room);
      at += part.length;
      this.#read += part.length;
      if (this.#text.length <= this.#head + longest) this.#text += part.toString('latin1');
      if (this.#length === undefined && this.#read === this.#head)
        this.#length = Buffer.from(this.#text, 'latin1').readUInt32BE(this.#head - 4) + this.#head - 4;
      if (this.#read !== this.#length) continue;
      if (this.#opened && this.#length <= this.#head + longest)
        ended.push(this.#text[0] + this.#text.slice(this.#head));
      this.#opened = true;
      this.#text = '';
      this.#read = 0;
      this.#length = undefined;
    }
    return ended;
  }

  get #head(): number {
    return this.#opened ? 5 : 4;
  }
}
