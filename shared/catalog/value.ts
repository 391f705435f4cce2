import { AppError } from '../errors.ts';
import type { Cell } from '../sync/plan.ts';
import { JsonTextError, canonicalJson } from './canonical-json.ts';
import type { CatalogColumn, CatalogTable, ColumnType } from './catalog.ts';
import { canonicalTimestamp } from './timestamp.ts';
import { canonicalDecimal } from './canonical-decimal.ts';

/**
 * The one text of a value: two values are the same exactly when their canonical texts are.
 *
 * uuid lower-case · text as it is · int4, int8 plain digits · numeric by value without exponent · bool `true`, `false` ·
 * timestamptz `YYYY-MM-DDTHH:MM:SS.mmmZ` (microseconds where not zero) · jsonb sorted and without spaces · bytea `\x` and lower-case hex.
 * Takes what PostgreSQL prints (ISO dates, hex bytea) and what SQLite holds. Throws `value-refused` for what would not survive the way to the
 * other side and back: NUL, half a surrogate pair, out of range, not of the type.
 */
export function canonicalValue(type: ColumnType, text: string): string {
  const canonical = convert(type, text);
  if (canonical === undefined) throw new AppError('value-refused', { type });
  return canonical;
}

/** A cell of a column in canonical text; `value-refused` then names the table and the column. NULL where the column takes none is refused too. */
export function canonicalCell(table: CatalogTable, column: CatalogColumn, cell: Cell): Cell {
  const canonical = cell === null ? undefined : convert(column.type, cell);
  if (canonical !== undefined) return canonical;
  if (cell === null && column.nullable) return null;
  throw new AppError('value-refused', { table: table.name, column: column.name, type: column.type });
}

/** Whether a text is the canonical one of its value. */
export function isCanonical(type: ColumnType, text: string): boolean {
  return convert(type, text) === text;
}

function convert(type: ColumnType, text: string): string | undefined {
  switch (type) {
    case 'text':
      return isPlainText(text) ? text : undefined;
    case 'uuid':
      return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
        ? text.toLowerCase()
        : undefined;
    case 'int4':
      return integer(text, 32n);
    case 'int8':
      return integer(text, 64n);
    case 'numeric':
      return numeric(text);
    case 'bool':
      return truth(text);
    case 'timestamptz':
      return canonicalTimestamp(text);
    case 'jsonb':
      return json(text);
    case 'bytea':
      return /^\\x(?:[0-9a-f]{2})*$/i.test(text) ? text.toLowerCase() : undefined;
  }
}

/** Whether both databases can hold a text: no NUL, no half of a surrogate pair. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function integer(text: string, bits: bigint): string | undefined {
  // The length bounds the work: BigInt of a megabyte of digits takes seconds.
  if (text.length > 24 || !/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  const limit = 1n << (bits - 1n);
  return value >= -limit && value < limit ? value.toString() : undefined;
}

function numeric(text: string): string | undefined {
  if (/^nan$/i.test(text)) return 'NaN';
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? '-Infinity' : 'Infinity';
  return canonicalDecimal(text);
}

function truth(text: string): string | undefined {
  switch (text) {
    case 't':
    case 'true':
    case '1':
      return 'true';
    case 'f':
    case 'false':
    case '0':
      return 'false';
    default:
      return undefined;
  }
}

function json(text: string): string | undefined {
  try {
    return canonicalJson(text);
  } catch (error) {
    if (error instanceof JsonTextError) return undefined;
    throw error;
  }
}
