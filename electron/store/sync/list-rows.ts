import { foldText } from '../../../shared/model/search-key.ts';
import type { ChangeKind } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { namedStatement } from '../statement.ts';

/** What of a filter SQL can tell. `search` is matched against the keys computed when the plan was made. */
export interface ListFilter {
  readonly kinds?: readonly string[] | undefined;
  readonly directions?: readonly string[] | undefined;
  readonly tables?: readonly string[] | undefined;
  readonly search?: string | undefined;
  /** Rows that go elsewhere than they are listed, by their place: for `directions` that counts. */
  readonly moved?: Readonly<Record<number, string>> | undefined;
}

/** How a list is ordered; `plan` is the order of the plan itself with what asks first, then what stays as it is, and what cannot be stored last. */
export interface ListSort {
  readonly by: 'plan' | 'change' | 'record' | 'when';
  readonly descending: boolean;
}

/** A row of a list: its place in the plan, and the part of the list it stands in. */
export interface Listed {
  readonly ordinal: number;
  readonly section: string;
  readonly kind: ChangeKind;
}

/** Reasons of a list of fixed results for which a row stays as it is; nothing is wrong with it. */
const KEPT = `'changed-since', 'no-inverse', 'already-there', 'stays-void', 'erasure-waits', 'erasure-refused', 'joined', 'erased', 'new-child', 'blocked'`;
const SECTION = `CASE WHEN f.reason IN (${KEPT}) THEN 'kept' WHEN f.ordinal IS NOT NULL THEN 'refused' WHEN r.kind = 'conflict' THEN 'conflict' ELSE r.tbl END`;
const ROWS = 'FROM plan_row AS r LEFT JOIN plan_refused AS f ON f.plan_id = r.plan_id AND f.ordinal = r.ordinal';
// Looked up by an index of their own: there may be hundreds beside ten thousands of rows.
const MOVED = 'WITH moved (place, goes) AS MATERIALIZED (SELECT CAST(key AS INTEGER), value FROM json_each(@moved))';
const KEPT_ROWS = (direction: string): string => `WHERE r.plan_id = @planId
  AND (@kinds IS NULL OR r.kind IN (SELECT value FROM json_each(@kinds)))
  AND (@directions IS NULL OR ${direction} IN (SELECT value FROM json_each(@directions)))
  AND (@tables IS NULL OR r.tbl IN (SELECT value FROM json_each(@tables)))
  AND (@search IS NULL OR instr(r.search, @search) > 0)`;
const AMONG = 'AND r.ordinal IN (SELECT value FROM json_each(@ordinals))';
const ORDERS = {
  // A table stands together, also where rows were added behind the others.
  plan: `(f.ordinal IS NOT NULL), (f.reason NOT IN (${KEPT})), (r.kind = 'conflict') DESC, min(r.ordinal) OVER (PARTITION BY ${SECTION})`,
  change: 'r.kind',
  record: 'r.sort_key',
  when: 'r.at',
} as const;

/** Reads something of the rows a filter keeps. */
function select({ moved }: ListFilter, what: string, rest: string): string {
  if (moved === undefined) return `SELECT ${what} ${ROWS} ${KEPT_ROWS('r.direction')} ${rest}`;
  const direction = KEPT_ROWS('coalesce(m.goes, r.direction)');
  return `${MOVED} SELECT ${what} ${ROWS} LEFT JOIN moved AS m ON m.place = r.ordinal ${direction} ${rest}`;
}

/** The rows a filter keeps, in the order asked for; rows that are equal in it stay in plan order. `among`: only rows at these places, and only they are looked at. */
export function listRows(
  store: ClassStore,
  planId: string,
  filter: ListFilter,
  { by, descending }: ListSort,
  among?: Iterable<number>,
): Listed[] {
  const down = by !== 'plan' && descending ? 'DESC' : '';
  const only = among === undefined ? '' : AMONG;
  const order = `${only} ORDER BY ${ORDERS[by]} ${down}, r.ordinal`;
  const sql = select(filter, `r.ordinal, ${SECTION} AS section, r.kind`, order);
  const places = among === undefined ? {} : { ordinals: JSON.stringify([...among]) };
  return namedStatement(store.db, sql).all({ ...bound(planId, filter), ...places }) as Listed[];
}

/** The places of the rows a filter keeps, in the order `listRows` has them, and where the parts begin. Put together in SQLite: a long list is not made row by row. */
export function listPlaces(
  store: ClassStore,
  planId: string,
  filter: ListFilter,
  { by, descending }: ListSort,
): { readonly ordinals: number[]; readonly sections: { readonly key: string; readonly from: number }[] } {
  if (by !== 'plan') {
    const order = `${ORDERS[by]} ${descending ? 'DESC' : ''}, r.ordinal`;
    const sql = select(filter, `json_group_array(r.ordinal ORDER BY ${order}) AS places`, '');
    const { places } = namedStatement(store.db, sql).get(bound(planId, filter)) as { readonly places: string };
    return { ordinals: JSON.parse(places) as number[], sections: [] };
  }
  const what = `${SECTION} AS section, min(r.ordinal) AS first, json_group_array(r.ordinal ORDER BY r.ordinal) AS places`;
  const sql = select(filter, what, 'GROUP BY 1');
  const parts = namedStatement(store.db, sql).all(bound(planId, filter)) as {
    readonly section: string;
    readonly first: number;
    readonly places: string;
  }[];
  const ordinals: number[] = [];
  const sections: { key: string; from: number }[] = [];
  for (const { section, places } of parts.toSorted((a, b) => rank(a.section) - rank(b.section) || a.first - b.first)) {
    sections.push({ key: section, from: ordinals.length });
    for (const place of JSON.parse(places) as number[]) ordinals.push(place);
  }
  return { ordinals, sections };
}

/** Where a part stands: what asks first, then the tables, then what stays as it is, and what cannot be stored last. */
function rank(section: string): number {
  return section === 'conflict' ? 0 : section === 'kept' ? 2 : section === 'refused' ? 3 : 1;
}

/** So many rows of one kind stand in one part of the list. */
export interface SectionCount extends Omit<Listed, 'ordinal'> {
  readonly count: number;
}

/** How many rows a filter keeps in each part of the list. */
export function countSections(store: ClassStore, planId: string, filter: ListFilter): readonly SectionCount[] {
  const sql = select(filter, `${SECTION} AS section, r.kind, count(*) AS count`, 'GROUP BY 1, 2');
  return namedStatement(store.db, sql).all(bound(planId, filter)) as SectionCount[];
}

/** Of some places of a plan those a filter keeps. */
export function listedAt(
  store: ClassStore,
  planId: string,
  filter: ListFilter,
  ordinals: Iterable<number>,
): readonly Listed[] {
  const sql = select(filter, `r.ordinal, ${SECTION} AS section, r.kind`, AMONG);
  return namedStatement(store.db, sql).all({
    ...bound(planId, filter),
    ordinals: JSON.stringify([...ordinals]),
  }) as Listed[];
}

function bound(
  planId: string,
  { kinds, directions, tables, search, moved }: ListFilter,
): Readonly<Record<string, string | null>> {
  const list = (items: readonly string[] | undefined): string | null =>
    items === undefined ? null : JSON.stringify(items);
  const text = foldText(search ?? '');
  return {
    planId,
    kinds: list(kinds),
    directions: list(directions),
    ...(moved === undefined ? {} : { moved: JSON.stringify(moved) }),
    tables: list(tables),
    search: text === '' ? null : text,
  };
}
