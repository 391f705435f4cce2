import { tableOf, type Catalog } from '../../../shared/catalog/catalog.ts';
import { fieldDiffs } from '../../../shared/sync/merge.ts';
import { askedTrees } from '../../../shared/sync/resolve.ts';
import type {
  ChangeKind,
  ConflictKind,
  FieldDiff,
  PlanRow,
  RowOrigin,
  TreeRow,
  Trees,
} from '../../../shared/sync/plan.ts';
import { readStored } from '../read-stored.ts';

/** A row of a plan as its table holds it: what lists need as columns, the rest as text. */
export interface RawPlanRow {
  readonly tbl: string;
  readonly pk: string;
  readonly label: string;
  readonly kind: ChangeKind;
  readonly conflict: ConflictKind | null;
  readonly row: string;
}

type Rest = Omit<PlanRow, 'table' | 'pk' | 'label' | 'kind' | 'conflict' | 'result' | 'fields'>;

/** What nearly every row says, and what is therefore not written. */
const usual = { restored: false, recommended: null, reason: null, newer: null, serverVer: null } as const;
const nobody: RowOrigin = { baseAt: null, localAt: null, serverAt: null, localBy: null, serverBy: null };

/** A result: one side's row by name where it is that one. */
export type PackedResult = 'local' | 'server' | { readonly is: TreeRow };

interface Packed extends Partial<Omit<Rest, 'trees' | 'origin'>> {
  readonly trees: Trees;
  readonly origin: Partial<RowOrigin>;
  /** Left out while a conflict is undecided. */
  readonly result?: PackedResult;
  /** Only of conflicts: those of a settled row follow from the three versions and the result. */
  readonly fields?: readonly FieldDiff[];
}

/** The text of a row without what its columns say and what can be worked out again: a large plan is a third of its size, and faster written. */
export function packPlanRow(planRow: PlanRow): string {
  const { table: _table, pk: _pk, label: _label, kind, conflict: _conflict, result, fields, ...rest } = planRow;
  const { restored, recommended, reason, newer, serverVer, origin, ...others } = rest;
  const packed: Packed = {
    ...others,
    ...without(usual, { restored, recommended, reason, newer, serverVer }),
    origin: without(nobody, origin),
    ...(result === undefined ? {} : { result: packResult(planRow.trees, result) }),
    ...(kind === 'conflict' ? { fields } : {}),
  };
  return JSON.stringify(packed);
}

/** What of an object is not as usual. */
function without<T extends object>(usually: Partial<T>, all: T): Partial<T> {
  const said: Partial<T> = {};
  for (const name of Object.keys(all) as (keyof T)[]) if (all[name] !== usually[name]) said[name] = all[name];
  return said;
}

/** A result without what the versions beside it say already. */
export function packResult(trees: Trees, result: TreeRow): PackedResult {
  if (result === trees.local) return 'local';
  return result === trees.server ? 'server' : { is: result };
}

/** The result again. */
export function unpackResult(trees: Trees, packed: PackedResult): TreeRow {
  return typeof packed === 'string' ? trees[packed] : packed.is;
}

/** The row again. */
export function unpackPlanRow(catalog: Catalog, raw: RawPlanRow): PlanRow {
  const { tbl: table, pk, label, kind, conflict } = raw;
  const { result: packed, fields, ...rest } = readStored(raw.row) as Packed;
  const { trees } = rest;
  const result = packed === undefined ? undefined : unpackResult(trees, packed);
  return {
    ...usual,
    ...rest,
    origin: { ...nobody, ...rest.origin },
    table,
    pk,
    label,
    kind,
    conflict,
    result,
    fields: fields ?? fieldDiffs(tableOf(catalog, table), askedTrees(rest), result, null),
  };
}

/** The versions of a row and what it becomes (undefined while a conflict is undecided), without what only a list shows. */
export function unpackVersions(text: string): {
  readonly trees: Trees;
  readonly result: TreeRow | undefined;
  readonly serverVer: string | null;
  readonly group: number | undefined;
} {
  const { trees, result, serverVer = null, group } = readStored(text) as Packed;
  return { trees, result: result === undefined ? undefined : unpackResult(trees, result), serverVer, group };
}
