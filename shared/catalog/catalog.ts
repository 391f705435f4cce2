/**
 * PostgreSQL types a catalog column may have. Every value travels as canonical text (see `value.ts`).
 * `char` and `varchar` need a `length`, `enum` needs its labels; `x[]` is an array of one dimension.
 */
export type ColumnType = SimpleType | ArrayType | 'char' | 'varchar' | 'enum' | 'json' | 'jsonb';

/** Types that need nothing said beside their name, and of which there are arrays. */
export type SimpleType =
  | 'uuid'
  | 'text'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'float4'
  | 'float8'
  | 'numeric'
  | 'bool'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'inet'
  | 'bytea';

/** An array of one dimension, counted from 1. */
export type ArrayType = `${SimpleType}[]`;

/** Whether a column is compared and synced. `server-managed`, `derived`, `sensitive` and `ignored` are never compared. */
export type ColumnClass = 'content' | 'server-managed' | 'generated' | 'derived' | 'sensitive' | 'ignored';

/** What settles a clash in a column: a person, the later edit, one side, addition of both changes, or the larger value. */
export type ColumnPolicy = 'ask' | 'newest' | 'server' | 'local' | 'counter' | 'max';

/** How rows of a table live: merged by column, only ever inserted, membership, key/value, or never synced. */
export type TableKind = 'entity' | 'append-only' | 'set' | 'register' | 'derived' | 'local';

/** What a value may be beyond its type: bounds of a number, size of bytes, characters (code points) of a text. */
export interface ColumnLimits {
  readonly min?: number;
  readonly max?: number;
  readonly maxBytes?: number;
  readonly maxChars?: number;
}

/** A type of the server with a fixed list of words, made in the schema of the catalog. Columns naming the same type have the same labels. */
export interface EnumType {
  readonly name: string;
  readonly labels: readonly string[];
}

/** What a text is: it is held to the same rule wherever it is typed, and one of a server that is too long or shows nothing is not taken. */
export type TextRule = 'name' | 'number' | 'note' | 'text' | 'category' | 'color';

/** One column of a catalog table. */
export interface CatalogColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly class: ColumnClass;
  readonly policy: ColumnPolicy;
  readonly limits?: ColumnLimits;
  /** Characters a `char` or `varchar` holds at most. */
  readonly length?: number;
  /** Digits of a `numeric` in all and after the point; without it any number is held as it is. */
  readonly digits?: { readonly precision: number; readonly scale: number };
  /** The rule of a text people may type for it, as in a form. */
  readonly rule?: TextRule;
  /** The words an `enum` may be. */
  readonly enum?: EnumType;
}

/** What the deletion of a row means for the rows that point at it: it waits until they are gone, takes them along, or lets them point at nothing. */
export type OnDelete = 'restrict' | 'cascade' | 'set-null';

/**
 * A reference to the key of another table of the catalog. `soft` references have no constraint: a missing target counts as none, and `onDelete` says nothing.
 * No side carries out `onDelete` by itself unseen: what it means is rows of a plan.
 */
export interface CatalogForeignKey {
  readonly columns: readonly string[];
  readonly references: string;
  readonly soft: boolean;
  readonly onDelete: OnDelete;
}

/** A condition on one column of a row. `value` is canonical text. */
export type ColumnCondition =
  | { readonly kind: 'null'; readonly column: string }
  | { readonly kind: 'equals'; readonly column: string; readonly value: string };

/** Columns whose values may occur once among the rows the predicate keeps. A row with NULL in one of them claims nothing. */
export interface CatalogUnique {
  readonly columns: readonly string[];
  /** Only rows whose soft-delete column is null count. */
  readonly amongLive: boolean;
  /** Only rows that fulfil all of these count. */
  readonly where: readonly ColumnCondition[];
}

/** The column that says when the server last saw a row change. `server`: a trigger of ours keeps it; `client`: whoever writes, and it is content. */
export interface TimestampColumn {
  readonly column: string;
  readonly maintainedBy: 'server' | 'client';
}

/** Who gives new rows their key: the device that makes them (random ids, names), or a sequence of the server, which is raised to every key that arrives. */
export type KeyAllocation = 'client' | 'server-sequence';

/**
 * How an entry that is only ever added is taken back: a row of `table`, with a random id as its key, whose `column` names the entry. `at` says when and `device`
 * on which device; its other columns may be null.
 */
export interface VoidedBy {
  readonly table: string;
  readonly column: string;
  readonly at: string;
  readonly device: string | null;
}

/** One table that syncs. Tables stand in topological order: a parent before its children. */
export interface CatalogTable {
  readonly name: string;
  readonly kind: TableKind;
  readonly key: readonly string[];
  readonly keyAllocation: KeyAllocation;
  readonly columns: readonly CatalogColumn[];
  readonly foreignKeys: readonly CatalogForeignKey[];
  readonly unique: readonly CatalogUnique[];
  /** Lists of columns that name one thing of the world: two living rows with equal values there are the same thing with two keys. */
  readonly naturalKeys: readonly (readonly string[])[];
  /** Lists of columns whose values only make sense together: a merge takes all of one side. */
  readonly atomicGroups: readonly (readonly string[])[];
  /** Column whose being set means "deleted": the row stays and can be restored. */
  readonly softDelete: string | null;
  /** Columns that say more about a deletion, by whom for example; they belong to the soft-delete column. */
  readonly deletionDetails: readonly string[];
  readonly timestamp: TimestampColumn;
  /** Of a table whose rows are only ever added: what takes one back. */
  readonly voidedBy?: VoidedBy;
  /** Columns that name a row to people, best first. */
  readonly label: readonly string[];
}

/**
 * A rule over the rows a side would have after a run. `sql` is one SELECT over the tables here whose rows are the ones that break the rule, by the key columns of
 * `table`; no row, no fault. It is part of the program like a migration, never taken from a server, and only reads.
 */
export interface CatalogCheck {
  readonly name: string;
  readonly level: 'block' | 'warn';
  /** The table whose keys the statement gives. */
  readonly table: string;
  /** The tables it reads: it is only asked when a run touches one of them. */
  readonly reads: readonly string[];
  readonly sql: string;
}

/** Tables that mean something to the engine itself, by name; null where a catalog has none. */
export interface CatalogRoles {
  /** Says which key another one was merged into: columns `tbl`, `old_id`, `new_id`. */
  readonly alias: string | null;
  /** Names records that are to be removed everywhere and for good. */
  readonly erasure: string | null;
  /** Whose living rows say how large a class is. */
  readonly members: string | null;
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
  readonly checks: readonly CatalogCheck[];
  readonly roles: CatalogRoles;
}

/** The table of that name; throws when the catalog has none, because callers only pass names taken from the catalog or checked before. */
export function tableOf(catalog: Catalog, name: string): CatalogTable {
  const found = catalog.tables.find((table) => table.name === name);
  if (found === undefined) throw new Error(`no table ${name} in catalog ${catalog.id}`);
  return found;
}

/** The column of that name; throws when the table has none, because callers only pass names taken from the catalog or checked before. */
export function columnNamed(table: CatalogTable, name: string): CatalogColumn {
  const found = table.columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`no column ${name} in ${table.name}`);
  return found;
}

const syncedOf = new WeakMap<Catalog, readonly CatalogTable[]>();

/** The tables that go to a server, parents before children: all but those that are only ever held here. */
export function syncedTables(catalog: Catalog): readonly CatalogTable[] {
  let found = syncedOf.get(catalog);
  if (found === undefined)
    syncedOf.set(
      catalog,
      (found = catalog.tables.filter((table) => table.kind !== 'derived' && table.kind !== 'local')),
    );
  return found;
}

const contentOf = new WeakMap<CatalogTable, readonly CatalogColumn[]>();

/** The columns that are compared and travel, keys included, in catalog order. Found once per table: every row compared asks for them. */
export function contentColumns(table: CatalogTable): readonly CatalogColumn[] {
  let found = contentOf.get(table);
  if (found === undefined) contentOf.set(table, (found = table.columns.filter((column) => column.class === 'content')));
  return found;
}
