/** Crockford's base 32: no letter that looks like a digit, upper and lower case alike, so that it can be read out and typed. */
const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Bytes as symbols, five bits each; the last one is filled up with zeros. */
export function encodeCrockford(bytes: readonly number[]): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += symbols.charAt((held >> bits) & 31);
    }
    held &= 31;
  }
  return bits === 0 ? text : text + symbols.charAt((held << (5 - bits)) & 31);
}

/** The bytes of a text as `tidyCrockford` leaves it; undefined when it has another character or is no whole number of bytes. */
export function decodeCrockford(text: string): number[] | undefined {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const symbol of text) {
    const value = symbols.indexOf(symbol);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  return bits < 5 && held === 0 ? bytes : undefined;
}

/**
 * What people and programs do to a code, undone: spaces, line breaks, dashes of every kind, invisible characters, full-width
 * letters, lower case, and O, I, L for 0, 1, 1.
 */
export function tidyCrockford(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}\p{Cf}\u2212_.]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}
