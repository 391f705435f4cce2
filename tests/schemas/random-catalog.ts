import {
  type Catalog,
  type CatalogColumn,
  type CatalogForeignKey,
  type CatalogTable,
  type CatalogUnique,
  type OnDelete,
  type TableKind,
} from '../../shared/catalog/catalog.ts';
import { readCatalog } from '../../shared/catalog/parse-catalog.ts';
import { pick, type Random } from '../simulation/random.ts';

const names = ['place', 'Order', 'two words', 'it"s'] as const;

function column(name: string, type: CatalogColumn['type'], more: Partial<CatalogColumn> = {}): CatalogColumn {
  return { name, type, nullable: true, class: 'content', policy: 'ask', ...more };
}

function oneOf<T>(next: Random, items: readonly T[]): T {
  const found = pick(next, items);
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
}

/**
 * A catalog nobody has thought of: two to four tables of any kind, pointing at earlier ones or at themselves with any meaning, with values only one row may
 * have (of one column or two, among all rows, the living ones or those a condition keeps), policies, columns that travel together and rows that are hidden.
 */
export function randomCatalog(next: Random, schema: string): Catalog {
  for (;;) {
    const tables: CatalogTable[] = [];
    for (const name of names.slice(0, 2 + next(3))) tables.push(randomTable(next, name, tables));
    const catalog: Catalog = {
      id: `random-${schema}`,
      version: 1,
      schema,
      scopeColumn: 'class_id',
      tables,
      checks: [],
      roles: { alias: null, erasure: null, members: null },
    };
    // Not everything that is drawn is a catalog: what it must not be is checked where catalogs are read.
    if (readCatalog(catalog).kind === 'catalog') return catalog;
  }
}

function randomTable(next: Random, name: string, earlier: readonly CatalogTable[]): CatalogTable {
  const kind =
    earlier.length === 0 ? 'entity' : oneOf<TableKind>(next, ['entity', 'entity', 'entity', 'append-only', 'set']);
  const soft = kind === 'entity' && next(3) === 0;
  const pointers = randomPointers(next, name, kind, earlier);
  const base = {
    name,
    kind,
    keyAllocation: 'client',
    deletionDetails: [],
    timestamp: { column: 'updated_at', maintainedBy: 'server' },
  } as const;
  if (kind === 'set') {
    const columns = [
      ...pointers.columns.map((each) => ({ ...each, nullable: false })),
      column('topic', 'text', { nullable: false }),
    ];
    const key = columns.map((each) => each.name);
    return {
      ...base,
      key,
      columns,
      foreignKeys: pointers.keys,
      unique: [],
      naturalKeys: [],
      atomicGroups: [],
      softDelete: null,
      label: key,
    };
  }
  const policy = oneOf(next, ['ask', 'ask', 'newest', 'server', 'local'] as const);
  return {
    ...base,
    key: ['id'],
    columns: [
      column('id', 'uuid', { nullable: false }),
      column('word', 'text', { policy }),
      column('code', oneOf(next, ['int4', 'text'])),
      column('flag', 'text'),
      ...(kind === 'entity' ? [column('count', 'int8', { policy: 'counter', nullable: false })] : []),
      ...pointers.columns,
      ...(soft ? [column('hidden_at', 'timestamptz')] : []),
    ],
    foreignKeys: pointers.keys,
    unique: kind === 'append-only' ? [] : randomUnique(next, soft, pointers.columns),
    naturalKeys: kind === 'entity' && next(5) === 0 ? [['word']] : [],
    atomicGroups: next(4) === 0 ? [['word', 'flag']] : [],
    softDelete: soft ? 'hidden_at' : null,
    label: ['word', 'id'],
  };
}

interface Pointers {
  readonly columns: readonly CatalogColumn[];
  readonly keys: readonly CatalogForeignKey[];
}

function randomPointers(next: Random, own: string, kind: TableKind, earlier: readonly CatalogTable[]): Pointers {
  const targets = earlier.filter((table) => table.key.length === 1).map((table) => table.name);
  const columns: CatalogColumn[] = [];
  const keys: CatalogForeignKey[] = [];
  for (let count = kind === 'set' ? 1 : next(3); count > 0; count -= 1) {
    const self = kind === 'entity' && next(6) === 0;
    const references = self ? own : pick(next, targets);
    if (references === undefined) continue;
    const name = `to_${count}`;
    const onDelete = self ? 'set-null' : oneOf<OnDelete>(next, ['restrict', 'cascade', 'set-null']);
    const soft = !self && kind !== 'set' && next(5) === 0;
    columns.push(column(name, 'uuid', { nullable: onDelete === 'set-null' || soft || next(2) === 0 }));
    keys.push({ columns: [name], references, soft, onDelete });
  }
  return { columns, keys };
}

function randomUnique(next: Random, soft: boolean, pointers: readonly CatalogColumn[]): readonly CatalogUnique[] {
  const unique: CatalogUnique[] = [];
  const other = pointers[0]?.name ?? 'flag';
  for (let count = next(3); count > 0; count -= 1)
    unique.push({
      columns: unique.length === 0 ? oneOf(next, [['code'], ['code', other], ['code', 'flag']]) : ['word'],
      amongLive: soft && next(3) > 0,
      where: oneOf(next, [
        [],
        [],
        [{ kind: 'null', column: 'flag' }],
        [{ kind: 'equals', column: 'flag', value: 'a' }],
      ]),
    });
  return unique;
}
