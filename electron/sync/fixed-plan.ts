import { tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import type { PlanRowItem, PlanSummary } from '../../shared/contract/sync.ts';
import type { LeftReason, LeftRow, PlanRow, TreeRow, Trees } from '../../shared/sync/plan.ts';
import { contentColumns } from '../../shared/catalog/catalog.ts';
import { cellOf, kindOf, sameRow } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import { countLive } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { getConnection, listConnections } from '../store/connection-store.ts';
import { draftOps, draftSteps } from '../store/sync/draft-store.ts';
import { leftFixed, needing } from '../store/sync/fixed-plan-store.ts';
import {
  eachPlanRow,
  getPlan,
  planCounts,
  planRow,
  planRowKeysAt,
  type PlanHead,
  type PlanRowKeys,
} from '../store/sync/plan-store.ts';
import {
  clearStaged,
  placeOf,
  stageDecided,
  stagedCounts,
  type OutboxEffect,
  type Staging,
} from '../store/sync/outbox-store.ts';
import type { RunMode } from '../store/sync/run-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import type { Collected } from './collect-effects.ts';
import { fixedSides } from './fixed-rows.ts';
import { guardsOf, type Guard } from '../../shared/sync/guards.ts';
import { sides } from '../../shared/sync/lookup.ts';
import { changedNames, createLabels, voidedBy, type Labels } from './labels.ts';
import { factsFromText } from './plan-facts.ts';
import { changedSincePlan } from './waiting.ts';

/** Longest time the thread is held while rows are gone through, in milliseconds. */
const SLICE_MS = 8;

/** Why a row of a list of fixed results takes no part. */
interface Out {
  readonly reason: LeftReason;
  readonly column: string | null;
  /** The row it stays out with. */
  readonly needs: number | null;
}

/** The one way a list of fixed results is carried out; null for an ordinary list, which has three. */
export function fixedMode(
  store: ClassStore,
  { purpose, connectionId }: Pick<PlanHead, 'purpose' | 'connectionId'>,
): RunMode | null {
  if (purpose === 'sync') return null;
  if (purpose === 'replace') return 'pull';
  const mode = listConnections(store).find(({ id }) => id === connectionId)?.mode ?? 'two-way';
  return ({ 'two-way': 'sync', 'push-only': 'apply', 'pull-only': 'pull' } as const)[mode];
}

/** The rows that stay out: those that cannot take part, those without their tick, and what would be without them. */
function outOf(store: ClassStore, planId: string): ReadonlyMap<number, Out> {
  const out = new Map<number, Out>();
  for (const { ordinal, reason, column } of leftFixed(store, planId)) out.set(ordinal, { reason, column, needs: null });
  const unticked = new Set<number>();
  for (const op of draftOps(store, planId)) {
    if (op.undone || op.include === null) continue;
    for (const ordinal of op.ordinals)
      if (op.include) unticked.delete(ordinal);
      else unticked.add(ordinal);
  }
  for (const ordinal of unticked)
    if (!out.has(ordinal)) out.set(ordinal, { reason: 'unticked', column: null, needs: null });
  const waiting = [...out.keys()];
  for (let needs = waiting.pop(); needs !== undefined; needs = waiting.pop())
    for (const ordinal of needing(store, planId, needs))
      if (!out.has(ordinal)) {
        out.set(ordinal, { reason: 'blocked', column: null, needs });
        waiting.push(ordinal);
      }
  return out;
}

/** The rows of a list of fixed results that stay out as its ticks stand, and why. */
export function fixedLeft(store: ClassStore, planId: string): ReadonlyMap<number, { readonly reason: LeftReason }> {
  return outOf(store, planId);
}

/** Stages the rows of a list of fixed results by what a run does with them, in slices. */
export async function collectFixed(store: ClassStore, staging: Staging, signal: AbortSignal): Promise<Collected> {
  const { planId } = staging;
  const slicer = createSlicer(SLICE_MS);
  const clearing = clearStaged(store);
  while (clearing.next().done !== true) await slicer.pause(signal);
  const out = outOf(store, planId);
  const { purpose } = getPlan(store, planId);
  const left: LeftRow[] = [];
  for (const { ordinal, row } of eachPlanRow(store, planId)) {
    await slicer.pause(signal);
    const { table, pk, label, trees, target, restores, serverVer } = row;
    const why = out.get(ordinal);
    if (why !== undefined)
      left.push({ table, pk, label, reason: why.reason, blockedBy: blockerOf(store, planId, row, why) });
    if (why !== undefined || target === undefined) continue;
    const sides = fixedSides(tableOf(store.catalog, table), { trees, target });
    const effect: OutboxEffect = {
      table,
      pk,
      ...sides,
      trees,
      result: sides.up ? target.server : target.local,
      serverVer,
      target,
      ...(restores === undefined ? {} : { restores }),
      label,
      choice: null,
      ...(purpose === 'undo' ? { keepLosers: true } : {}),
    };
    const part = sides.up ? 'up' : sides.down ? 'down' : null;
    if (part !== null) store.stepTransaction(() => stageDecided(store, staging, part, placeOf(ordinal, 0), effect));
  }
  return { staging, counts: stagedCounts(store, staging.runId), left };
}

/** The guards a list of fixed results trips. */
export function fixedGuards(store: ClassStore, planId: string): readonly Guard[] {
  const losses = new Map<string, { deletes: number; overwrites: number; confirmed: number }>();
  const isUndo = getPlan(store, planId).purpose === 'undo';
  const count = ({ table, kind, direction }: Omit<PlanRowKeys, 'ordinal'>, by: number): void => {
    // An entry that is voided counts no more: to whoever reads it that is a deletion, and one that cannot be taken back.
    const voided = isUndo && kind === 'add' ? voidedTable(store, table) : null;
    const loss = kind === 'delete' || voided !== null ? 'deletes' : kind === 'update' ? 'overwrites' : null;
    if (loss === null) return;
    for (const side of direction === 'both' ? sides : [direction === 'up' ? ('server' as const) : ('local' as const)]) {
      const key = `${voided ?? table} ${side}`;
      const entry = losses.get(key) ?? { deletes: 0, overwrites: 0, confirmed: 0 };
      entry[loss] += by;
      losses.set(key, entry);
    }
  };
  for (const part of planCounts(store, planId)) for (const row of part) count(row, row.count);
  for (const some of planRowKeysAt(store, planId, outOf(store, planId).keys())) for (const row of some) count(row, -1);
  return store.catalog.tables.flatMap((table) =>
    sides.flatMap((side) => {
      const found = losses.get(`${table.name} ${side}`);
      return found === undefined ? [] : guardsOf(table, side, found, countLive(store, table));
    }),
  );
}

/** The table whose entries a row of this table voids; null where it voids none. */
function voidedTable(store: ClassStore, name: string): string | null {
  return store.catalog.tables.find(({ voidedBy }) => voidedBy?.table === name)?.name ?? null;
}

/** A list of fixed results without its rows, as it stands with its ticks. */
export function fixedSummary(store: ClassStore, planId: string): PlanSummary {
  const head = getPlan(store, planId);
  const facts = factsFromText(head.facts);
  const leave = outOf(store, planId).size;
  const mode = fixedMode(store, head);
  return {
    ...facts,
    planId,
    madeAt: head.madeAt,
    classId: store.classId,
    connectionId: head.connectionId,
    connection: getConnection(store, head.connectionId).name,
    state: head.state === 'making' ? 'stale' : head.state,
    firstContact: head.firstContact,
    purpose: head.purpose,
    undoes: head.undoes,
    runMode: mode,
    restored: null,
    undecided: 0,
    // Whatever stays out of such a list is counted as left.
    blocked: 0,
    questions: [],
    ready: { apply: 0, pull: 0, sync: 0, both: 0, leave, ...(mode === null ? {} : { [mode]: facts.total - leave }) },
    ...draftSteps(store, planId),
    ...changedSincePlan(store, head),
  };
}

/** Rows of a list of fixed results as people see them: the versions as they are now, and what becomes of them. */
export function fixedRowItems(store: ClassStore, planId: string, ordinals: readonly number[]): PlanRowItem[] {
  const out = outOf(store, planId);
  const labels = createLabels(store, store.catalog, openTrees(store, getPlan(store, planId).peerId));
  return ordinals.flatMap((ordinal) => {
    const row = planRow(store, planId, ordinal);
    return row?.target === undefined
      ? []
      : [rowItem(store, planId, { ordinal, row, target: row.target }, out.get(ordinal), labels)];
  });
}

function rowItem(
  store: ClassStore,
  planId: string,
  { ordinal, row, target }: { readonly ordinal: number; readonly row: PlanRow; readonly target: Trees },
  out: Out | undefined,
  labels: Labels,
): PlanRowItem {
  const table = tableOf(store.catalog, row.table);
  const { up, down } = fixedSides(table, { trees: row.trees, target });
  const { origin } = row;
  return {
    ordinal,
    table: row.table,
    key: keyOf(table, row.pk),
    label: row.label,
    kind: row.kind,
    conflict: null,
    restored: row.restored,
    direction: up === down ? 'both' : up ? 'up' : 'down',
    fields: fieldsOf(table, row.trees, target),
    times: { base: origin.baseAt, local: origin.localAt, server: origin.serverAt },
    by: { local: origin.localBy, server: origin.serverBy },
    recommended: null,
    reason: null,
    blockedBy: blockerOf(store, planId, row, out),
    refused: out?.column ?? null,
    left: out?.reason ?? null,
    choice: null,
    included: out === undefined,
    newChildren: 0,
    group: null,
    rival: null,
    other: null,
    unchanged: [],
    alike: [],
    names: namesOf(table, row, target, labels),
    sides: up && down && out === undefined ? sidesOf(table, row.trees, target, labels) : null,
    makes: [],
    voids: voidedBy(table, target.server ?? target.local, labels),
  };
}

/** What happens on each side, where that is not the same. */
function sidesOf(table: CatalogTable, trees: Trees, target: Trees, labels: Labels): PlanRowItem['sides'] {
  if (sameRow(table, trees.server, trees.local) && sameRow(table, target.server, target.local)) return null;
  const side = (before: TreeRow, after: TreeRow) => ({
    op: kindOf(table, before, after).kind,
    before: before === null ? null : { ...before },
    after: after === null ? null : { ...after },
    names: changedNames(table, { before, after }, labels),
  });
  return { up: side(trees.server, target.server), down: side(trees.local, target.local) };
}

/** What a column becomes on the side that is written; of both that do not become the same, `sides` tells, and the server's end is shown where it changes. */
function endOf(table: CatalogTable, column: string, trees: Trees, target: Trees): string | null {
  const { up, down } = fixedSides(table, { trees, target });
  const [there, here] = [cellOf(target.server, column), cellOf(target.local, column)];
  if (up !== down) return up ? there : here;
  return there === cellOf(trees.server, column) ? here : there;
}

/** The columns a row changes: where one side is written, those of that side. */
function fieldsOf(table: CatalogTable, trees: Trees, target: Trees): PlanRowItem['fields'] {
  const { up, down } = fixedSides(table, { trees, target });
  return contentColumns(table).flatMap(({ name }) => {
    if (table.key.includes(name)) return [];
    const [base, local, server] = [cellOf(trees.base, name), cellOf(trees.local, name), cellOf(trees.server, name)];
    const result = endOf(table, name, trees, target);
    const written = up ? server : local;
    const same = up === down ? base === local && local === server && server === result : written === result;
    return same ? [] : [{ name, base, local, server, result, clash: false }];
  });
}

function namesOf(table: CatalogTable, { trees }: PlanRow, target: Trees, labels: Labels): PlanRowItem['names'] {
  const names: PlanRowItem['names'] = {};
  for (const column of table.foreignKeys.flatMap((key) => key.columns)) {
    if (table.key.includes(column)) continue;
    names[column] = {
      base: labels.target(table, column, trees.base ?? null),
      local: labels.target(table, column, trees.local),
      server: labels.target(table, column, trees.server),
      result: labels.target(table, column, { [column]: endOf(table, column, trees, target) }),
    };
  }
  return names;
}

function blockerOf(store: ClassStore, planId: string, { table }: PlanRow, out: Out | undefined): string | null {
  if (out === undefined) return null;
  if (out.column !== null) return `${table} ${out.column}`;
  const blocker = out.needs === null ? null : planRow(store, planId, out.needs);
  return blocker === null ? null : `${blocker.table} ${blocker.label}`;
}
