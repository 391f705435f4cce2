/*
 * The vocabulary of the sync engine: every type of a plan, in one file.
 * Rows are canonical text by column name; `null` in a cell is SQL NULL.
 */

/** One value in canonical text (see `shared/catalog/value.ts`), or SQL NULL. */
export type Cell = string | null;

/** All content columns of a row, keys included, by name. */
export type Row = Readonly<Record<string, Cell>>;

/** A row as one of the trees has it: present, known to be absent (`null`). */
export type TreeRow = Row | null;

/** The three trees at one key. `base` is `undefined` when both sides never agreed on anything there (first contact); `null` is an agreed deletion. */
export interface Trees {
  readonly base: TreeRow | undefined;
  readonly local: TreeRow;
  readonly server: TreeRow;
}

/** What a line of the preview is. */
export type ChangeKind = 'add' | 'update' | 'delete' | 'conflict';
/** Which side would be written: `up` the server, `down` this PC. */
export type Direction = 'up' | 'down' | 'both';
/** What each side did, when no rule settles it. */
export type ConflictKind =
  | 'both-updated'
  | 'both-added'
  | 'updated-here-deleted-there'
  | 'deleted-here-updated-there'
  | 'same-identity'
  | 'parent-deleted'
  | 'integrity';

/** One column of a listed row. `result` is null while undecided or when the value is NULL; `decided` tells which. */
export interface FieldDiff {
  readonly name: string;
  readonly base: Cell;
  readonly local: Cell;
  readonly server: Cell;
  readonly result: Cell;
  readonly decided: boolean;
  readonly clash: boolean;
}

/** What a person decided for a row. `skip` is "decide later". */
export type ChoiceKind = 'local' | 'server' | 'merge' | 'both' | 'skip' | 'adopt' | 'rename';
/** The value a column takes in a merge: one side's, or a typed one. */
export type FieldChoice = 'local' | 'server' | { readonly value: Cell };
/** A decision for one row. With `merge` every clashing column is named in `fields`. */
export interface Choice {
  readonly choice: ChoiceKind;
  readonly fields?: Readonly<Record<string, FieldChoice>> | undefined;
  /** With `both`: key of this PC's version as a record of its own. Given with the choice, so that the same decision always makes the same record. */
  readonly newId?: string | undefined;
}

/** Why a side is recommended, as a code the page turns into words. */
export type RecommendReason =
  | 'newer'
  | 'restore-keeps-points'
  | 'policy-server'
  | 'policy-local'
  | 'integrity-local'
  | 'decided-before'
  | 'server-restored'
  | 'file-restored'
  | 'clock-unknown'
  | 'clocks-overlap';

/** When and by whom each tree's version was made; ISO 8601 UTC, device names. */
export interface RowOrigin {
  readonly baseAt: string | null;
  readonly localAt: string | null;
  readonly serverAt: string | null;
  readonly localBy: string | null;
  readonly serverBy: string | null;
}

/** The decision for one key by the per-key step: what the trees imply before any choice. */
export type RowOutcome =
  | { readonly kind: 'agreed'; readonly row: TreeRow }
  | {
      readonly kind: 'change';
      readonly change: Exclude<ChangeKind, 'conflict'>;
      readonly restored: boolean;
      readonly result: TreeRow;
      readonly fields: readonly FieldDiff[];
      /** Of a row the server lost after somebody deleted or restored it there: what it held then. */
      readonly gone?: TreeRow;
    }
  | {
      readonly kind: 'conflict';
      readonly conflict: ConflictKind;
      readonly fields: readonly FieldDiff[];
      readonly recommended: 'local' | 'server' | null;
      readonly reason: RecommendReason | null;
      /** Of a row the server lost: what it held then, which stands for the server's version. */
      readonly gone?: TreeRow;
    };

/** What was known of a row beside its versions before a run wrote it: whose changes they are, and what was asked about it. Taking the run back restores it. */
export interface KnownBefore {
  /** When both sides last agreed on it. */
  readonly base: string | null;
  /** Who changed the server's version, and when in its time (`from` … `at`); null where the server had changed nothing. */
  readonly server: { readonly by: string | null; readonly at: string | null; readonly from: string | null } | null;
  /** When it was last changed here, by which clock; null where nothing was. */
  readonly local: {
    readonly at: string;
    readonly monotonicMs: number | null;
    readonly bootId: string | null;
    /** The change lay unsent in a copied file, and was asked about. */
    readonly copied?: boolean;
  } | null;
  /** The question about its deletion that was open: which deleted version, and how many new children it had not seen. */
  readonly question: { readonly deleted: TreeRow; readonly children: number } | null;
}

/** One listed row of a plan. Everything needed to decide, to apply and to notice that the world has moved. */
export interface PlanRow {
  readonly table: string;
  /** Canonical JSON array of the key cells, the row's address everywhere. */
  readonly pk: string;
  readonly label: string;
  readonly kind: ChangeKind;
  readonly conflict: ConflictKind | null;
  readonly restored: boolean;
  readonly trees: Trees;
  /** `undefined` while a conflict is undecided. */
  readonly result: TreeRow | undefined;
  readonly fields: readonly FieldDiff[];
  readonly origin: RowOrigin;
  readonly recommended: 'local' | 'server' | null;
  readonly reason: RecommendReason | null;
  /** Server version the plan was made on; `null` where the server has no journal row. */
  readonly serverVer: string | null;
  /** On a `same-identity` conflict: the row as it would be but for the value two records claim. */
  readonly intended?: TreeRow;
  /** On a conflict about a row the server lost, or one that somebody deleted or restored there before: what it held then. "The server's" is this version; nothing of the row is there. */
  readonly gone?: TreeRow;
  /** Which side was edited later, where both clocks can tell; for "newer wins". */
  readonly newer?: 'local' | 'server' | null;
  /** In a list that takes a run back, or takes everything from the server: the three versions as they will be. `result` is what is written. */
  readonly target?: Trees;
  /** In a list that takes a run back: what is known of the row again. */
  readonly restores?: KnownBefore;
  /** On a `parent-deleted` conflict: how many new children the other side has ("3 new points"). */
  readonly newChildren?: number;
  /** Place of the row that speaks for a group which goes as a whole: a deletion and everything deleted with it. The row itself where it speaks. */
  readonly group?: number;
  /** On a `same-identity` conflict: key of the record of the same table that comes from the server with the same value. */
  readonly rival?: string;
  /** On a `same-identity` conflict: the columns that hold what two records claim. */
  readonly claimed?: readonly string[];
  /** Names of records that look like the same thing as this one: equal but for case, spaces around or the form of letters. */
  readonly alike?: readonly string[];
}

/** Why a row stays out of a run. */
export type LeftReason =
  | 'undecided'
  | 'unticked'
  | 'taken-back'
  | 'skipped'
  | 'blocked'
  | 'direction'
  | 'edited-meanwhile'
  | 'new-child'
  | 'already-there'
  | 'refused'
  | 'parent-lost'
  | 'server-rule'
  | 'sync-only'
  | 'value-taken'
  | 'value-held'
  | 'check'
  | 'guard'
  | 'changed-since'
  | 'no-inverse'
  | 'stays-void'
  | 'erasure-waits'
  | 'erasure-refused'
  | 'joined'
  | 'erased';

/** A write a run will make: the row's two ends and its direction. */
export interface Effect {
  readonly table: string;
  readonly pk: string;
  readonly up: boolean;
  readonly down: boolean;
  readonly trees: Trees;
  readonly result: TreeRow;
  readonly serverVer: string | null;
  /** The three versions as they will be, where that does not follow from the result. */
  readonly target?: Trees;
  /** What is known of the row again, where a run is taken back. */
  readonly restores?: KnownBefore;
}

/** A row that stays out, with the reason and the row it waits for. */
export interface LeftRow {
  readonly table: string;
  readonly pk: string;
  readonly label: string;
  readonly reason: LeftReason;
  readonly blockedBy: string | null;
}

/** Counts of one direction. */
export interface KindCounts {
  readonly add: number;
  /** Of `add`, records that were there before and were brought back; left out where there are none. */
  readonly restored?: number | undefined;
  readonly update: number;
  readonly delete: number;
}
