/** PostgreSQL types a catalog column may have. Every value travels as canonical text (see `value.ts`). */
export type ColumnType = 'uuid' | 'text' | 'int4' | 'int8' | 'numeric' | 'bool' | 'timestamptz' | 'jsonb' | 'bytea';

/** Whether a column is compared and synced. `server-managed`, `derived`, `sensitive` and `ignored` are never compared. */
export type ColumnClass = 'content' | 'server-managed' | 'generated' | 'derived' | 'sensitive' | 'ignored';

/** What settles a clash in a column: a person, the later edit, one side, addition of both changes, or the larger value. */
export type ColumnPolicy = 'ask' | 'newest' | 'server' | 'local' | 'counter' | 'max';

/** How rows of a table live: merged by column, only ever inserted, membership, key/value, or never synced. */
export type TableKind = 'entity' | 'append-only' | 'set' | 'register' | 'derived' | 'local';

/** What a value may be beyond its type: bounds of a number, size of bytes. */
export interface ColumnLimits {
  readonly min?: number;
  readonly maxBytes?: number;
}

/** One column of a catalog table. */
export interface CatalogColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly class: ColumnClass;
  readonly policy: ColumnPolicy;
  readonly limits?: ColumnLimits;
}

/** A reference to another table of the catalog. `soft` references have no constraint: a missing target counts as none. */
export interface CatalogForeignKey {
  readonly columns: readonly string[];
  readonly references: string;
  readonly soft: boolean;
}

/** Columns whose values may occur once among the rows the predicate keeps. */
export interface CatalogUnique {
  readonly columns: readonly string[];
  /** Only rows whose soft-delete column is null count. */
  readonly amongLive: boolean;
}

/** One table that syncs. Tables stand in topological order: a parent before its children. */
export interface CatalogTable {
  readonly name: string;
  readonly kind: TableKind;
  readonly key: readonly string[];
  readonly columns: readonly CatalogColumn[];
  readonly foreignKeys: readonly CatalogForeignKey[];
  readonly unique: readonly CatalogUnique[];
  /** Column whose being set means "deleted": the row stays and can be restored. */
  readonly softDelete: string | null;
  /** Columns that name a row to people, best first. */
  readonly label: readonly string[];
}

/** The description of the tables that sync. */
export interface Catalog {
  readonly id: string;
  readonly version: number;
  /** PostgreSQL schema of the managed tables. */
  readonly schema: string;
  /** Column the server adds as the first of every key; locally it is a constant. */
  readonly scopeColumn: string;
  readonly tables: readonly CatalogTable[];
}

/** The table of that name; throws when the catalog has none, because callers only pass names taken from the catalog or checked before. */
export function tableOf(catalog: Catalog, name: string): CatalogTable {
  const found = catalog.tables.find((table) => table.name === name);
  if (found === undefined) throw new Error(`no table ${name} in catalog ${catalog.id}`);
  return found;
}

const contentOf = new WeakMap<CatalogTable, readonly CatalogColumn[]>();

/** The columns that are compared and travel, keys included, in catalog order. Found once per table: every row compared asks for them. */
export function contentColumns(table: CatalogTable): readonly CatalogColumn[] {
  let found = contentOf.get(table);
  if (found === undefined) contentOf.set(table, (found = table.columns.filter((column) => column.class === 'content')));
  return found;
}
