import { contentColumns } from '../../shared/catalog/catalog.ts';
import type { CatalogColumn, CatalogTable, ColumnType } from '../../shared/catalog/catalog.ts';
import { canonicalValue, isCanonical } from '../../shared/catalog/value.ts';
import { AppError } from '../../shared/errors.ts';
import type { Cell, Row } from '../../shared/sync/plan.ts';

/**
 * Makes a row of the server's texts, which stand in the order of the content columns from `offset` on. A value without a canonical text (`infinity`) stays as the
 * server wrote it: a preview then leaves out that row, and not everything.
 */
export type RowDecoder = (cells: readonly Cell[], offset: number) => Row;

/** A decoder for a table. The texts must have been read under the reading settings, as `column::text`. */
export function rowDecoder(table: CatalogTable): RowDecoder {
  const columns = contentColumns(table);
  const decoders = columns.map((column) => cellDecoder(column));
  return (cells, offset) => {
    const row: Record<string, Cell> = {};
    for (const [index, column] of columns.entries())
      row[column.name] = decoders[index]?.(cells[offset + index] ?? null) ?? null;
    return row;
  };
}

/** As `rowDecoder`, for the JSON text of the row: the same as that of the decoded row, without making one. */
export function rowTextDecoder(table: CatalogTable): (cells: readonly Cell[], offset: number) => string {
  const columns = contentColumns(table).map((column, index) => ({
    before: `${index === 0 ? '{' : ','}${JSON.stringify(column.name)}:`,
    decode: cellDecoder(column),
  }));
  return (cells, offset) => {
    let text = '';
    let place = offset;
    for (const { before, decode } of columns) {
      const cell = decode(cells[place] ?? null);
      text += before + (cell === null || needsEscape.test(cell) ? JSON.stringify(cell) : `"${cell}"`);
      place += 1;
    }
    return `${text}}`;
  };
}

/** What JSON writes otherwise than it is. */
const needsEscape = /["\\\p{Cc}\p{Cs}]/u;

/** The content a tombstone kept, or null where there is none. */
export function decodeContent(table: CatalogTable, text: string | null): Row | null {
  if (text === null) return null;
  const kept = JSON.parse(text) as Readonly<Record<string, Cell>>;
  const cells = contentColumns(table).map((column) => kept[column.name] ?? null);
  return rowDecoder(table)(cells, 0);
}

/** SQL for a point in time as ISO text in UTC, for reading outside a transaction: there a connection handed on by a pooler may have any settings. */
export function utcText(time: string): string {
  return `pg_catalog.to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'`;
}

/** The server's text of a point in time of the bookkeeping, in canonical form. One that no calendar here has (`infinity`, before Christ) counts as not known. */
export function decodeTime(text: string | null): string | null {
  if (text === null) return null;
  const usual = fastTime(text);
  if (usual !== undefined) return usual;
  const time = canonicalOrAsIs('timestamptz', text);
  return isCanonical('timestamptz', time) ? time : null;
}

/** Most types are canonical as the server writes them; only the others cost work on every cell. */
function cellDecoder(column: CatalogColumn): (cell: Cell) => Cell {
  switch (column.type) {
    case 'uuid':
    case 'text':
    case 'varchar':
    case 'char':
    case 'enum':
    case 'int2':
    case 'int4':
    case 'int8':
    case 'bool':
    case 'date':
    case 'bytea':
      return (cell) => cell;
    case 'timestamptz':
      return (cell) => (cell === null ? null : (fastTime(cell) ?? canonicalOrAsIs(column.type, cell)));
    default:
      return (cell) => (cell === null ? null : canonicalOrAsIs(column.type, cell));
  }
}

function canonicalOrAsIs(type: ColumnType, text: string): string {
  try {
    return canonicalValue(type, text);
  } catch (error) {
    if (error instanceof AppError && error.code === 'value-refused') return text;
    throw error;
  }
}

/** `2026-11-20 08:00:00+00`, also with milliseconds, without a regular expression; undefined for any other form. */
function fastTime(text: string): string | undefined {
  if (text[10] !== ' ' || !text.endsWith('+00')) return undefined;
  if (text.length === 22) return `${text.slice(0, 10)}T${text.slice(11, 19)}.000Z`;
  if (text.length === 26) return `${text.slice(0, 10)}T${text.slice(11, 23)}Z`;
  return undefined;
}
