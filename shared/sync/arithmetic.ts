import { canonicalDecimal } from '../catalog/canonical-decimal.ts';
import type { CatalogColumn } from '../catalog/catalog.ts';
import { isWithinLimits } from '../catalog/limits.ts';
import { isCanonical } from '../catalog/value.ts';

/** A canonical number as an integer and how many of its digits stand behind the point; null for NaN and the infinities. */
function parts(text: string): { readonly digits: bigint; readonly behind: number } | null {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return null;
  const [, whole = '', fraction = ''] = match;
  return { digits: BigInt(whole + fraction), behind: fraction.length };
}

/** Two canonical numbers with as many digits behind the point. */
function aligned(a: string, b: string): readonly [bigint, bigint, number] | null {
  const [x, y] = [parts(a), parts(b)];
  if (x === null || y === null) return null;
  const behind = Math.max(x.behind, y.behind);
  return [x.digits * 10n ** BigInt(behind - x.behind), y.digits * 10n ** BigInt(behind - y.behind), behind];
}

/** Sum of two canonical numbers of any size, exactly; null where one is no number. */
function sum(a: string, b: string): string | null {
  const both = aligned(a, b);
  if (both === null) return null;
  const [x, y, behind] = both;
  const total = x + y;
  const digits = (total < 0n ? -total : total).toString().padStart(behind + 1, '0');
  const text = behind === 0 ? digits : `${digits.slice(0, -behind)}.${digits.slice(-behind)}`;
  return canonicalDecimal(`${total < 0n ? '-' : ''}${text}`) ?? null;
}

/** What a counter becomes when both sides counted on: `server + (local - base)`. Null where the column cannot hold that, or one of them is no number. */
export function countOn(column: CatalogColumn, base: string, local: string, server: string): string | null {
  const difference = sum(local, base.startsWith('-') ? base.slice(1) : base === '0' ? base : `-${base}`);
  const total = difference === null ? null : sum(server, difference);
  return total !== null && isCanonical(column.type, total) && isWithinLimits(column, total) ? total : null;
}

/** Which of two canonical values of a column is the larger one: numbers by value, times by time, texts by their bytes' order. Null where numbers do not tell. */
export function larger(column: CatalogColumn, a: string, b: string): string | null {
  switch (column.type) {
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric': {
      const both = aligned(a, b);
      return both === null ? null : both[0] >= both[1] ? a : b;
    }
    case 'float4':
    case 'float8':
      return Number.isNaN(Number(a)) || Number.isNaN(Number(b)) ? null : Number(a) >= Number(b) ? a : b;
    case 'timestamptz':
      // Without the final Z: "…123Z" is before "…123456Z".
      return a.slice(0, -1) >= b.slice(0, -1) ? a : b;
    default:
      return a >= b ? a : b;
  }
}
