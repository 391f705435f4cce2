import { isBlank } from '../model/text-limits.ts';
import type { Cell } from '../sync/plan.ts';
import type { CatalogColumn, ColumnType } from './catalog.ts';

/** Types whose values are whole numbers. */
export const integerTypes: ReadonlySet<ColumnType> = new Set(['int2', 'int4', 'int8']);

/** Whether a canonical cell is within the bounds its column has beyond its type: size, length, digits, words. */
export function isWithinLimits(column: CatalogColumn, cell: Cell): boolean {
  if (cell === null) return true;
  switch (column.type) {
    case 'char':
    case 'varchar':
      return column.length === undefined || isAsShort(cell, column.length);
    case 'text':
      return isTextWithin(column, cell);
    case 'enum':
      return column.enum?.labels.includes(cell) ?? false;
    case 'numeric':
      return fitsDigits(column, cell) && isBetween(column, cell);
    case 'bytea':
      return column.limits?.maxBytes === undefined || (cell.length - 2) / 2 <= column.limits.maxBytes;
    default:
      return isBetween(column, cell);
  }
}

/**
 * The most characters a text of the server may have to be taken. More than anybody may type here: others type elsewhere, a list shows a long text by its beginning,
 * and a student whose name stays out keeps all that hangs on the student out. What is longer was never meant as a name.
 */
const longestTaken = 10_000;

/** A text that shows something and is not endless; what may be typed here is narrower (`text-rules.ts`). */
function isTextWithin({ rule, limits, nullable }: CatalogColumn, cell: string): boolean {
  if (limits?.maxChars !== undefined && !isAsShort(cell, limits.maxChars)) return false;
  if (rule === undefined) return true;
  if (rule === 'color') return isAsShort(cell, 7);
  return isAsShort(cell, longestTaken) && (nullable || !isBlank(cell));
}

/** Whether a text has at most so many characters. PostgreSQL counts code points. */
function isAsShort(text: string, most: number): boolean {
  if (text.length <= most) return true;
  // A character takes one or two units.
  if (text.length > 2 * most) return false;
  let count = 0;
  for (const _ of text) count += 1;
  return count <= most;
}

function fitsDigits({ digits }: CatalogColumn, cell: string): boolean {
  if (digits === undefined || cell === 'NaN') return true;
  const [whole = '', fraction = ''] = cell.replace('-', '').split('.');
  return (
    /^\d+$/.test(whole) && fraction.length <= digits.scale && significant(whole) <= digits.precision - digits.scale
  );
}

function significant(whole: string): number {
  return whole === '0' ? 0 : whole.length;
}

function isBetween({ limits, type }: CatalogColumn, cell: string): boolean {
  if (limits === undefined) return true;
  const { min, max } = limits;
  if (integerTypes.has(type)) {
    const value = BigInt(cell);
    return (min === undefined || value >= BigInt(min)) && (max === undefined || value <= BigInt(max));
  }
  // To PostgreSQL, NaN is larger than every number.
  const value = cell === 'NaN' ? Number.POSITIVE_INFINITY : Number(cell);
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}
