import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import type { ClassStore } from './class-store.ts';
import { rawStatement, statement } from './statement.ts';
import type { SqlValue } from './statement.ts';

/**
 * Sets the columns of a row that really differ, and none when nothing does: a row saved unchanged must not be marked as changed.
 * The row is known to be there. Answers whether anything was written.
 */
export function changeColumns(
  store: ClassStore,
  table: string,
  id: string,
  change: Readonly<Record<string, SqlValue>>,
): boolean {
  const name = quoteIdentifier(table);
  const differs = Object.keys(change).filter((column) => {
    const same = rawStatement(store.db, `SELECT 1 FROM ${name} WHERE id = ? AND ${quoteIdentifier(column)} IS ?`);
    return same.get(id, change[column] ?? null) === undefined;
  });
  if (differs.length === 0) return false;
  const assignments = differs.map((column) => `${quoteIdentifier(column)} = ?`).join(', ');
  statement(store.db, `UPDATE ${name} SET ${assignments} WHERE id = ?`).run(
    ...differs.map((column) => change[column] ?? null),
    id,
  );
  return true;
}
