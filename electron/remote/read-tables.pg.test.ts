import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Catalog, CatalogColumn, CatalogTable, ColumnType } from '../../shared/catalog/catalog.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { inferCatalog } from '../../shared/catalog/infer-catalog.ts';
import { parseCatalog, readCatalog } from '../../shared/catalog/parse-catalog.ts';
import { everyTypeCatalog } from '../../tests/support/every-type-catalog.ts';
import { openSession } from '../../tests/support/managed-database.ts';
import type { TestDatabase } from '../../tests/support/postgres.ts';
import { serverTruth } from '../../tests/support/same-catalog.ts';
import { testDatabase } from '../../tests/support/test-database.ts';
import { migrate } from './migrations/migrate.ts';
import type { PgSession } from './pg-session.ts';
import { readTables } from './read-tables.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

async function owner(): Promise<PgSession> {
  const session = await openSession(database);
  onTestFinished(async () => await session.close());
  return session;
}

/** A role that may log in and nothing else. */
async function nobody(session: PgSession): Promise<PgSession> {
  const [user, password] = [`nobody_${randomBytes(4).toString('hex')}`, randomBytes(12).toString('hex')];
  await session.query(`CREATE ROLE "${user}" LOGIN PASSWORD '${password}'`);
  const found = await openSession(database, { user, password });
  onTestFinished(async () => await found.close());
  return found;
}

const columnTypes: readonly ColumnType[] = [
  'text',
  'int2',
  'int4',
  'int8',
  'numeric',
  'bool',
  'uuid',
  'date',
  'timestamp',
  'jsonb',
  'text[]',
];
const keyTypes: readonly ColumnType[] = ['uuid', 'text', 'int4', 'date'];

/** A catalog of two to four tables, each with references to those before it and now and then a unique rule. */
const anyCatalog = fc
  .array(
    fc.record({
      key: fc.constantFrom(...keyTypes),
      sequence: fc.boolean(),
      columns: fc.array(fc.tuple(fc.constantFrom(...columnTypes), fc.boolean()), { maxLength: 4 }),
      parent: fc.nat(),
      onDelete: fc.constantFrom('restrict' as const, 'cascade' as const),
      unique: fc.boolean(),
      onlyWhere: fc.boolean(),
      limited: fc.boolean(),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .map((shapes): Catalog => {
    const tables = shapes.map((shape, place): CatalogTable => {
      const parent = place === 0 ? null : shape.parent % place;
      const sequence = shape.sequence && shape.key === 'int4';
      const columns: CatalogColumn[] = [
        { name: 'Key', type: shape.key, nullable: false, class: 'content', policy: 'ask' },
        ...shape.columns.map(([type, nullable], index): CatalogColumn => {
          const limits = shape.limited && type === 'int4' ? { limits: { min: 0 - index, max: 100 } } : {};
          return { name: `größe ${index}`, type, nullable, class: 'content', policy: 'ask', ...limits };
        }),
        { name: 'mark', type: 'text', nullable: true, class: 'content', policy: 'ask' },
        ...(parent === null
          ? []
          : [
              {
                name: 'parent',
                type: shapes[parent]?.key ?? 'uuid',
                nullable: true,
                class: 'content',
                policy: 'ask',
              } satisfies CatalogColumn,
            ]),
      ];
      return {
        name: `table ${place}`,
        kind: 'entity',
        key: ['Key'],
        keyAllocation: sequence ? 'server-sequence' : 'client',
        columns,
        foreignKeys:
          parent === null
            ? []
            : [{ columns: ['parent'], references: `table ${parent}`, soft: false, onDelete: shape.onDelete }],
        unique: shape.unique
          ? [
              {
                columns: ['mark'],
                amongLive: false,
                where: shape.onlyWhere && parent !== null ? [{ kind: 'null', column: 'parent' }] : [],
              },
            ]
          : [],
        naturalKeys: [],
        atomicGroups: [],
        softDelete: null,
        deletionDetails: [],
        timestamp: { column: 'changed at', maintainedBy: 'server' },
        label: ['Key'],
      };
    });
    return parseCatalog({
      id: 'any',
      version: 1,
      schema: `Any ${randomBytes(4).toString('hex')}`,
      scopeColumn: 'unit',
      tables,
    });
  });

describe('the catalog made from what stands on a server', () => {
  it.each([
    ['the classroom', classroomCatalog],
    ['every type', everyTypeCatalog],
  ])('is the one the tables were made from (%s), for a role that has no right on them', async (_name, catalog) => {
    const session = await owner();
    await migrate(session, { catalog, grantTo: [] });
    const found = await readTables(await nobody(session), catalog.schema);
    const inferred = inferCatalog(found).catalog ?? expect.fail('nothing was inferred');
    expect(serverTruth(inferred)).toEqual(serverTruth(catalog));
    expect(readCatalog(JSON.parse(JSON.stringify(inferred))).kind).toBe('catalog');
  });

  it('is the one the tables were made from, whatever they are', async () => {
    const session = await owner();
    await fc.assert(
      fc.asyncProperty(anyCatalog, async (catalog) => {
        await migrate(session, { catalog, grantTo: [] });
        const { catalog: inferred } = inferCatalog(await readTables(session, catalog.schema));
        expect(inferred === null ? null : serverTruth(inferred)).toEqual(serverTruth(catalog));
      }),
      { numRuns: 4 },
    );
  }, 120_000);

  it('leaves out by name what no catalog can say, and takes the rest', async () => {
    const session = await owner();
    const long = 'ü'.repeat(31);
    for (const sql of hostileSchema(long)) await session.query(sql);
    const found = await readTables(await nobody(session), 'Hostile "schema"');
    const { catalog, notes } = inferCatalog(found);
    const tables = new Map(catalog?.tables.map((table) => [table.name, table]));
    expect([...tables.keys()].toSorted()).toEqual(['Alles', 'audit log', 'child', 'parent', 'ring', long].toSorted());
    expect(catalog).toMatchObject({ id: 'inferred', schema: 'synced', scopeColumn: 'class_id' });
    expect(readCatalog(JSON.parse(JSON.stringify(catalog))).kind).toBe('catalog');
    const problems = notes.flatMap((note) =>
      note.kind === 'problem' ? [[note.table, note.column ?? note.detail, note.why].join('|')] : [],
    );
    expect(problems.toSorted()).toEqual(
      [
        'no key||no-key',
        'a"b||name-unusable',
        'alles||name-taken',
        'a view||not-a-table',
        'parts||partitioned',
        'parts_1||inherits',
        'plan||name-reserved',
        'by money|id|key-left-out',
        'by money|id|type-unsupported',
        'by money|id|column-required',
        'Alles|cost|type-unsupported',
        'Alles|stamp|type-unsupported',
        'Alles|xmax2"|name-unusable',
        'Alles|odd|check-left-out',
        'Alles|no overlap|exclusion-left-out',
        'Alles|lower_mark|unique-expression',
        'Alles|span|type-unsupported',
        'ring|next|reference-circle',
        'child|other|reference-not-key',
        'child|outside|type-unsupported',
        'child|maybe2, maybe|reference-action',
        'parent|Stamp changes|trigger-changes-rows',
      ].toSorted(),
    );
    expect(tables.get('Alles')?.columns.map(({ name }) => name)).toEqual([
      'Id',
      'Name',
      'name2',
      'age',
      'twice',
      'mark',
      'level',
      'blob',
      'seen_at',
    ]);
    expect(tables.get('Alles')).toMatchObject({
      keyAllocation: 'server-sequence',
      timestamp: { column: 'seen_at', maintainedBy: 'client' },
    });
    const limits = tables
      .get('Alles')
      ?.columns.flatMap(({ name, limits }) => (limits === undefined ? [] : [[name, limits]]));
    expect(limits).toEqual([
      ['age', { min: 0, max: 150 }],
      ['blob', { maxBytes: 1000 }],
    ]);
    expect(tables.get('Alles')?.unique).toEqual([
      { columns: ['mark'], amongLive: false, where: [{ kind: 'equals', column: 'level', value: 'high' }] },
    ]);
    expect(tables.get('audit log')).toMatchObject({ kind: 'append-only' });
    expect(tables.get('child')?.foreignKeys).toMatchObject([
      { columns: ['maybe', 'maybe2'], references: 'parent', onDelete: 'restrict' },
      { columns: ['one', 'two'], references: 'parent', onDelete: 'cascade' },
    ]);
    expect(catalog?.checks.map(({ name, sql }) => [name, sql])).toEqual([
      ['known level', `SELECT "Id" FROM "Alles" WHERE NOT ("level" IN ('high', 'it''s low'))`],
      ['named', `SELECT "Id" FROM "Alles" WHERE NOT ((length("Name") > 0) OR ("name2" IS NOT NULL))`],
    ]);
  });

  it('is none where there is no schema or nothing in it', async () => {
    const session = await owner();
    await expect(readTables(session, 'no such schema')).rejects.toMatchObject({ code: 'not-found' });
    await session.query('CREATE SCHEMA empty');
    expect(inferCatalog(await readTables(session, 'empty')).catalog).toBeNull();
  });
});

/** A schema with about everything a catalog has no word for. */
function hostileSchema(long: string): readonly string[] {
  const name = '"Hostile ""schema"""';
  return [
    `CREATE SCHEMA ${name}`,
    `SET search_path = ${name}`,
    `CREATE TABLE "no key" (a int4)`,
    `CREATE TABLE "a""b" (id int4 PRIMARY KEY)`,
    `CREATE TABLE "Alles" (
  "Id" int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Name" text NOT NULL, name2 varchar, age int4 CHECK (age BETWEEN 0 AND 150),
  twice int4 GENERATED ALWAYS AS (age * 2) STORED, cost money, stamp timestamptz(3), "xmax2""" text, mark text,
  level text NOT NULL DEFAULT 'low', blob bytea CHECK (octet_length(blob) <= 1000), span int4range, seen_at timestamptz,
  CONSTRAINT odd CHECK (age % 2 = 0), CONSTRAINT named CHECK (char_length("Name") > 0 OR name2 IS NOT NULL),
  CONSTRAINT "known level" CHECK (level IN ('high', 'it''s low')), CONSTRAINT "no overlap" EXCLUDE USING gist (span WITH &&))`,
    `CREATE UNIQUE INDEX high_mark ON "Alles" (mark) INCLUDE ("Name") WHERE level = 'high'`,
    `CREATE UNIQUE INDEX lower_mark ON "Alles" (lower(mark))`,
    `CREATE TABLE "alles" (id int4 PRIMARY KEY)`,
    `CREATE VIEW "a view" AS SELECT 1 AS id`,
    `CREATE TABLE parts (id int4 PRIMARY KEY) PARTITION BY RANGE (id)`,
    `CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (9)`,
    `CREATE TABLE plan (id int4 PRIMARY KEY)`,
    `CREATE TABLE "by money" (id money PRIMARY KEY, a int4)`,
    `CREATE TABLE "${long}" (id uuid PRIMARY KEY, "${long}" text)`,
    `CREATE TABLE ring (id int4 PRIMARY KEY, next int4 REFERENCES ring)`,
    `CREATE TABLE parent (two text, one int4, word text UNIQUE, at timestamptz, PRIMARY KEY (one, two))`,
    `CREATE TABLE child (id uuid PRIMARY KEY, one int4, two text, other text REFERENCES parent (word), outside oid,
  maybe int4 NOT NULL, maybe2 text NOT NULL,
  CONSTRAINT "1" FOREIGN KEY (maybe2, maybe) REFERENCES parent (two, one) ON DELETE SET NULL,
  CONSTRAINT "2" FOREIGN KEY (two, one) REFERENCES parent (two, one) ON DELETE CASCADE)`,
    `CREATE TABLE "audit log" (id uuid PRIMARY KEY, text text, recorded_at timestamptz NOT NULL DEFAULT now())`,
    `CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'`,
    `CREATE TRIGGER "Stamp changes" BEFORE UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION stamp()`,
  ];
}
