import { tableOf, type Catalog } from '../catalog/catalog.ts';
import type { Side } from './lookup.ts';
import type { Choice, PlanRow, Row, TreeRow } from './plan.ts';
import { cellOf, hardReferences } from './row.ts';

/** Whether a row belongs to the group another one speaks for. */
export function isSpokenFor(row: PlanRow, speaker: number, ordinal: number): boolean {
  return row.group === speaker && ordinal !== speaker;
}

/**
 * What the choice for a group means for one of its rows: the version of the side chosen; of a row that stays on both sides only what it points at. A new row of
 * the other side that may point at nothing stays without what was deleted. Undefined where the choice decides nothing, or nobody has to choose.
 */
export function groupResult(
  catalog: Catalog,
  member: PlanRow,
  speaker: PlanRow,
  choice: Choice | undefined,
): TreeRow | undefined {
  if (speaker.kind !== 'conflict' || choice === undefined || choice.choice === 'skip') return undefined;
  const side: Side = choice.choice === 'local' ? 'local' : 'server';
  const chosen = member.trees[side];
  const there = member.trees[side === 'local' ? 'server' : 'local'];
  if (chosen !== null && there !== null) return pointingAs(catalog, member, chosen);
  if (chosen !== null || there === null) return chosen;
  // That side had it and deleted it with the rest: it goes, and its values are free for whom that side gave them to.
  if (member.trees.base !== undefined && member.trees.base !== null) return null;
  return withoutParents(catalog, member.table, there, speaker) ?? null;
}

/** What a row comes to, with the pointers of one side where the sides differ in them. */
function pointingAs(catalog: Catalog, { table: name, trees, result }: PlanRow, chosen: Row): Row {
  const pointers = tableOf(catalog, name)
    .foreignKeys.filter((key) => !key.soft)
    .flatMap((key) => key.columns)
    .filter((column) => cellOf(trees.local, column) !== cellOf(trees.server, column));
  return { ...(result ?? chosen), ...Object.fromEntries(pointers.map((column) => [column, cellOf(chosen, column)])) };
}

/** A row that points at nothing where it pointed at a row that goes, if all its foreign keys to that table allow it; undefined if one does not. */
function withoutParents(catalog: Catalog, name: string, row: Row, gone: PlanRow): Row | undefined {
  const table = tableOf(catalog, name);
  const cut = hardReferences(table, row).filter(
    (reference) => reference.table === gone.table && reference.pk === gone.pk,
  );
  if (cut.length === 0 || cut.some(({ key }) => key.onDelete !== 'set-null')) return undefined;
  const columns = cut.flatMap(({ key }) => key.columns);
  return { ...row, ...Object.fromEntries(columns.map((column) => [column, null])) };
}
