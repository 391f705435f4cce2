import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { erasingColumns } from '../../shared/sync/erasure-rules.ts';
import type { TableBlock } from '../remote/schema-state.ts';
import type { ClassStore } from '../store/class-store.ts';
import { erasedKeys } from '../store/sync/erase-records.ts';

/** The column whose absence keeps an erasure from finding everything it is about: it waits until the column is there again. */
export function stuckErasing(
  catalog: Catalog,
  blocks: readonly TableBlock[],
): { readonly table: string; readonly column: string } | null {
  const needed = new Map([...erasingColumns(catalog)].map(([{ name }, columns]) => [name, columns]));
  const found = blocks
    .filter(({ code }) => code !== 'missing-table')
    .flatMap(({ table, lacks }) =>
      lacks.flatMap((column) => (needed.get(table)?.includes(column) === true ? [{ table, column }] : [])),
    );
  return found[0] ?? null;
}

/** What a list says where a server erases nothing just now although records were erased: runs go on, and what comes there late stays there. */
export function stuckChecks(store: ClassStore, blocks: readonly TableBlock[]): PlanSummary['checks'] {
  const stuck = blocks.length === 0 ? null : stuckErasing(store.catalog, blocks);
  const records = stuck === null ? 0 : erasedKeys(store).size;
  if (stuck === null || records === 0) return [];
  return [{ id: 'erasure', state: 'warning', code: 'erasure-stuck', params: { ...stuck, records } }];
}
