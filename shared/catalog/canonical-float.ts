/** What PostgreSQL and JavaScript print of a floating point number: digits, no hexadecimal, no underscores. */
const pattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?$/;

/** Longer texts of one number are nobody's. */
const longest = 1_200;

/**
 * A floating point number of 4 or 8 bytes as its shortest text: the fewest digits that are read back as the same number. Minus zero is zero, because
 * the server's comparison says so too. `undefined` for what is no number, or too large or too small for the type.
 */
export function canonicalFloat(text: string, bytes: 4 | 8): string | undefined {
  const word = specialNumber(text);
  if (word !== undefined) return word;
  if (text.length > longest || !pattern.test(text)) return undefined;
  const value = bytes === 4 ? Math.fround(Number(text)) : Number(text);
  if (!Number.isFinite(value)) return undefined;
  if (value === 0) return /[1-9]/.test(text.split(/[eE]/)[0] ?? '') ? undefined : '0';
  return bytes === 4 ? shortestSingle(value) : String(value);
}

/** `NaN`, `Infinity` and `-Infinity` as PostgreSQL prints them, from any form it takes; `undefined` for everything else. */
export function specialNumber(text: string): 'NaN' | 'Infinity' | '-Infinity' | undefined {
  if (/^nan$/i.test(text)) return 'NaN';
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity === null) return undefined;
  return infinity[1] === '-' ? '-Infinity' : 'Infinity';
}

/** Nine digits always tell one number of 4 bytes from all others. */
function shortestSingle(value: number): string {
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
