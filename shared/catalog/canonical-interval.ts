const pattern =
  /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d{1,6})0*)?S)?)?$/;

/** Longer texts are no interval PostgreSQL can hold. */
const longest = 200;

const second = 1_000_000n;
const minute = 60n * second;
const hour = 60n * minute;

/**
 * A span of time as PostgreSQL prints it in its style `iso_8601`: months, days and microseconds, which never turn into each other ("a month" is no
 * number of days), each in years and months, days, hours, minutes and seconds. `undefined` for what is none, or beyond what PostgreSQL holds.
 */
export function canonicalInterval(text: string): string | undefined {
  const match = text.length > longest || text === 'P' || text.endsWith('T') ? null : pattern.exec(text);
  if (match === null) return undefined;
  const part = (index: number): bigint => BigInt(match[index] ?? '0');
  const months = part(1) * 12n + part(2);
  const days = part(3) * 7n + part(4);
  const fraction = part(8) * second + BigInt((match[9] ?? '').padEnd(6, '0'));
  const micros = part(5) * hour + part(6) * minute + (match[7] === '-' ? -fraction : fraction);
  if (!fits(months, 32n) || !fits(days, 32n) || !fits(micros, 64n)) return undefined;
  if (months === 0n && days === 0n && micros === 0n) return 'PT0S';
  const date = `${shown(months / 12n, 'Y')}${shown(months % 12n, 'M')}${shown(days, 'D')}`;
  return `P${date}${micros === 0n ? '' : `T${timePart(micros)}`}`;
}

function timePart(micros: bigint): string {
  const rest = micros % minute;
  const size = rest < 0n ? -rest : rest;
  const fraction = (size % second).toString().padStart(6, '0').replace(/0+$/, '');
  const seconds = `${rest < 0n ? '-' : ''}${size / second}${fraction === '' ? '' : `.${fraction}`}S`;
  return `${shown(micros / hour, 'H')}${shown((micros % hour) / minute, 'M')}${rest === 0n ? '' : seconds}`;
}

function shown(value: bigint, unit: string): string {
  return value === 0n ? '' : `${value}${unit}`;
}

function fits(value: bigint, bits: bigint): boolean {
  const limit = 1n << (bits - 1n);
  return value >= -limit && value < limit;
}
