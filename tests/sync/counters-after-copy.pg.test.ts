import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { contentColumns, tableOf } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import type { Row, TreeRow } from '../../shared/sync/plan.ts';
import { readRow, writeRow } from '../../electron/store/catalog-rows.ts';
import { Book, connectBook, startDevice, type Device } from '../support/device.ts';
import { everyTypeCatalog } from '../support/every-type-catalog.ts';
import { testDatabase } from '../support/test-database.ts';

const table = tableOf(everyTypeCatalog, 'person');

/** A person whose visits are counted; what is not said is NULL. */
function person(cells: Row): Row {
  const said: Row = { id: randomUUID(), name: 'Ada', mail_kind: 'other', ...cells };
  return Object.fromEntries(contentColumns(table).map(({ name }) => [name, said[name] ?? null]));
}

function write(book: Book, row: Row): void {
  book.device.withStore(book.classId, (store) =>
    store.transaction(() => writeRow(store, table, pkOf(table, row), row)),
  );
}

function found(book: Book, row: Row): TreeRow {
  return book.device.withStore(book.classId, (store) => readRow(store, table, pkOf(table, row)));
}

it('what a copied or restored file had counted is asked about, because it may have been sent already, and is never added a second time', async () => {
  const database = await testDatabase();
  await using first = await startDevice('Front desk', everyTypeCatalog);
  const { id } = await first.call('class.create', { name: '5B' });
  const a = await connectBook(first, id, database);
  await a.call('connection.init', { connectionId: a.connectionId, consent: true });
  const [ada, ben] = [person({ visits: '10' }), person({ name: 'Ben', visits: '10' })];
  for (const row of [ada, ben]) write(a, row);
  await a.sync();
  const on = async (device: Device): Promise<Book> => {
    const book = new Book(device, a.classId, a.connectionId);
    await book.call('connection.set', {
      connectionId: book.connectionId,
      change: { password: database.config.password },
    });
    return book;
  };
  for (const row of [ada, ben]) write(a, { ...row, visits: '13' });
  await first.stop();
  await using copied = await startDevice('Copied PC', everyTypeCatalog, first.folder);
  await first.start();
  const [one, other] = [await on(first), await on(copied)];
  write(one, { ...ada, visits: '14' });
  expect((await one.sync()).outcome).toBe('completed');
  expect(await other.preview()).toMatchObject({ undecided: 1 });
  expect(await other.sync()).toMatchObject({ outcome: 'undecided', left: [{ reason: 'undecided' }] });
  const plan = await other.preview();
  const [row] = await other.rows(plan.planId);
  expect(row).toMatchObject({
    conflict: 'both-updated',
    fields: [{ name: 'visits', local: '13', server: '14', clash: true }],
  });
  expect(await other.run('sync', plan.planId, { conflicts: 'server' })).toMatchObject({ outcome: 'completed' });
  expect([found(other, ada)?.['visits'], found(other, ben)?.['visits']]).toEqual(['14', '13']);
  // From then on it counts again.
  write(one, { ...ada, visits: '15' });
  await one.sync();
  write(other, { ...ada, visits: '16' });
  for (const book of [other, one]) expect((await book.sync()).outcome).toBe('completed');
  expect([found(other, ada)?.['visits'], found(one, ada)?.['visits']]).toEqual(['17', '17']);
});
