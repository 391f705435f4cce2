import { onTestFinished } from 'vitest';
import { tableOf, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import type { Row, TreeRow } from '../../shared/sync/plan.ts';
import { eachRow, writeRow } from '../../electron/store/catalog-rows.ts';
import { connectBook, startDevice, type Book } from './device.ts';
import type { TestDatabase } from './postgres.ts';
import { testDatabase } from './test-database.ts';

/** A class of a catalog of its own, connected to a server that is set up for it. */
export async function bookOfTables(tables: readonly CatalogTable[]): Promise<{
  readonly database: TestDatabase;
  readonly book: Book;
  write(rows: Readonly<Record<string, Row>>): void;
  remove(rows: Readonly<Record<string, Row>>): void;
  rowsHere(): number;
}> {
  const catalog: Catalog = {
    id: 'other',
    version: 1,
    schema: 'other catalog',
    scopeColumn: 'class_id',
    tables,
    checks: [],
    roles: { alias: null, erasure: null, members: null },
  };
  const database = await testDatabase();
  const device = await startDevice('PC', catalog);
  onTestFinished(async () => await device[Symbol.asyncDispose]());
  const { id: classId } = await device.call('class.create', { name: '5B' });
  const book = await connectBook(device, classId, database);
  await book.call('connection.init', { connectionId: book.connectionId, consent: true });
  const each = (rows: Readonly<Record<string, Row>>, become: (row: Row) => TreeRow): void =>
    device.withStore(classId, (store) =>
      store.transaction(() => {
        for (const [name, row] of Object.entries(rows)) {
          const table = tableOf(catalog, name);
          writeRow(store, table, pkOf(table, row), become(row));
        }
      }),
    );
  return {
    database,
    book,
    write: (rows) => each(rows, (row) => row),
    remove: (rows) => each(rows, () => null),
    rowsHere: () =>
      device.withStore(classId, (store) => tables.reduce((sum, table) => sum + [...eachRow(store, table)].length, 0)),
  };
}
