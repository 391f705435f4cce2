/** A column of somebody's table as the server describes it. */
export interface FoundTableColumn {
  readonly name: string;
  /** As `format_type` prints it without a search path, for example `character varying(20)`. */
  readonly type: string;
  /** The words of an enum, where it stands and its name; null for every other type. */
  readonly enum: { readonly schema: string; readonly name: string; readonly labels: readonly string[] } | null;
  readonly nullable: boolean;
  /** The expression of its default, as the server prints it. */
  readonly default: string | null;
  readonly identity: boolean;
  /** Worked out by the server from other columns. */
  readonly generated: boolean;
}

/** A reference of somebody's table. `onDelete` is the server's letter: a nothing, r restrict, c cascade, n set null, d set default. */
export interface FoundForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly schema: string;
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: string;
}

/** A unique index that is not the primary key's. A null among the columns is an expression. */
export interface FoundUnique {
  readonly name: string;
  readonly columns: readonly (string | null)[];
  readonly predicate: string | null;
  readonly nullsAreEqual: boolean;
}

/** A relation of somebody's schema. `kind` is the server's letter: r table, p partitioned table, v view, m materialized view, f foreign table. */
export interface FoundTable {
  readonly name: string;
  readonly kind: string;
  /** Part of a partitioned table, or joined to another table by inheritance. */
  readonly inherits: boolean;
  readonly key: readonly string[];
  readonly columns: readonly FoundTableColumn[];
  readonly foreignKeys: readonly FoundForeignKey[];
  readonly unique: readonly FoundUnique[];
  readonly checks: readonly { readonly name: string; readonly expression: string }[];
  /** Names of rules that have no counterpart at all: exclusion constraints. */
  readonly exclusions: readonly string[];
  /** Whether some role may add rows, and whether any may change or remove them, the owner aside. */
  readonly grants: { readonly insert: boolean; readonly update: boolean };
  /** Names of triggers that may change a row before it is written. */
  readonly rowTriggers: readonly string[];
}

/** What a schema holds, for making a catalog of it. */
export interface FoundTables {
  readonly schema: string;
  readonly encoding: string;
  readonly tables: readonly FoundTable[];
}
