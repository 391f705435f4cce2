import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyTypeCatalog } from '../../tests/support/every-type-catalog.ts';
import type { CatalogReason } from './catalog-problem.ts';
import { classroomCatalog } from './classroom.ts';
import { parseCatalog, readCatalog } from './parse-catalog.ts';

type Json = Record<string, unknown>;

/** A small catalog that is sound, as a person would write it. */
function sound(): { tables: Json[] } & Json {
  return {
    id: 'shop',
    version: 1,
    schema: 'shop',
    scopeColumn: 'branch',
    tables: [
      {
        name: 'customer',
        kind: 'entity',
        key: ['id'],
        columns: [
          { name: 'id', type: 'uuid', nullable: false },
          { name: 'name', type: 'text', nullable: false },
          { name: 'mail', type: 'text', nullable: true },
          { name: 'paid', type: 'int4', nullable: false, policy: 'counter' },
          { name: 'gone_at', type: 'timestamptz', nullable: true },
          { name: 'cache', type: 'text', nullable: true, class: 'derived' },
        ],
        unique: [{ columns: ['mail'], amongLive: true }],
        softDelete: 'gone_at',
        label: ['name'],
      },
      {
        name: 'order',
        kind: 'entity',
        key: ['id'],
        columns: [
          { name: 'id', type: 'int8', nullable: false },
          { name: 'customer_id', type: 'uuid', nullable: true },
          { name: 'state', type: 'enum', nullable: false, enum: { name: 'order state', labels: ['open', 'done'] } },
        ],
        foreignKeys: [{ columns: ['customer_id'], references: 'customer' }],
      },
    ],
  };
}

function columnsOf(catalog: { readonly tables: readonly Json[] }, place: number): Json[] {
  return (catalog.tables[place] as { readonly columns: Json[] }).columns;
}

/** The sound catalog with one table, or one column of it, changed. */
function withTable(place: number, change: Json): Json {
  const catalog = sound();
  catalog.tables[place] = { ...catalog.tables[place], ...change };
  return catalog;
}
function withColumn(place: number, column: number, change: Json): Json {
  const catalog = sound();
  const columns = columnsOf(catalog, place);
  columns[column] = { ...columns[column], ...change };
  return catalog;
}
function extraColumn(place: number, ...more: readonly Json[]): Json {
  const catalog = sound();
  columnsOf(catalog, place).push(...more);
  return catalog;
}

const key = { name: 'id', type: 'uuid', nullable: false };
const child = (name: string, references: string, more: Json = {}): Json => ({
  name,
  kind: 'entity',
  key: ['id'],
  columns: [key, { name: 'to', type: 'uuid', nullable: false }],
  foreignKeys: [{ columns: ['to'], references, ...more }],
});

const faults: readonly (readonly [
  title: string,
  catalog: unknown,
  reason: CatalogReason,
  table?: string,
  column?: string,
])[] = [
  ['nothing', null, 'shape'],
  ['a list', [], 'shape'],
  ['a word it does not know', { ...sound(), extra: 1 }, 'shape'],
  ['no tables', { ...sound(), tables: [] }, 'shape'],
  ['a version that is none', { ...sound(), version: 0 }, 'shape'],
  ['a type there is not', withColumn(0, 1, { type: 'money' }), 'shape'],
  ['a type that is no text', withColumn(0, 1, { type: 7 }), 'shape'],
  ['a column that does not say whether it may be NULL', withColumn(0, 1, { nullable: undefined }), 'shape'],
  ['a table without a key', withTable(0, { key: undefined }), 'shape'],
  [
    'a hundred thousand tables',
    { ...sound(), tables: Array.from({ length: 100_000 }, () => sound().tables[0]) },
    'shape',
  ],
  [
    'a statement of a megabyte',
    {
      ...sound(),
      checks: [{ name: 'x', level: 'warn', table: 'customer', reads: ['customer'], sql: 'x'.repeat(1e6) }],
    },
    'shape',
  ],
  ['an identifier with quotes', withTable(1, { name: 'a"b' }), 'identifier', 'a"b'],
  ['an identifier with an apostrophe', withColumn(0, 1, { name: "a'b" }), 'identifier', 'customer', "a'b"],
  ['an identifier of 64 bytes', withTable(1, { name: 'a'.repeat(64) }), 'identifier', 'a'.repeat(64)],
  ['an identifier of 64 bytes in 32 letters', withTable(1, { name: 'é'.repeat(32) }), 'identifier', 'é'.repeat(32)],
  ['an identifier with NUL', withColumn(0, 1, { name: 'a\0' }), 'identifier', 'customer', 'a\0'],
  ['an identifier that ends a statement', withColumn(0, 1, { name: 'a; DROP TABLE x' }), 'identifier', 'customer'],
  ['an identifier with a dollar quote', { ...sound(), schema: '$statement$' }, 'identifier'],
  ['an identifier that turns the direction of text', withTable(1, { name: 'a\u202eb' }), 'identifier', 'a\u202eb'],
  ['a blank at the end of a name', withTable(1, { name: 'order ' }), 'identifier', 'order '],
  ['a table of the name of a bookkeeping table', withTable(1, { name: 'Row_State' }), 'name-reserved', 'Row_State'],
  ['a table of the name of an object of ours', withTable(1, { name: 'tallybook_x' }), 'name-reserved', 'tallybook_x'],
  ['a table of the name of a system table', withTable(1, { name: 'sqlite_master' }), 'name-reserved', 'sqlite_master'],
  ['the schema everybody uses', { ...sound(), schema: 'public' }, 'name-reserved'],
  ['the schema of the system', { ...sound(), schema: 'pg_catalog' }, 'name-reserved'],
  ['a column of the name of a system column', withColumn(0, 1, { name: 'xmin' }), 'name-reserved', 'customer', 'xmin'],
  ['two tables of one name', withTable(1, { name: 'Customer' }), 'name-taken', 'Customer'],
  ['two columns of one name', withColumn(0, 2, { name: 'NAME' }), 'name-taken', 'customer', 'NAME'],
  ['a column of the name of the scope', withColumn(1, 2, { name: 'branch' }), 'name-taken', 'order', 'branch'],
  [
    'a column of the name of the timestamp',
    withColumn(1, 2, { name: 'updated_at' }),
    'name-taken',
    'order',
    'updated_at',
  ],
  [
    'a type of the name of a table',
    withColumn(1, 2, { enum: { name: 'customer', labels: ['x'] } }),
    'name-taken',
    'order',
  ],
  [
    'one type with two lists of words',
    extraColumn(0, { name: 's', type: 'enum', nullable: true, enum: { name: 'order state', labels: ['x'] } }),
    'name-taken',
    'order',
  ],
  ['an empty key', withTable(0, { key: [] }), 'key-empty', 'customer'],
  ['a key of no column', withTable(0, { key: ['number'] }), 'column-unknown', 'customer', 'number'],
  ['a key that may be NULL', withColumn(0, 0, { nullable: true }), 'key-nullable', 'customer', 'id'],
  ['a key that does not travel', withTable(0, { key: ['cache'] }), 'not-content', 'customer', 'cache'],
  ['a key whose text depends on settings', withColumn(1, 0, { type: 'timestamptz' }), 'key-type', 'order', 'id'],
  ['a sequence of uuids', withTable(0, { keyAllocation: 'server-sequence' }), 'key-sequence', 'customer'],
  [
    'char without a length',
    extraColumn(0, { name: 'c', type: 'char', nullable: true }),
    'type-detail',
    'customer',
    'c',
  ],
  ['text with a length', withColumn(0, 1, { length: 5 }), 'type-detail', 'customer', 'name'],
  [
    'an enum without words',
    extraColumn(0, { name: 'c', type: 'enum', nullable: true }),
    'type-detail',
    'customer',
    'c',
  ],
  [
    'an enum with one word twice',
    withColumn(1, 2, { enum: { name: 's', labels: ['x', 'x'] } }),
    'type-detail',
    'order',
    'state',
  ],
  [
    'an enum with NUL in a word',
    withColumn(1, 2, { enum: { name: 's', labels: ['\0'] } }),
    'type-detail',
    'order',
    'state',
  ],
  [
    'an enum with a word of 64 bytes',
    withColumn(1, 2, { enum: { name: 's', labels: ['é'.repeat(32)] } }),
    'type-detail',
    'order',
    'state',
  ],
  [
    'more digits after the point than in all',
    extraColumn(0, { name: 'n', type: 'numeric', nullable: true, digits: { precision: 2, scale: 3 } }),
    'type-detail',
    'customer',
    'n',
  ],
  ['limits that leave nothing', withColumn(0, 3, { limits: { min: 2, max: 1 } }), 'limits', 'customer', 'paid'],
  ['limits of a whole number that are none', withColumn(0, 3, { limits: { min: 0.5 } }), 'limits', 'customer', 'paid'],
  ['limits of a text', withColumn(0, 1, { limits: { max: 5 } }), 'limits', 'customer', 'name'],
  ['a counter of text', withColumn(0, 1, { policy: 'counter' }), 'policy-type', 'customer', 'name'],
  ['the larger of two texts', withColumn(0, 1, { policy: 'max' }), 'policy-type', 'customer', 'name'],
  [
    'a derived column that has to be given',
    withColumn(0, 5, { nullable: false }),
    'must-be-nullable',
    'customer',
    'cache',
  ],
  ['a set with something beside its key', withTable(1, { kind: 'set' }), 'kind', 'order'],
  ['an append-only table that deletes', withTable(0, { kind: 'append-only' }), 'kind', 'customer'],
  ['a deletion that is no time', withTable(0, { softDelete: 'mail' }), 'soft-delete', 'customer', 'mail'],
  ['a deletion that is always set', withColumn(0, 4, { nullable: false }), 'soft-delete', 'customer', 'gone_at'],
  ['details of no deletion', withTable(1, { deletionDetails: ['customer_id'] }), 'soft-delete', 'order', 'customer_id'],
  [
    'uniqueness among the living of a table without dead',
    withTable(1, { unique: [{ columns: ['customer_id'], amongLive: true }] }),
    'soft-delete',
    'order',
  ],
  [
    'a reference to no table',
    withTable(1, { foreignKeys: [{ columns: ['customer_id'], references: 'nobody' }] }),
    'table-unknown',
    'order',
  ],
  [
    'a reference of no column',
    withTable(1, { foreignKeys: [{ columns: ['x'], references: 'customer' }] }),
    'column-unknown',
    'order',
    'x',
  ],
  ['a reference of another type', withColumn(1, 1, { type: 'text' }), 'reference-type', 'order', 'customer_id'],
  [
    'a reference of too many columns',
    withTable(1, { foreignKeys: [{ columns: ['customer_id', 'id'], references: 'customer' }] }),
    'reference-columns',
    'order',
  ],
  [
    'setting to NULL what takes none',
    { ...sound(), tables: [...sound().tables, child('item', 'customer', { onDelete: 'set-null' })] },
    'reference-action',
    'item',
  ],
  [
    'deleting along what is never deleted',
    {
      ...sound(),
      tables: [...sound().tables, { ...child('item', 'customer', { onDelete: 'cascade' }), kind: 'append-only' }],
    },
    'reference-action',
    'item',
  ],
  ['a table that is before itself', { ...sound(), tables: [child('item', 'item')] }, 'cycle', 'item'],
  ['two tables that are before each other', { ...sound(), tables: [child('a', 'b'), child('b', 'a')] }, 'cycle', 'a'],
  [
    'uniqueness of numbers that are not exact',
    withTable(1, {
      columns: [...columnsOf(sound(), 1), { name: 'f', type: 'float8', nullable: true }],
      unique: [{ columns: ['f'] }],
    }),
    'unique-type',
    'order',
    'f',
  ],
  [
    'unique values that cannot make way for each other',
    withTable(1, { unique: [{ columns: ['state'] }] }),
    'unique-not-movable',
    'order',
    'state',
  ],
  [
    'a condition that nothing fulfils',
    withTable(1, {
      unique: [{ columns: ['customer_id'], where: [{ kind: 'equals', column: 'state', value: 'lost' }] }],
    }),
    'condition-value',
    'order',
    'state',
  ],
  [
    'a condition on no column',
    withTable(1, { unique: [{ columns: ['customer_id'], where: [{ kind: 'null', column: 'x' }] }] }),
    'column-unknown',
    'order',
    'x',
  ],
  ['a natural key of no column', withTable(1, { naturalKeys: [['x']] }), 'column-unknown', 'order', 'x'],
  ['a group with a column of the key', withTable(1, { atomicGroups: [['id', 'state']] }), 'group', 'order', 'id'],
  [
    'a column in two groups',
    withTable(0, {
      atomicGroups: [
        ['name', 'mail'],
        ['mail', 'paid'],
      ],
    }),
    'group',
    'customer',
    'mail',
  ],
  ['a group of no column', withTable(0, { atomicGroups: [['name', 'x']] }), 'column-unknown', 'customer', 'x'],
  [
    'a timestamp somebody keeps that is not there',
    withTable(1, { timestamp: { column: 'at', maintainedBy: 'client' } }),
    'timestamp',
    'order',
    'at',
  ],
  ['a label of no column', withTable(1, { label: ['x'] }), 'column-unknown', 'order', 'x'],
  [
    'a check that writes',
    {
      ...sound(),
      checks: [{ name: 'c', level: 'warn', table: 'order', reads: ['order'], sql: 'DELETE FROM "order"' }],
    },
    'check-sql',
  ],
  [
    'a check of two statements',
    {
      ...sound(),
      checks: [{ name: 'c', level: 'warn', table: 'order', reads: ['order'], sql: 'SELECT 1; DROP TABLE x' }],
    },
    'check-sql',
  ],
  [
    'a check that opens a file',
    {
      ...sound(),
      checks: [{ name: 'c', level: 'warn', table: 'order', reads: ['order'], sql: "SELECT load_extension('x')" }],
    },
    'check-sql',
  ],
  [
    'a check about no table',
    { ...sound(), checks: [{ name: 'c', level: 'warn', table: 'x', reads: ['order'], sql: 'SELECT 1' }] },
    'table-unknown',
    'x',
  ],
  ['aliases that hold none', { ...sound(), roles: { alias: 'order' } }, 'role', 'order'],
  ['members that are nowhere', { ...sound(), roles: { members: 'x' } }, 'role', 'x'],
];

describe('a catalog', () => {
  it('is read from what a person would write, with the plainest meaning of what is left out', () => {
    const catalog = parseCatalog(sound());
    expect(catalog.tables[1]).toMatchObject({
      keyAllocation: 'client',
      label: ['id'],
      unique: [],
      timestamp: { column: 'updated_at', maintainedBy: 'server' },
    });
    expect(catalog.roles).toEqual({ alias: null, erasure: null, members: null });
  });

  it.each([classroomCatalog, everyTypeCatalog])('of ours comes through JSON as it is: $id', (catalog) => {
    expect(parseCatalog(JSON.parse(JSON.stringify(catalog)))).toEqual(catalog);
  });

  it('comes back with parents before children, otherwise in its own order', () => {
    const catalog = {
      ...sound(),
      tables: [child('c', 'b'), child('b', 'a'), child('d', 'c'), { ...child('a', 'd'), foreignKeys: [] }],
    };
    expect(parseCatalog(catalog).tables.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each(faults)('is refused with %s', (_title, catalog, reason, table, column) => {
    const reading = readCatalog(catalog);
    const problems = reading.kind === 'invalid' ? reading.problems : [];
    expect(problems).toContainEqual(
      expect.objectContaining({
        reason,
        ...(table === undefined ? {} : { table }),
        ...(column === undefined ? {} : { column }),
      }),
    );
    expect(() => parseCatalog(catalog)).toThrow(expect.objectContaining({ code: 'catalog-invalid' }));
  });

  it('of any JSON at all is read or refused, and never more than a screen about it', () => {
    const parts: Record<string, fc.Arbitrary<unknown>> = {};
    for (const [name, value] of Object.entries(sound())) parts[name] = fc.oneof(fc.constant(value), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record(parts)), (json) => {
        const reading = readCatalog(json);
        return reading.kind === 'catalog' || JSON.stringify(reading.problems).length < 50_000;
      }),
    );
  });
});
