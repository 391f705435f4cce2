/** What can be wrong with a catalog, each with one thing to do about it (texts `catalog.problem` of the command line). */
const catalogReasons = [
  'shape',
  'identifier',
  'name-taken',
  'name-reserved',
  'column-unknown',
  'table-unknown',
  'not-content',
  'key-empty',
  'key-nullable',
  'key-type',
  'key-sequence',
  'type-detail',
  'limits',
  'policy-type',
  'must-be-nullable',
  'kind',
  'soft-delete',
  'reference-columns',
  'reference-type',
  'reference-action',
  'cycle',
  'unique-type',
  'unique-not-movable',
  'condition-value',
  'group',
  'timestamp',
  'check-sql',
  'role',
] as const;

/** Why a catalog cannot be used. */
export type CatalogReason = (typeof catalogReasons)[number];

/** One thing that is wrong, and where. */
export interface CatalogProblem {
  readonly reason: CatalogReason;
  readonly table: string | null;
  readonly column: string | null;
  /** The name, value or place it is about, shortened. */
  readonly detail: string | null;
}

/** A problem with what it is about shortened: a hostile catalog must not fill a screen. */
export function catalogProblem(
  reason: CatalogReason,
  at: { readonly table?: string; readonly column?: string; readonly detail?: string } = {},
): CatalogProblem {
  const short = (text: string | undefined): string | null =>
    text === undefined ? null : text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return { reason, table: short(at.table), column: short(at.column), detail: short(at.detail) };
}
