import { syncedTables, tableOf, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkFromCells } from '../../shared/catalog/key.ts';
import { refusedColumn, unsendableColumn } from '../../shared/catalog/refused-column.ts';
import { diffRow, directionOf } from '../../shared/sync/diff.ts';
import { putBackOutcome } from '../../shared/sync/put-back.ts';
import { forMode } from '../../shared/sync/sync-mode.ts';
import type { Newer } from '../../shared/sync/merge.ts';
import type { Direction, PlanRow, RowOutcome, Trees as RowTrees } from '../../shared/sync/plan.ts';
import { cellOf, hardParents, sameRow } from '../../shared/sync/row.ts';
import { nameKeys } from '../../shared/model/search-key.ts';
import type { CallContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { ConnectionRow } from '../store/connection-store.ts';
import { factoryRow, type Peer } from '../store/sync/peer-store.ts';
import { addPlanEdges, addPlanRefusals, type PlanEdge, type PlanRefusal } from '../store/sync/plan-links.ts';
import { addPlanRows, replacePlanRow, planRow, type StoredPlanRow } from '../store/sync/plan-store.ts';
import { askLater, questionAbout } from '../store/sync/open-questions.ts';
import { openTrees, serverHoldsRows, type Candidate, type RowKey, type Trees } from '../store/sync/trees.ts';
import { createLabels, type Labels } from './labels.ts';
import { agree, isAgreed } from './record-observation.ts';
import { factsOf, newerOf, type RowFacts } from './row-facts.ts';
import { askAboutClaims, noteClaims, type UniqueClaims } from './unique-claims.ts';

/** Longest time the thread is held while rows are planned, in milliseconds. */
const SLICE_MS = 8;
/** Candidates read at once; a slice is at most one page longer than it should be. */
const PAGE_ROWS = 64;

/** What building needs to know; `device` names this side. */
export interface PlanInput {
  readonly planId: string;
  readonly catalog: Catalog;
  readonly connection: ConnectionRow;
  readonly peer: Peer;
  readonly device: string;
  readonly now: string;
  /** Number of the last local change the plan knows of. */
  readonly seq: number;
}

/** What a built plan is worth knowing without its rows. */
export interface BuiltPlan {
  readonly total: number;
}

/** Parents of the plan whose children matter: rows that must be written first, and deletions that new children contradict. */
interface Parents {
  readonly adds: Map<string, { readonly ordinal: number; readonly direction: Direction }>;
  readonly deletes: Map<string, { readonly ordinal: number; readonly direction: Direction }>;
  readonly contradicted: Map<number, number>;
  readonly claims: UniqueClaims;
  /** Rows that were looked for here and found. */
  readonly here: Set<string>;
}

/**
 * Compares every candidate row of the three trees and writes the listed ones as rows of the plan, in slices.
 * Parents come before their children. Rows both sides hold are agreed on the way and not listed.
 */
export async function buildPlanRows(store: ClassStore, input: PlanInput, call: CallContext): Promise<BuiltPlan> {
  const trees = openTrees(store, input.peer.id);
  const building: Building = {
    store,
    input,
    trees,
    labels: createLabels(store, input.catalog, trees),
    // A class that holds nothing yet, or nothing any more, says nothing about what this PC has.
    takesServerState: input.connection.attached === 'existing' && serverHoldsRows(store, input.peer.id),
    pages: candidatePages(input, trees),
    parents: { adds: new Map(), deletes: new Map(), contradicted: new Map(), claims: new Map(), here: new Set() },
    done: 0,
    listed: 0,
    ended: false,
  };
  const about = trees.candidateCount();
  const slicer = createSlicer(1);
  while (!building.ended) {
    store.stepTransaction(() => buildSlice(building));
    call.progress({ phase: 'plan', done: building.done, total: Math.max(building.done, about) });
    await slicer.pause(call.signal);
  }
  store.transaction(() => {
    askAboutContradictedDeletes(store, input, building.parents);
    askAboutClaims(store, input.catalog, input.planId, building.parents.claims);
  });
  return { total: building.listed };
}

/** A plan that is being built, and how far it is. */
interface Building {
  readonly store: ClassStore;
  readonly input: PlanInput;
  readonly trees: Trees;
  readonly labels: Labels;
  /** Whether untouched rows the app made by itself take the server's state. */
  readonly takesServerState: boolean;
  readonly pages: Generator<Page, void>;
  readonly parents: Parents;
  done: number;
  listed: number;
  ended: boolean;
}

interface Page {
  readonly table: CatalogTable;
  readonly candidates: readonly Candidate[];
}

/** Every candidate in plan order, a few at a time: what is recorded while the plan is made goes with the next one. */
function* candidatePages({ catalog, seq }: PlanInput, trees: Trees): Generator<Page, void> {
  for (const table of syncedTables(catalog)) {
    let after = '';
    let candidates: readonly Candidate[];
    do {
      candidates = trees.candidates(table.name, after, seq, PAGE_ROWS);
      after = candidates.at(-1)?.pk ?? after;
      yield { table, candidates };
    } while (candidates.length === PAGE_ROWS);
  }
}

/** Plans and writes page after page until the slice is over: what a page costs to write counts as much as what it costs to compare. */
function buildSlice(building: Building): void {
  const start = performance.now();
  do {
    const { value: page } = building.pages.next();
    building.ended = page === undefined;
    if (page !== undefined) buildPage(building, page);
  } while (!building.ended && performance.now() - start < SLICE_MS);
}

function buildPage(building: Building, { table, candidates }: Page): void {
  const { store, input, parents } = building;
  const rows: StoredPlanRow[] = [];
  const edges: PlanEdge[] = [];
  const refused: PlanRefusal[] = [];
  for (const candidate of candidates) {
    const planned = planCandidate(building, table, candidate);
    building.done += 1;
    if (planned === null) continue;
    const ordinal = building.listed;
    building.listed += 1;
    rows.push({ ...planned, ordinal });
    const column = refusedOf(building, table, planned.row.trees);
    if (column !== null) refused.push({ ordinal, column });
    noteClaims(table, planned.row, ordinal, parents.claims);
    noteParents(table, planned.row, planned.direction, ordinal, parents, edges);
  }
  addPlanRows(store, input.planId, rows);
  addPlanEdges(store, input.planId, edges);
  addPlanRefusals(store, input.planId, refused);
}

/** Why one side's row cannot be stored on the other as it is: a column with a value of no use, or one that names a record which is nowhere. */
function refusedOf(
  { store, input, parents }: Building,
  table: CatalogTable,
  { local, server }: RowTrees,
): string | null {
  if (sameRow(table, local, server)) return null;
  const unsendable = local === null ? null : unsendableColumn(table, local);
  if (unsendable !== null) return unsendable.name;
  if (server === null) return null;
  const column = refusedColumn(table, server);
  if (column !== null) return column.name;
  for (const key of table.foreignKeys) {
    const cells = key.columns.map((name) => cellOf(server, name));
    if (key.soft || !cells.every((cell) => cell !== null)) continue;
    const pk = pkFromCells(cells);
    const address = `${key.references} ${pk}`;
    if (parents.adds.has(address) || parents.here.has(address)) continue;
    if (readRow(store, tableOf(input.catalog, key.references), pk) === null) return key.columns[0] ?? null;
    parents.here.add(address);
  }
  return null;
}

function planCandidate(
  { store, input, trees, labels, takesServerState }: Building,
  table: CatalogTable,
  candidate: Candidate,
): Omit<StoredPlanRow, 'ordinal'> | null {
  const key: RowKey = { table: table.name, pk: candidate.pk };
  const facts = factsOf(candidate, readRow(store, table, candidate.pk));
  if (isAgreed(input.catalog, key, facts.trees.local, facts.trees.server)) {
    agree(store, input.catalog, input.peer.id, trees, key, facts.trees.local, facts.trees.server, input.now);
    return null;
  }
  const newer = newerOf(input.peer, facts, input.now);
  const both = diffRow(table, facts.trees, {
    newer,
    untouchedFactory: takesServerState && isUntouchedFactory(store, key, facts),
  });
  const judged = facts.remote?.putBack === true ? putBackOutcome(table, facts.trees, both) : both;
  const outcome = forMode(table, facts.trees, judged, input.connection.mode);
  if (outcome === null || outcome.kind === 'agreed') return null;
  return listed(table, key, facts, outcome, { labels, device: input.device, newer });
}

function isUntouchedFactory(store: ClassStore, key: RowKey, facts: RowFacts): boolean {
  if (facts.trees.local === null || facts.trees.base !== undefined) return false;
  return factoryRow(store, key.table, key.pk) === JSON.stringify(facts.trees.local);
}

interface ListContext {
  readonly labels: Labels;
  readonly device: string;
  readonly newer: Newer;
}

function listed(
  table: CatalogTable,
  key: RowKey,
  facts: RowFacts,
  outcome: Exclude<RowOutcome, { kind: 'agreed' }>,
  context: ListContext,
): Omit<StoredPlanRow, 'ordinal'> {
  const { trees } = facts;
  const { labels, device, newer } = context;
  const shown = trees.local ?? trees.server ?? trees.base;
  const label = shown === null || shown === undefined ? key.pk : labels.of(table, shown);
  const direction = outcome.kind === 'conflict' ? 'both' : (directionOf(table, trees, outcome.result) ?? 'both');
  const other = trees.server === null || trees.server === undefined ? null : labels.of(table, trees.server);
  const names = other === null || other === label ? label : `${label} ${other}`;
  const row: PlanRow = {
    table: key.table,
    pk: key.pk,
    label,
    kind: outcome.kind === 'conflict' ? 'conflict' : outcome.change,
    conflict: outcome.kind === 'conflict' ? outcome.conflict : null,
    restored: outcome.kind === 'change' && outcome.restored,
    trees,
    result: outcome.kind === 'change' ? outcome.result : undefined,
    fields: outcome.fields,
    origin: {
      baseAt: facts.baseAt,
      localAt: facts.dirty?.lastAt ?? null,
      serverAt: facts.remote?.editedAt ?? null,
      localBy: facts.dirty === undefined ? null : device,
      serverBy: facts.remote?.by ?? null,
    },
    recommended: outcome.kind === 'conflict' ? (outcome.recommended ?? newer) : null,
    reason: outcome.kind === 'conflict' ? (outcome.reason ?? (newer === null ? null : 'newer')) : null,
    newer,
    serverVer: facts.remote?.ver ?? null,
  };
  const at = row.origin.localAt ?? row.origin.serverAt ?? '';
  return { direction, at, sortKey: nameKeys(label).sortKey, search: nameKeys(names).search, row };
}

/** Notes what children will need to know of this row, and what this row, as a child, says about its parents. */
function noteParents(
  table: CatalogTable,
  row: PlanRow,
  direction: Direction,
  ordinal: number,
  parents: Parents,
  edges: PlanEdge[],
): void {
  const address = `${row.table} ${row.pk}`;
  if (row.trees.server === null || row.trees.local === null) {
    if (row.kind === 'add' || row.kind === 'conflict')
      parents.adds.set(address, { ordinal, direction: row.trees.server === null ? 'up' : 'down' });
  }
  if (row.kind === 'delete' && table.softDelete !== null) parents.deletes.set(address, { ordinal, direction });
  // What a conflict needs depends on how it is decided: noted is whatever either side would need.
  const versions = row.kind === 'conflict' ? [row.trees.local, row.trees.server] : [row.result ?? null];
  for (const parent of new Set(versions.flatMap((version) => hardParents(table, version)))) {
    const add = parents.adds.get(parent);
    if (add !== undefined && add.direction !== 'both')
      edges.push({ needs: add.ordinal, ordinal, direction: add.direction });
    const gone = parents.deletes.get(parent);
    if (gone !== undefined && table.kind === 'append-only' && row.kind === 'add' && gone.direction !== direction) {
      parents.contradicted.set(gone.ordinal, (parents.contradicted.get(gone.ordinal) ?? 0) + 1);
    }
  }
}

/** A student deleted on one side who got points on the other: the points travel like any others, the student's row asks, until it is answered. */
function askAboutContradictedDeletes(store: ClassStore, input: PlanInput, parents: Parents): void {
  for (const { ordinal } of parents.deletes.values()) {
    const row = planRow(store, input.planId, ordinal);
    if (row === null) continue;
    const deleted = row.result ?? null;
    const found = parents.contradicted.get(ordinal) ?? 0;
    if (found > 0) askLater(store, input.peer.id, row, deleted, found);
    const question = questionAbout(store, input.peer.id, row, deleted);
    if (question === null) continue;
    const fields = row.fields.map((field) => ({
      ...field,
      result: null,
      decided: false,
      clash: field.local !== field.server,
    }));
    const asked: PlanRow = {
      ...row,
      kind: 'conflict',
      conflict: 'parent-deleted',
      result: undefined,
      fields,
      newChildren: question.children,
    };
    replacePlanRow(store, input.planId, ordinal, asked, 'both');
  }
}
