import { tableOf, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import type { PlanRowItem, PlanSummary } from '../../shared/contract/sync.ts';
import type { Row, TreeRow } from '../../shared/sync/plan.ts';
import { eachRow, writeRow } from '../../electron/store/catalog-rows.ts';
import type { SimDevice } from '../simulation/sim-device.ts';

/** All rows of one side, by table and key. */
export type SchemaRows = ReadonlyMap<string, Row>;

/** One device with a class of any catalog. */
export interface SchemaBook {
  readonly device: SimDevice;
  readonly catalog: Catalog;
  readonly classId: string;
  readonly connectionId: string;
}

/** The address of a row. */
export function placeOf(table: CatalogTable, row: Row): string {
  return `${table.name} ${pkOf(table, row)}`;
}

/** The address of a row of a plan. */
export function placeOfItem(catalog: Catalog, { table, key }: Pick<PlanRowItem, 'table' | 'key'>): string {
  return placeOf(tableOf(catalog, table), key);
}

/** Everything a device holds. */
export function rowsHere({ device, catalog, classId }: SchemaBook): SchemaRows {
  return device.withStore(classId, (store) => {
    const rows = new Map<string, Row>();
    for (const table of catalog.tables)
      for (const { pk, row } of eachRow(store, table)) rows.set(`${table.name} ${pk}`, row);
    return rows;
  });
}

/** Writes rows as a person's edit does, all of them or none; whether the rules of the file let it. */
export function change(
  { device, catalog, classId }: SchemaBook,
  changes: readonly { readonly table: string; readonly pk: string; readonly row: TreeRow }[],
): boolean {
  return device.withStore(classId, (store) => {
    try {
      store.transaction(() => {
        for (const { table, pk, row } of changes) writeRow(store, tableOf(catalog, table), pk, row);
      });
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT')) return false;
      throw error;
    }
  });
}

export async function previewOf({ device, classId, connectionId }: SchemaBook): Promise<PlanSummary> {
  return await device.call('sync.preview', { classId, connectionId });
}

export async function itemsOf({ device, classId }: SchemaBook, planId: string): Promise<readonly PlanRowItem[]> {
  const { ordinals } = await device.call('plan.index', { classId, planId });
  const items: PlanRowItem[] = [];
  for (let from = 0; from < ordinals.length; from += 200)
    items.push(
      ...(await device.call('plan.rows', { classId, planId, ordinals: ordinals.slice(from, from + 200) })).items,
    );
  return items;
}
