/** The few shapes of DER (X.690) that a certificate is written with. Each function returns one complete element. */

/** An element with this tag and content. */
export function primitive(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

/** SEQUENCE of complete elements. */
export function sequence(...elements: readonly Buffer[]): Buffer {
  return primitive(0x30, Buffer.concat(elements));
}

/** SET of complete elements; sorting is the caller's (we only write sets of one). */
export function set(...elements: readonly Buffer[]): Buffer {
  return primitive(0x31, Buffer.concat(elements));
}

/** An explicitly tagged, context-specific element around another. */
export function context(number: number, element: Buffer): Buffer {
  return primitive(0xa0 + number, element);
}

/** INTEGER from the big-endian bytes of a number that is not negative. */
export function integer(magnitude: Buffer): Buffer {
  let from = 0;
  while (from < magnitude.length - 1 && magnitude[from] === 0) from += 1;
  const shortest = magnitude.subarray(from);
  const looksNegative = (shortest[0] ?? 0) >= 0x80;
  return primitive(0x02, looksNegative ? Buffer.concat([Buffer.from([0]), shortest]) : shortest);
}

/** BOOLEAN. */
export function bool(value: boolean): Buffer {
  return primitive(0x01, Buffer.from([value ? 0xff : 0x00]));
}

/** BIT STRING of whole bytes. */
export function bitString(bytes: Buffer): Buffer {
  return primitive(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

/** OCTET STRING. */
export function octetString(bytes: Buffer): Buffer {
  return primitive(0x04, bytes);
}

/** UTF8String. */
export function utf8(text: string): Buffer {
  return primitive(0x0c, Buffer.from(text, 'utf8'));
}

/** OBJECT IDENTIFIER in its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return primitive(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A point in time to the second, as RFC 5280 wants it: UTCTime through 2049, GeneralizedTime from 2050 on. */
export function utcOrGeneralizedTime(time: Date): Buffer {
  const digits = `${time.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`;
  const year = time.getUTCFullYear();
  const short = year >= 1950 && year < 2050;
  return short ? primitive(0x17, Buffer.from(digits.slice(2), 'ascii')) : primitive(0x18, Buffer.from(digits, 'ascii'));
}

function lengthOf(content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.from([content.length]);
  const bytes: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 + bytes.length, ...bytes]);
}

function base128(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 + (rest % 128));
  return bytes;
}
