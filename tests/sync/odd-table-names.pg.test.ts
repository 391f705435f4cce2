import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { tableOf, type Catalog, type CatalogColumn, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { eachRow, writeRow } from '../../electron/store/catalog-rows.ts';
import { connectBook, startDevice, type Book } from '../support/device.ts';
import { sql } from '../support/sql.ts';
import { testDatabase } from '../support/test-database.ts';

const column = (name: string, type: CatalogColumn['type'], nullable = true): CatalogColumn => ({
  name,
  type,
  nullable,
  class: 'content',
  policy: 'ask',
});
const table = (name: string, more: Pick<CatalogTable, 'kind' | 'key' | 'columns' | 'foreignKeys'>): CatalogTable => ({
  name,
  keyAllocation: 'client',
  deletionDetails: [],
  timestamp: { column: 'updated_at', maintainedBy: 'server' },
  unique: [],
  naturalKeys: [],
  atomicGroups: [],
  softDelete: null,
  label: more.key,
  ...more,
});

/** Tables whose names hold what addresses of rows are made of, one of them the beginning of another. */
const catalog: Catalog = {
  id: 'odd-names',
  version: 1,
  schema: 'odd names',
  scopeColumn: 'class_id',
  tables: [
    table('two', {
      kind: 'entity',
      key: ['id'],
      columns: [column('id', 'uuid', false), column('word', 'text')],
      foreignKeys: [],
    }),
    table('two words', {
      kind: 'entity',
      key: ['id'],
      columns: [column('id', 'uuid', false), column('of', 'uuid', false)],
      foreignKeys: [{ columns: ['of'], references: 'two', soft: false, onDelete: 'cascade' }],
    }),
    table('two ["words"]', {
      kind: 'set',
      key: ['of', 'topic'],
      columns: [column('of', 'uuid', false), column('topic', 'text', false)],
      foreignKeys: [{ columns: ['of'], references: 'two words', soft: false, onDelete: 'cascade' }],
    }),
  ],
  checks: [],
  roles: { alias: null, erasure: null, members: null },
};

function write(book: Book, rows: Readonly<Record<string, Row>>): void {
  book.device.withStore(book.classId, (store) =>
    store.transaction(() => {
      for (const [name, row] of Object.entries(rows)) {
        const of = tableOf(catalog, name);
        writeRow(store, of, pkOf(of, row), row);
      }
    }),
  );
}

const rowsHere = (book: Book): number =>
  book.device.withStore(book.classId, (store) =>
    catalog.tables.reduce((sum, each) => sum + [...eachRow(store, each)].length, 0),
  );

it('a run that wrote rows of tables with such names can be taken back, the rows that point at others among them', async () => {
  const database = await testDatabase();
  const device = await startDevice('PC', catalog);
  onTestFinished(async () => await device[Symbol.asyncDispose]());
  const { id: classId } = await device.call('class.create', { name: '5B' });
  const book = await connectBook(device, classId, database);
  await book.call('connection.init', { connectionId: book.connectionId, consent: true });
  const [one, two] = [randomUUID(), randomUUID()];
  write(book, {
    two: { id: one, word: 'x' },
    'two words': { id: two, of: one },
    'two ["words"]': { of: two, topic: 'a ["b"] c' },
  });
  const run = await book.sync();
  expect(run.counts.up.add).toBe(3);
  const there = `SELECT (SELECT count(*) FROM "odd names"."two words") + (SELECT count(*) FROM "odd names"."two [""words""]")`;

  const plan = await book.call('run.undo', { runId: run.runId });
  expect((await book.run(plan.runMode ?? 'sync', plan.planId)).outcome).toBe('completed');
  expect(await sql(database.config, there)).toEqual([['0']]);
  expect(rowsHere(book)).toBe(3);

  // Shown as not sent again, and sent again.
  expect((await book.sync()).counts.up.add).toBe(3);
  expect(await sql(database.config, there)).toEqual([['2']]);
});
