import { AppError } from '../errors.ts';
import type { Cell } from '../sync/plan.ts';
import { canonicalArray } from './canonical-array.ts';
import { canonicalDecimal } from './canonical-decimal.ts';
import { canonicalFloat, specialNumber } from './canonical-float.ts';
import { canonicalInet } from './canonical-inet.ts';
import { canonicalInterval } from './canonical-interval.ts';
import { JsonTextError, canonicalJson } from './canonical-json.ts';
import type { ArrayType, CatalogColumn, CatalogTable, ColumnType, SimpleType } from './catalog.ts';
import { isWithinLimits } from './limits.ts';
import { canonicalDate, canonicalLocalTimestamp, canonicalTime, canonicalTimestamp } from './timestamp.ts';

/**
 * The one text of a value: two values are the same exactly when their canonical texts are, and exactly when the server's comparison says so (json: that of jsonb).
 *
 * uuid lower-case · text, varchar, enum as they are · char without the blanks behind · int2, int4, int8 plain digits · numeric by value without exponent ·
 * float4, float8 shortest digits · bool `true`, `false` · date `YYYY-MM-DD` · time `HH:MM:SS` · timestamptz `YYYY-MM-DDTHH:MM:SS.mmmZ` (microseconds where not
 * zero), timestamp the same without Z · interval ISO 8601 by months, days and microseconds · json, jsonb sorted and without spaces · inet without a full net ·
 * bytea `\x` and lower-case hex · arrays element by element.
 * Takes what PostgreSQL prints (ISO dates, hex bytea) and what SQLite holds. Throws `value-refused` for what would not survive the way to the
 * other side and back: NUL, half a surrogate pair, out of range, not of the type.
 */
export function canonicalValue(type: ColumnType, text: string): string {
  const canonical = convert(type, text);
  if (canonical === undefined) throw new AppError('value-refused', { type });
  return canonical;
}

/**
 * A cell of a column in canonical text; `value-refused` then names the table and the column. NULL where the column takes none is refused too, and what is
 * longer, larger or another word than the column takes.
 */
export function canonicalCell(table: CatalogTable, column: CatalogColumn, cell: Cell): Cell {
  const canonical = cell === null ? undefined : convert(column.type, cell);
  if (canonical !== undefined && isWithinLimits(column, canonical)) return canonical;
  if (cell === null && column.nullable) return null;
  throw new AppError('value-refused', { table: table.name, column: column.name, type: column.type });
}

/** Whether a text is the canonical one of its value. */
export function isCanonical(type: ColumnType, text: string): boolean {
  return convert(type, text) === text;
}

function convert(type: ColumnType, text: string): string | undefined {
  switch (type) {
    case 'varchar':
    case 'enum':
      return isPlainText(text) ? text : undefined;
    case 'char':
      return isPlainText(text) ? text.replace(/ +$/, '') : undefined;
    case 'json':
    case 'jsonb':
      return json(text);
    default:
      return isArrayType(type) ? array(type, text) : simple(type, text);
  }
}

/** Whether a type is an array. */
export function isArrayType(type: ColumnType): type is ArrayType {
  return type.endsWith('[]');
}

function array(type: ArrayType, text: string): string | undefined {
  const element = type.slice(0, -2) as SimpleType;
  return canonicalArray(text, (cell) => simple(element, cell));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function simple(type: SimpleType, text: string): string | undefined {
  switch (type) {
    case 'text':
      return isPlainText(text) ? text : undefined;
    case 'uuid':
      return uuid.test(text) ? text.toLowerCase() : undefined;
    case 'int2':
      return integer(text, 16n);
    case 'int4':
      return integer(text, 32n);
    case 'int8':
      return integer(text, 64n);
    case 'float4':
      return canonicalFloat(text, 4);
    case 'float8':
      return canonicalFloat(text, 8);
    case 'numeric':
      return specialNumber(text) ?? canonicalDecimal(text);
    case 'bool':
      return truth(text);
    case 'date':
      return canonicalDate(text);
    case 'time':
      return canonicalTime(text);
    case 'timestamp':
      return canonicalLocalTimestamp(text);
    case 'timestamptz':
      return canonicalTimestamp(text);
    case 'interval':
      return canonicalInterval(text);
    case 'inet':
      return canonicalInet(text);
    case 'bytea':
      return /^\\x(?:[0-9a-f]{2})*$/i.test(text) ? text.toLowerCase() : undefined;
  }
}

/** Whether both databases can hold a text: no NUL, no half of a surrogate pair. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Nearly all numbers: up to four plain digits, which every type of integer holds. */
const shortInteger = /^(?:0|-?[1-9]\d{0,3})$/;

function integer(text: string, bits: bigint): string | undefined {
  if (text.length <= 5 && shortInteger.test(text)) return text;
  // The length bounds the work: BigInt of a megabyte of digits takes seconds.
  if (text.length > 24 || !/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  const limit = 1n << (bits - 1n);
  return value >= -limit && value < limit ? value.toString() : undefined;
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
