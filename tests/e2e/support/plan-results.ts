import type { RunRowItem } from '../../../shared/contract/run.ts';
import type { PlanRowItem } from '../../../shared/contract/sync.ts';
import type { App } from './app.ts';
import { onlyConnection } from './shared-class.ts';

/** What a row of a plan comes to as things stand. */
export interface RowResult {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly direction: string;
  readonly included: boolean;
  readonly left: string | null;
  readonly blockedBy: string | null;
  readonly choice: string | null;
  readonly fields: Readonly<Record<string, string | null>>;
  /** What is made beside it; a copy of "keep both" without its key. */
  readonly makes: readonly { readonly table: string; readonly direction: string; readonly values: Values }[];
}

/** What a run does to a record on one side. `before` and `after`: the values that are known of it; null where there is no such record. */
export interface Written {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly side: 'up' | 'down';
  readonly op: 'add' | 'update' | 'delete';
  readonly before: Values | null;
  readonly after: Values | null;
  /** It is this PC's version as a record of its own. */
  readonly copy?: true;
}

type Values = Readonly<Record<string, string | null>>;

/** Every row of a plan, in its order. */
export async function planRows(app: App, planId: string): Promise<readonly PlanRowItem[]> {
  const { classId } = await onlyConnection(app);
  const { ordinals } = await app.call('plan.index', { classId, planId });
  return await rowsAt(app, { classId, planId }, ordinals);
}

/** Rows of a plan by their places, in their order. One call answers at most 200. */
export async function rowsAt(
  app: App,
  plan: { readonly classId: string; readonly planId: string },
  ordinals: readonly number[],
): Promise<readonly PlanRowItem[]> {
  const items: PlanRowItem[] = [];
  for (let at = 0; at < ordinals.length; at += 200) {
    const some = await app.call('plan.rows', { ...plan, ordinals: ordinals.slice(at, at + 200) });
    items.push(...some.items);
  }
  return items;
}

/** What rows of a plan come to as things stand. Records a decision makes have another key each time it is made. */
export function resultsOf(rows: readonly PlanRowItem[]): readonly RowResult[] {
  return rows.map(({ table, key, included, left, blockedBy, choice, fields, direction, makes }) => ({
    table,
    direction,
    key,
    included,
    left,
    blockedBy,
    choice,
    fields: Object.fromEntries(fields.map(({ name, result }) => [name, result])),
    makes: makes.map(({ table: of, key: its, direction: way, values }) => ({
      table: of,
      direction: way,
      values:
        choice === 'both' ? { ...values, ...Object.fromEntries(Object.keys(its).map((name) => [name, null])) } : values,
    })),
  }));
}

/** The same where copies of "keep both" have the keys they have in a run: each time somebody decides so, they are other ones. */
export function withKeysOf(said: readonly Written[], rows: readonly RunRowItem[]): readonly Written[] {
  return said.map((row, index) => {
    const { copy, after } = row;
    const key = rows[index]?.key ?? {};
    return copy === true ? { ...row, key, after: { ...after, ...key } } : row;
  });
}

/** What a plan says its run will do, row for row and in this order. `before`: its rows before anything was decided. */
export function announced(rows: readonly PlanRowItem[], before: readonly PlanRowItem[]): readonly Written[] {
  const listed = new Map(before.map(({ ordinal, direction }) => [ordinal, direction]));
  return rows
    .filter(({ included }) => included)
    .toSorted((one, other) => one.ordinal - other.ordinal)
    .flatMap((row) => [
      ...(row.fields.length === 0 ? comeOrGone(row, listed.get(row.ordinal)) : ownChanges(row)),
      ...madeBeside(row),
    ]);
}

function ownChanges(row: PlanRowItem): readonly Written[] {
  const { table, key } = row;
  const after = versionOf(row, 'result');
  return (['up', 'down'] as const).flatMap((side) => {
    const before = versionOf(row, side === 'up' ? 'server' : 'local');
    const isSame = row.fields.every((field) => field.result === field[side === 'up' ? 'server' : 'local']);
    return isSame ? [] : [{ table, key, side, op: opOf(before, after), before, after }];
  });
}

/** Of a record that is nothing but its key, such as a tag: it comes or goes as listed, or goes where it came from because the record it belongs to became another one. */
function comeOrGone({ table, key, kind, direction }: PlanRowItem, listed: string | undefined): readonly Written[] {
  const isThere = (kind === 'add') === (direction === listed);
  const [before, after] = isThere ? [null, {}] : [{}, null];
  return (['up', 'down'] as const)
    .filter((side) => direction === 'both' || direction === side)
    .map((side) => ({ table, key, side, op: isThere ? ('add' as const) : ('delete' as const), before, after }));
}

function madeBeside({ makes, choice }: PlanRowItem): readonly Written[] {
  return makes.flatMap(({ table, key, direction, values }) =>
    (['up', 'down'] as const)
      .filter((side) => direction === 'both' || direction === side)
      .map((side) => ({
        table,
        key,
        side,
        op: 'add' as const,
        before: null,
        after: values,
        ...(choice === 'both' ? { copy: true as const } : {}),
      })),
  );
}

/** A version of a row by what the plan shows of it; null where that side has no such record. */
function versionOf({ fields, unchanged }: PlanRowItem, of: 'local' | 'server' | 'result'): Values | null {
  const values = Object.fromEntries([
    ...fields.map((field) => [field.name, field[of]] as const),
    ...unchanged.map(({ name, value }) => [name, value] as const),
  ]);
  return Object.values(values).some((value) => value !== null) ? values : null;
}

function opOf(before: Values | null, after: Values | null): Written['op'] {
  const isLive = (version: Values | null): boolean => version !== null && (version['deleted_at'] ?? null) === null;
  if (isLive(before) === isLive(after)) return before === null ? 'add' : after === null ? 'delete' : 'update';
  return isLive(after) ? 'add' : 'delete';
}

/** What a run wrote, told by the values a plan speaks of, to be held against what the plan said. */
export function written(rows: readonly RunRowItem[], said: readonly Written[]): readonly Written[] {
  // What was only kept here was written nowhere.
  const onSides = rows.flatMap((row) => (row.side === 'none' ? [] : [{ ...row, side: row.side }]));
  return onSides.map(({ table, key, side, op, before, after }, index) => ({
    table,
    key,
    side,
    op,
    before: valuesOf(before, said[index]?.before),
    after: valuesOf(after, said[index]?.after),
    ...(said[index]?.copy === true ? { copy: true as const } : {}),
  }));
}

function valuesOf(row: Values | null, like: Values | null | undefined): Values | null {
  if (row === null || like === null || like === undefined) return row;
  return Object.fromEntries(Object.keys(like).map((name) => [name, row[name] ?? null]));
}
