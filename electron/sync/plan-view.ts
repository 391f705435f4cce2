import { errorToJson } from '../../shared/errors.ts';
import { contentColumns, tableOf, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { keyOf } from '../../shared/catalog/key.ts';
import type { ParsedParams } from '../../shared/contract/contract.ts';
import type { PlanRowItem, PlanSummary } from '../../shared/contract/sync.ts';
import type { Cell, FieldDiff, PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import { directionOf } from '../../shared/sync/diff.ts';
import { cellOf } from '../../shared/sync/row.ts';
import type { ClassStore } from '../store/class-store.ts';
import { listConnections } from '../store/connection-store.ts';
import { draftSteps } from '../store/sync/draft-store.ts';
import { getPlan, listPlans, planRow } from '../store/sync/plan-store.ts';
import { openTrees } from '../store/sync/trees.ts';
import { countRows } from './count-rows.ts';
import { blockerOf, evaluatePlan, type Evaluation } from './evaluate-plan.ts';
import { askedTrees, canAdopt } from '../../shared/sync/resolve.ts';
import { resultIn } from '../../shared/sync/stands.ts';
import { fixedRowItems, fixedSummary } from './fixed-plan.ts';
import { createLabels, voidedBy, type Labels } from './labels.ts';
import { directionNow, overrulable, summaryNow } from './overruled.ts';
import { factsFromText } from './plan-facts.ts';
import { changedSincePlan } from './waiting.ts';

/** The longest value that is shown whole, in UTF-16 units: any image the app takes, as text. */
const LONGEST_SHOWN = 150_000;

/** A plan without its rows, as it stands with its draft. */
export async function planSummaryOf(store: ClassStore, planId: string, signal: AbortSignal): Promise<PlanSummary> {
  return await summarize(store, planId, signal);
}

/** Plans of the class, of one connection or in one state if that is said, newest first. Only those that are answered are worked out. */
export async function planList(
  store: ClassStore,
  { connectionId, state }: Omit<ParsedParams<'plan.list'>, 'classId'>,
  signal: AbortSignal,
): Promise<readonly PlanSummary[]> {
  const found: PlanSummary[] = [];
  const listed = listPlans(store, connectionId ?? null).filter((plan) => state === undefined || plan.state === state);
  // The newest last: what was worked out of it is kept for whoever asks next.
  for (const { id } of listed.toReversed()) {
    try {
      const summary = await planSummaryOf(store, id, signal);
      // Others were let in: it may be in another state by now.
      if (state === undefined || summary.state === state) found.unshift(summary);
    } catch (error) {
      // Taken away while those before it were worked out.
      if (errorToJson(error).code !== 'plan-unknown') throw error;
    }
  }
  return found;
}

async function summarize(store: ClassStore, planId: string, signal: AbortSignal): Promise<PlanSummary> {
  if (getPlan(store, planId).purpose !== 'sync') return fixedSummary(store, planId);
  const evaluation = await evaluatePlan(store, planId, 'sync', signal);
  // As it is now: others were let in.
  const head = getPlan(store, planId);
  const facts = factsFromText(head.facts);
  const { undecided, blocked, ...ready } = countRows(facts.summary, evaluation);
  return {
    ...facts,
    summary: summaryNow(facts.summary, evaluation),
    planId: head.id,
    madeAt: head.madeAt,
    classId: store.classId,
    connectionId: head.connectionId,
    connection: listConnections(store).find((connection) => connection.id === head.connectionId)?.name ?? '',
    state: head.state === 'making' ? 'stale' : head.state,
    firstContact: head.firstContact,
    purpose: head.purpose,
    undoes: head.undoes,
    runMode: null,
    restored: evaluation.restored.rows === 0 ? null : evaluation.restored,
    undecided,
    blocked,
    questions: [...evaluation.questions],
    ready,
    ...draftSteps(store, head.id),
    ...changedSincePlan(store, head),
  };
}

/** Rows of a plan as people and other programs see them. */
export async function planRowItems(
  store: ClassStore,
  planId: string,
  ordinals: readonly number[],
  signal: AbortSignal,
): Promise<PlanRowItem[]> {
  const head = getPlan(store, planId);
  if (head.purpose !== 'sync') return fixedRowItems(store, planId, ordinals);
  const evaluation = await evaluatePlan(store, planId, 'sync', signal);
  const labels = createLabels(store, store.catalog, openTrees(store, head.peerId));
  return ordinals.flatMap((ordinal) => {
    const row = planRow(store, planId, ordinal);
    return row === null ? [] : [rowItem(store, planId, ordinal, row, evaluation, labels)];
  });
}

function rowItem(
  store: ClassStore,
  planId: string,
  ordinal: number,
  row: PlanRow,
  evaluation: Evaluation,
  labels: Labels,
): PlanRowItem {
  const table = tableOf(store.catalog, row.table);
  const choice = evaluation.choices.get(ordinal);
  const result = resultIn(evaluation, evaluation.book, ordinal, row);
  const out = evaluation.left.get(ordinal);
  const byTime = overrulable(store, planId, row);
  const overruled = choice !== undefined && choice.choice !== 'skip';
  return {
    ordinal,
    table: row.table,
    key: keyOf(table, row.pk),
    label: row.label,
    kind: row.kind,
    conflict: row.conflict,
    restored: row.restored,
    direction: directionNow(evaluation, ordinal, row),
    fields: row.fields.map((field) => ({
      ...fieldItem(field, result),
      ...(byTime.includes(field.name) ? { [overruled ? 'overruled' : 'newer']: true } : {}),
    })),
    times: { base: row.origin.baseAt, local: row.origin.localAt, server: row.origin.serverAt },
    by: { local: row.origin.localBy, server: row.origin.serverBy },
    recommended: row.recommended,
    reason: row.reason,
    blockedBy: blockerOf(store, planId, row.table, out),
    refused: out?.column ?? null,
    left: out?.reason ?? null,
    choice: choice?.choice ?? null,
    included: out === undefined,
    newChildren: row.newChildren ?? 0,
    group: row.group ?? null,
    rival: canAdopt(row) ? otherOf(row, table, evaluation, labels) : null,
    other: otherOf(row, table, evaluation, labels),
    unchanged: unchangedOf(table, row),
    alike: [...(row.alike ?? [])],
    names: namesOf(table, row, result, labels),
    sides: null,
    makes: makesOf(store, ordinal, evaluation, labels),
    voids: voidedBy(table, result ?? row.trees.local ?? row.trees.server, labels),
  };
}

/** What the decision about a row makes beside it; nothing where the row stays out. */
function makesOf(store: ClassStore, ordinal: number, evaluation: Evaluation, labels: Labels): PlanRowItem['makes'] {
  if (evaluation.left.has(ordinal)) return [];
  return (evaluation.made.get(ordinal) ?? []).flatMap((made) => {
    const table = tableOf(store.catalog, made.table);
    const direction = directionOf(table, made.trees, made.result);
    if (made.result === null || direction === null) return [];
    const values = Object.fromEntries(Object.entries(made.result).map(([name, cell]) => [name, shown(cell)]));
    return [{ table: made.table, key: keyOf(table, made.pk), label: labels.of(table, made.result), direction, values }];
  });
}

/** Name of the record that claims the same value, as the server has it: there it has the value that is asked about. */
function otherOf(row: PlanRow, table: CatalogTable, { book }: Evaluation, labels: Labels): string | null {
  if (row.rival === undefined) return null;
  const { server, local } = book.trees(table, row.rival);
  const known = server ?? local;
  return known === null ? null : labels.of(table, known);
}

function unchangedOf(table: CatalogTable, row: PlanRow): PlanRowItem['unchanged'] {
  const { fields } = row;
  const { local, server } = askedTrees(row);
  if (local === null || server === null) return [];
  return contentColumns(table).flatMap(({ name }) => {
    if (table.key.includes(name) || fields.some((field) => field.name === name)) return [];
    const value = cellOf(local, name);
    return value === cellOf(server, name) ? [{ name, value: shown(value) }] : [];
  });
}

function fieldItem(field: FieldDiff, result: TreeRow | undefined): PlanRowItem['fields'][number] {
  const { name, clash } = field;
  return {
    name,
    base: shown(field.base),
    local: shown(field.local),
    server: shown(field.server),
    clash,
    result: shown(result === undefined ? field.result : cellOf(result, name)),
  };
}

/** The beginning of a text nobody could read to its end: no text of the app is as long, and a server may hold some megabytes. Images are. */
function shown(cell: Cell): Cell {
  return cell !== null && cell.length > LONGEST_SHOWN ? `${cell.slice(0, 2_000)}…` : cell;
}

function namesOf(table: CatalogTable, row: PlanRow, result: TreeRow | undefined, labels: Labels): PlanRowItem['names'] {
  const names: PlanRowItem['names'] = {};
  const { base = null, local, server } = askedTrees(row);
  for (const key of table.foreignKeys) {
    for (const column of key.columns) {
      if (table.key.includes(column)) continue;
      names[column] = {
        base: labels.target(table, column, base),
        local: labels.target(table, column, local),
        server: labels.target(table, column, server),
        result: labels.target(table, column, result ?? null),
      };
    }
  }
  return names;
}
