import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentColumns, tableOf, type CatalogColumn } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import { isWithinLimits } from '../../shared/catalog/limits.ts';
import { canonicalCell, canonicalValue } from '../../shared/catalog/value.ts';
import { openSession } from '../support/managed-database.ts';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import { eachRow, writeRow } from '../../electron/store/catalog-rows.ts';
import type { Row, TreeRow } from '../../shared/sync/plan.ts';
import { cellTexts } from '../support/cell-arbitraries.ts';
import { connectBook, joinClass, startDevice, type Book, type Device } from '../support/device.ts';
import { everyTypeCatalog } from '../support/every-type-catalog.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { testDatabase } from '../support/test-database.ts';

const seed = Date.now() % 2 ** 31;
const schema = '"Registry test"';

/** Writes rows of a table as a person's edits would: each in the transaction the marks are made in. */
function write(book: Book, name: string, ...rows: readonly Row[]): void {
  const table = tableOf(everyTypeCatalog, name);
  book.device.withStore(book.classId, (store) =>
    store.transaction(() => {
      for (const row of rows) writeRow(store, table, pkOf(table, row), row);
    }),
  );
}

function remove(book: Book, name: string, ...rows: readonly Row[]): void {
  const table = tableOf(everyTypeCatalog, name);
  book.device.withStore(book.classId, (store) =>
    store.transaction(() => {
      for (const row of rows) writeRow(store, table, pkOf(table, row), null);
    }),
  );
}

function rowsOf(book: Book, name: string): Readonly<Record<string, TreeRow>> {
  const table = tableOf(everyTypeCatalog, name);
  return book.device.withStore(book.classId, (store) =>
    Object.fromEntries([...eachRow(store, table)].map(({ pk, row }) => [pk, row])),
  );
}

/** A row of a table: what is not said is NULL. */
function row(name: string, cells: Row): Row {
  return Object.fromEntries(
    contentColumns(tableOf(everyTypeCatalog, name)).map((column) => [column.name, cells[column.name] ?? null]),
  );
}

const person = (cells: Row = {}): Row =>
  row('person', { id: randomUUID(), name: "O'Brien", mail_kind: 'other', visits: '0', ...cells });

function cellOf(column: CatalogColumn): fc.Arbitrary<string> {
  return cellTexts(column)
    .map((text) => canonicalValue(column.type, text))
    .filter((text) => isWithinLimits(column, text));
}

describe('a catalog that is no classroom', () => {
  let database: TestDatabase;
  let devices: readonly [Device, Device];
  let a: Book;
  let b: Book;
  let psql: PgSession;

  beforeAll(async () => {
    database = await testDatabase();
    devices = [await startDevice('Front desk', everyTypeCatalog), await startDevice('Back office', everyTypeCatalog)];
    const { id } = await devices[0].call('class.create', { name: '5B' });
    a = await connectBook(devices[0], id, database);
    await a.call('connection.init', { connectionId: a.connectionId, consent: true });
    write(a, 'setting', row('setting', { key: 'first', value: 'true' }));
    await a.sync();
    b = await joinClass(devices[1], database);
    psql = await openSession(database);
  });
  afterAll(async () => {
    await psql.close();
    await Promise.all(devices.map(async (device) => await device[Symbol.asyncDispose]()));
  });

  const settle = async (): Promise<void> => {
    for (const book of [a, b, a, b]) expect((await book.sync({ allowMassChange: true })).outcome).toBe('completed');
  };
  const expectSame = (): void => {
    for (const { name, kind } of everyTypeCatalog.tables)
      if (kind !== 'local') expect(rowsOf(a, name), name).toEqual(rowsOf(b, name));
  };

  it('keeps out a counter that both sides together took below zero, by the name of the rule, and lets all else go on', async () => {
    const one = person({ visits: '5' });
    const other = person({ visits: '5' });
    write(a, 'person', one, other);
    for (const book of [a, b]) await book.sync();
    write(a, 'person', { ...one, visits: '2' }, { ...other, visits: '3' });
    write(b, 'person', { ...one, visits: '1' }, { ...other, visits: '4' });
    await a.sync();
    const run = await b.sync();
    expect(run.left).toMatchObject([
      { table: 'person', key: { id: one['id'] }, reason: 'check', blockedBy: 'person visits-below-zero' },
    ]);
    expect(rowsOf(b, 'person')[JSON.stringify([other['id']])]).toMatchObject({ visits: '2' });
    expect(rowsOf(b, 'person')[JSON.stringify([one['id']])]).toMatchObject({ visits: '1' });
    write(b, 'person', { ...one, visits: '4' });
    for (const book of [b, a]) await book.sync();
    for (const book of [a, b])
      expect(rowsOf(book, 'person')[JSON.stringify([one['id']])]).toMatchObject({ visits: '1' });
    remove(b, 'person', one, other);
    for (const book of [b, a]) await book.sync({ allowMassChange: true });
  });

  it('carries rows of every table both ways and has nothing left to do', async () => {
    const someone = person({ badge: '7', mail: 'o@example.org', mail_kind: 'main' });
    write(a, 'place', row('place', { code: 'A/1 "x"', name: 'Hall' }));
    write(a, 'person', someone, person({ place_code: 'A/1 "x"', lat: '1.5', lon: '-0.25' }));
    write(a, 'ticket', row('ticket', { number: '41', person_id: someone['id'] ?? null, title: 'Lamp' }));
    write(a, 'reading', row('reading', { sensor: 'north', day: '2026-11-20', value: '12.5', place_code: 'nowhere' }));
    write(a, 'membership', row('membership', { person_id: someone['id'] ?? null, topic: 'a "b" \\ \u{7f}' }));
    write(a, 'setting', row('setting', { key: "it's", value: '{"a":1}' }));
    write(a, 'posting', row('posting', { id: '-5', text: 'Hi', said_at: '2026-11-20T08:00:00.000Z' }));
    write(a, 'note', row('note', { id: randomUUID(), text: 'stays here' }));
    await settle();
    expectSame();
    expect(Object.keys(rowsOf(b, 'person'))).toHaveLength(2);
    expect(Object.keys(rowsOf(b, 'note'))).toHaveLength(0);
    for (const book of [a, b]) expect((await book.preview()).total).toBe(0);
  });

  it(`carries every value of every type as it is, and back (seed ${seed})`, async () => {
    const table = tableOf(everyTypeCatalog, 'every type');
    const cells = Object.fromEntries(
      contentColumns(table)
        .filter(({ name }) => name !== 'id')
        .map((column) => [column.name, fc.option(cellOf(column), { freq: 8 })]),
    );
    const rows = fc.sample(fc.record(cells), { numRuns: 60, seed });
    write(a, 'every type', ...rows.map((values, id) => ({ id: String(id), ...values })));
    await settle();
    expectSame();
    const again = fc.sample(fc.record(cells), { numRuns: 60, seed: seed + 1 });
    write(b, 'every type', ...again.map((values, id) => ({ id: String(id), ...values })));
    await settle();
    expectSame();
    for (const book of [a, b]) expect((await book.preview()).total).toBe(0);
  });

  it('names a value the server could not hold, and sends the rest', async () => {
    const bad = [
      ['a_text', 'a\0b'],
      ['a_numeric', '1.50'],
      ['a_money', '0.001'],
      ['a_date', '2026-02-30'],
      ['list_int2', '{1,40000}'],
      ['a_share', '2'],
    ] as const;
    write(
      a,
      'every type',
      ...bad.map(([name, text], at) => row('every type', { id: String(1000 + at), [name]: text })),
    );
    write(a, 'every type', row('every type', { id: '2000', a_text: 'good' }));
    expect(() => write(a, 'every type', row('every type', { id: '2001', a_text: 'half \ud83d' }))).toThrow(
      'value-refused',
    );
    const plan = await a.preview();
    const run = await a.run('sync', plan.planId);
    expect(run.left.map(({ reason, blockedBy }) => `${reason} ${blockedBy}`)).toEqual(
      bad.map(([name]) => `refused every type ${name}`),
    );
    await b.sync();
    expect(rowsOf(b, 'every type')['["2000"]']).toMatchObject({ a_text: 'good' });
    remove(a, 'every type', ...bad.map((_, at) => row('every type', { id: String(1000 + at) })));
    await settle();
    expectSame();
  });

  it('adds what both sides counted, keeps the larger of two records, and takes the side a policy names', async () => {
    const both = person({ visits: '10', best: '3', office: 'x', nickname: 'x' });
    write(a, 'person', both);
    await settle();
    write(a, 'person', { ...both, visits: '12', best: '9', office: 'a', nickname: 'a' });
    write(b, 'person', { ...both, visits: '15', best: '4', office: 'b', nickname: 'b' });
    await settle();
    expectSame();
    expect(rowsOf(a, 'person')[pkOf(tableOf(everyTypeCatalog, 'person'), both)]).toMatchObject({
      visits: '17',
      best: '9',
      office: 'a',
      nickname: 'b',
    });
  });

  it('sees what somebody with psql changes in any column, and nothing where only the way of writing changed', async () => {
    write(a, 'every type', row('every type', { id: '3000', a_json: '{"a":1}', a_interval: 'P1M', a_char: 'x' }));
    await settle();
    await psql.query(`UPDATE ${schema}."every type" SET a_json = '{ "a" : 1.0 }', a_char = 'x  ' WHERE id = 3000`);
    expect((await a.preview()).total).toBe(0);
    await psql.query(`UPDATE ${schema}."every type" SET a_json = '{"a":2}', a_interval = '30 days' WHERE id = 3000`);
    await settle();
    expectSame();
    expect(rowsOf(a, 'every type')['["3000"]']).toMatchObject({ a_json: '{"a":2}', a_interval: 'P30D' });
  });

  it('lets a value be taken again that a row outside the predicate still has, and swaps values in one run', async () => {
    const one = person({ badge: '101', mail: 'one@example.org', mail_kind: 'main' });
    const two = person({ badge: '102', mail: 'two@example.org', mail_kind: 'main' });
    write(a, 'person', one, two);
    await settle();
    write(a, 'person', { ...one, left_on: '2026-11-20' });
    write(a, 'person', { ...two, badge: '101' });
    await settle();
    expectSame();
    write(b, 'person', { ...one, left_on: '2026-11-20', mail_kind: 'other', mail: 'two@example.org' });
    write(b, 'person', { ...two, badge: '101', mail: 'one@example.org' });
    await settle();
    expectSame();
  });

  it('gives keys on the server above every key that arrived', async () => {
    const [someone] = Object.values(rowsOf(a, 'person'));
    write(a, 'ticket', row('ticket', { number: '500', person_id: someone?.['id'] ?? null, title: 'By hand' }));
    await settle();
    const made = await psql.query(
      `INSERT INTO ${schema}.ticket (unit, person_id, title) SELECT unit, person_id, 'By the server' FROM ${schema}.ticket WHERE number = 500 RETURNING number`,
    );
    expect(made.rows).toEqual([['501']]);
    await settle();
    expectSame();
  });

  it('gives no key again that the server had given, also where only smaller ones arrive, few or many of them', async () => {
    const [someone] = Object.values(rowsOf(a, 'person'));
    const ticket = (number: number): Row =>
      row('ticket', { number: String(number), person_id: someone?.['id'] ?? null, title: 'By hand' });
    await psql.query(`SELECT setval(pg_get_serial_sequence('${schema}.ticket', 'number'), 9000)`);
    write(a, 'ticket', ticket(510));
    await settle();
    write(a, 'ticket', ...Array.from({ length: 1_200 }, (_, n) => ticket(2_000 + n)));
    await settle();
    const made = await psql.query(
      `INSERT INTO ${schema}.ticket (unit, person_id, title) SELECT unit, person_id, 'By the server' FROM ${schema}.ticket WHERE number = 510 RETURNING number`,
    );
    expect(made.rows).toEqual([['9001']]);
    await settle();
    expectSame();
  });

  it('carries out at the other device what somebody with psql deleted with all that hangs on it', async () => {
    const gone = person();
    write(a, 'person', gone);
    write(a, 'ticket', row('ticket', { number: '600', person_id: gone['id'] ?? null, title: 'Door' }));
    write(a, 'membership', row('membership', { person_id: gone['id'] ?? null, topic: 'chess' }));
    await settle();
    await psql.query(`DELETE FROM ${schema}.person WHERE id = '${gone['id']}'`);
    await settle();
    expectSame();
    expect(rowsOf(a, 'ticket')['["600"]']).toBeUndefined();
  });

  it('keeps a record that went elsewhere while something of it is edited here in the middle of a run, and asks', async () => {
    const gone = person();
    const ticket = row('ticket', { number: '700', person_id: gone['id'] ?? null, title: 'Door' });
    write(b, 'person', gone);
    write(b, 'ticket', ticket);
    await settle();
    await psql.query(`DELETE FROM ${schema}.person WHERE id = '${gone['id']}'`);
    write(b, 'person', person());
    const plan = await b.preview();
    let edited = false;
    const run = await b.device.client.call(
      'sync.run',
      { classId: b.classId, planId: plan.planId, mode: 'sync' },
      {
        onProgress: ({ phase }) => {
          if (phase !== 'send' || edited) return;
          edited = true;
          write(b, 'ticket', { ...ticket, title: 'Window' });
        },
      },
    );
    expect(run.left.map(({ table, reason }) => `${table} ${reason}`).toSorted()).toEqual([
      'person new-child',
      'ticket edited-meanwhile',
    ]);
    expect(Object.keys(rowsOf(b, 'person'))).toContain(JSON.stringify([gone['id']]));
    const next = await b.preview();
    expect(next).toMatchObject({ undecided: 1 });
    await b.run('sync', next.planId, { conflicts: 'server' });
    await settle();
    expectSame();
  });
});

it('judges the canonical form of every column of the catalog', () => {
  const table = tableOf(everyTypeCatalog, 'every type');
  for (const column of contentColumns(table))
    fc.assert(
      fc.property(cellOf(column), (text) => canonicalCell(table, column, text) === text),
      { numRuns: 50, seed },
    );
});
