import type { Row, TreeRow } from '../../../shared/sync/plan.ts';
import { readStored } from '../read-stored.ts';

/** A row as JSON text with its cells in the order of the catalog; SQL NULL for an absent row. */
export function toJson(row: TreeRow): string | null {
  return row === null ? null : JSON.stringify(row);
}

/** The row again. The text was written by `toJson`. */
export function fromJson(text: string | null): TreeRow {
  return text === null ? null : (readStored(text) as Row);
}
