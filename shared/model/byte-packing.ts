/** Collects bytes. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  /** One byte. */
  byte(value: number): void {
    this.#bytes.push(value & 255);
  }

  /** The bytes of hexadecimal digits, whose number the reader must know. */
  hex(digits: string): void {
    for (const pair of digits.match(/../g) ?? []) this.byte(Number.parseInt(pair, 16));
  }

  /** A text as UTF-8 with its length before it; at most 16,383 bytes. */
  text(text: string): void {
    const bytes = utf8Bytes(text);
    if (bytes.length > 0x3fff) throw new RangeError('text too long');
    if (bytes.length > 0x7f) this.byte(0x80 | (bytes.length >> 7));
    this.byte(bytes.length & 0x7f);
    this.#bytes.push(...bytes);
  }

  /** All bytes so far. */
  bytes(): readonly number[] {
    return [...this.#bytes];
  }
}

/** Reads what a `ByteWriter` wrote; throws `RangeError` or `URIError` for anything else. */
export class ByteReader {
  readonly #bytes: readonly number[];
  #at = 0;

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes;
  }

  /** The next byte. */
  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError('end of the bytes');
    this.#at += 1;
    return value;
  }

  /** The next bytes as hexadecimal digits in lower case. */
  hex(count: number): string {
    return Array.from({ length: count }, () => hexPair(this.byte())).join('');
  }

  /** The next text. */
  text(): string {
    const first = this.byte();
    const length = first < 0x80 ? first : ((first & 0x7f) << 7) | this.byte();
    const encoded = Array.from({ length }, () => `%${hexPair(this.byte())}`).join('');
    return decodeURIComponent(encoded);
  }

  /** Whether everything was read. */
  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}

/** CRC-32 (ISO 3309) of bytes, as a number from 0 to 2³² − 1. */
export function crc32(bytes: readonly number[]): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return (sum ^ 0xffffffff) >>> 0;
}

function hexPair(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** UTF-8 by the language's own means, since this folder has neither Node's nor the browser's. */
function utf8Bytes(text: string): number[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  const bytes: number[] = [];
  for (const part of encoded.matchAll(/%([0-9A-F]{2})|[^%]/g)) {
    bytes.push(part[1] === undefined ? part[0].charCodeAt(0) : Number.parseInt(part[1], 16));
  }
  return bytes;
}
