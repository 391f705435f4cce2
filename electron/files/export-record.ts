import { tableOf } from '../../shared/catalog/catalog.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';
import type { StudentExport } from '../../shared/contract/roster.ts';
import { AppError } from '../../shared/errors.ts';
import { erasureRules } from '../../shared/sync/erasure-rules.ts';
import { childrenOf, readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';

/** All there is of a record (a student): what erasing it would take away. Throws `not-found`. */
export function exportRecord(store: ClassStore, id: string): StudentExport {
  const rules = erasureRules(store.catalog);
  const pk = pkFromCells([id]);
  const record = rules === null ? null : readRow(store, rules.of, pk);
  if (rules === null || record === null) throw new AppError('not-found', { what: 'student' });
  const found = new Map<string, Map<string, Record<string, string | null>>>([
    [rules.of.name, new Map([[pk, { ...record }]])],
  ]);
  for (const { table, through } of rules.covered) {
    if (table.name === rules.of.name) continue;
    const rows = new Map<string, Record<string, string | null>>();
    for (const key of through)
      for (const parent of found.get(key.references)?.keys() ?? [])
        for (const child of childrenOf(store, table, key, tableOf(store.catalog, key.references), parent))
          rows.set(child.pk, { ...child.row });
    found.set(table.name, rows);
  }
  for (const { table, column } of rules.attachments) {
    const cell = record[column] ?? null;
    const row = cell === null ? null : readRow(store, table, pkFromCells([cell]));
    found.set(table.name, new Map(row === null ? [] : [[pkFromCells([cell ?? '']), { ...row }]]));
  }
  found.delete(rules.of.name);
  return {
    student: { ...record },
    tables: Object.fromEntries([...found].map(([table, rows]) => [table, [...rows.values()]])),
  };
}
