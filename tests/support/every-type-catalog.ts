import type {
  Catalog,
  CatalogColumn,
  CatalogForeignKey,
  CatalogTable,
  ColumnType,
  OnDelete,
  TableKind,
} from '../../shared/catalog/catalog.ts';
import { simpleTypes } from './cell-arbitraries.ts';

function column(name: string, type: ColumnType, more: Partial<CatalogColumn> = {}): CatalogColumn {
  return { name, type, nullable: false, class: 'content', policy: 'ask', ...more };
}

function table(
  name: string,
  kind: TableKind,
  key: readonly string[],
  columns: readonly CatalogColumn[],
  more: Partial<CatalogTable> = {},
): CatalogTable {
  return {
    name,
    kind,
    key,
    keyAllocation: 'client',
    columns,
    foreignKeys: [],
    unique: [],
    naturalKeys: [],
    atomicGroups: [],
    softDelete: null,
    deletionDetails: [],
    timestamp: { column: 'changed_at', maintainedBy: 'server' },
    label: key,
    ...more,
  };
}

const orNull = { nullable: true } as const;
const to = (name: string, references: string, onDelete: OnDelete, soft = false): CatalogForeignKey => ({
  columns: [name],
  references,
  soft,
  onDelete,
});
const mood = { name: 'mood', labels: ['sad', 'ok', 'it\'s "fine"'] } as const;

/** A table with a column of every type: each may be NULL. */
const everyType = table(
  'every type',
  'entity',
  ['id'],
  [
    column('id', 'int4'),
    ...simpleTypes.flatMap((type) => [column(`a_${type}`, type, orNull), column(`list_${type}`, `${type}[]`, orNull)]),
    column('a_char', 'char', { ...orNull, length: 8 }),
    column('a_varchar', 'varchar', { ...orNull, length: 20 }),
    column('a_money', 'numeric', { ...orNull, digits: { precision: 10, scale: 2 } }),
    column('a_share', 'float8', { ...orNull, limits: { min: 0, max: 1 } }),
    column('a_mood', 'enum', { ...orNull, enum: mood }),
    column('a_json', 'json', orNull),
    column('a_jsonb', 'jsonb', orNull),
  ],
);

/**
 * A catalog that has nothing in common with a classroom and everything a catalog can have: each column type, each kind of table and key, foreign keys of every
 * meaning, unique rules with predicates, columns that travel together, counters, and names that need quotes.
 */
export const everyTypeCatalog: Catalog = {
  id: 'every-type',
  version: 1,
  schema: 'Registry test',
  scopeColumn: 'unit',
  tables: [
    table(
      'place',
      'entity',
      ['code'],
      [
        column('code', 'text'),
        column('name', 'varchar', { length: 40, policy: 'newest' }),
        column('closed_on', 'timestamptz', orNull),
        column('closed_by', 'text', { ...orNull, policy: 'newest' }),
      ],
      { softDelete: 'closed_on', deletionDetails: ['closed_by'], label: ['name', 'code'] },
    ),
    table(
      'person',
      'entity',
      ['id'],
      [
        column('id', 'uuid'),
        column('name', 'text'),
        column('badge', 'int4', orNull),
        column('mail', 'text', orNull),
        column('mail_kind', 'enum', { enum: { name: 'mail kind', labels: ['main', 'other'] } }),
        column('left_on', 'date', orNull),
        column('place_code', 'text', { ...orNull, policy: 'newest' }),
        column('lat', 'float8', { ...orNull, policy: 'newest' }),
        column('lon', 'float8', { ...orNull, policy: 'newest' }),
        column('visits', 'int8', { policy: 'counter' }),
        column('best', 'int2', { ...orNull, policy: 'max' }),
        column('office', 'text', { ...orNull, policy: 'server' }),
        column('nickname', 'text', { ...orNull, policy: 'local' }),
        column('cached', 'text', { ...orNull, class: 'derived' }),
      ],
      {
        foreignKeys: [to('place_code', 'place', 'set-null')],
        unique: [
          { columns: ['badge'], amongLive: false, where: [{ kind: 'null', column: 'left_on' }] },
          { columns: ['mail'], amongLive: false, where: [{ kind: 'equals', column: 'mail_kind', value: 'main' }] },
        ],
        naturalKeys: [['badge']],
        atomicGroups: [['lat', 'lon']],
        label: ['name', 'badge'],
      },
    ),
    table(
      'ticket',
      'entity',
      ['number'],
      [column('number', 'int8'), column('person_id', 'uuid'), column('title', 'text', { policy: 'newest' })],
      { keyAllocation: 'server-sequence', foreignKeys: [to('person_id', 'person', 'cascade')], label: ['title'] },
    ),
    table(
      'reading',
      'append-only',
      ['sensor', 'day'],
      [
        column('sensor', 'char', { length: 6 }),
        column('day', 'date'),
        column('value', 'numeric', { digits: { precision: 12, scale: 3 } }),
        column('place_code', 'text'),
      ],
      { foreignKeys: [to('place_code', 'place', 'restrict', true)] },
    ),
    table(
      'membership',
      'set',
      ['person_id', 'topic'],
      [column('person_id', 'uuid'), column('topic', 'varchar', { length: 20 })],
      { foreignKeys: [to('person_id', 'person', 'cascade')], label: ['topic'] },
    ),
    table('setting', 'register', ['key'], [column('key', 'text'), column('value', 'jsonb', { policy: 'newest' })]),
    everyType,
    table(
      'posting',
      'entity',
      ['id'],
      [column('id', 'int2'), column('text', 'text'), column('said_at', 'timestamptz')],
      { timestamp: { column: 'said_at', maintainedBy: 'client' } },
    ),
    table('note', 'local', ['id'], [column('id', 'uuid'), column('text', 'text')]),
  ],
  checks: [
    {
      name: 'visits-below-zero',
      level: 'block',
      table: 'person',
      reads: ['person'],
      sql: 'SELECT id FROM person WHERE visits < 0',
    },
    {
      name: 'nobody-there',
      level: 'warn',
      table: 'place',
      reads: ['person', 'place'],
      sql: 'SELECT code FROM place WHERE code NOT IN (SELECT place_code FROM person WHERE place_code IS NOT NULL)',
    },
  ],
  roles: { alias: null, erasure: null, members: 'person' },
};
