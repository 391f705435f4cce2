import type {
  Catalog,
  CatalogColumn,
  CatalogForeignKey,
  CatalogTable,
  OnDelete,
  TableKind,
} from '../../shared/catalog/catalog.ts';

/** An id that ends in these hexadecimal digits. */
export function idOf(end: string): string {
  return `00000000-0000-7000-8000-${end.padStart(12, '0')}`;
}

/** A column of text that may be empty. */
export function text(name: string, change: Partial<CatalogColumn> = {}): CatalogColumn {
  return { name, type: 'text', nullable: true, class: 'content', policy: 'ask', ...change };
}

/** A reference by one column. */
export function pointer(
  column: string,
  references: string,
  onDelete: OnDelete = 'restrict',
  soft = false,
): CatalogForeignKey {
  return { columns: [column], references, soft, onDelete };
}

/** A table with the key `id`. */
export function smallTable(name: string, kind: TableKind, change: Partial<CatalogTable> = {}): CatalogTable {
  return {
    name,
    kind,
    key: ['id'],
    keyAllocation: 'client',
    columns: [text('id', { type: 'uuid', nullable: false }), text('value')],
    foreignKeys: [],
    unique: [],
    naturalKeys: [],
    atomicGroups: [],
    softDelete: null,
    deletionDetails: [],
    timestamp: { column: 'updated_at', maintainedBy: 'server' },
    label: ['id'],
    ...change,
  };
}

/** The table that says which key was taken over by which. */
export const aliasTable = smallTable('alias', 'append-only', {
  key: ['tbl', 'old_id'],
  columns: ['tbl', 'old_id', 'new_id'].map((name) => text(name, { nullable: false })),
});

/** A catalog of some tables, parents first. */
export function smallCatalog(tables: readonly CatalogTable[], alias = false): Catalog {
  return {
    id: 'small',
    version: 1,
    schema: 'small',
    scopeColumn: 'scope_id',
    tables: alias ? [...tables, aliasTable] : tables,
    checks: [],
    roles: { alias: alias ? 'alias' : null, erasure: null, members: null },
  };
}
