import {
  syncedTables,
  tableOf,
  type Catalog,
  type CatalogForeignKey,
  type CatalogTable,
} from '../../shared/catalog/catalog.ts';
import { askAboutHolder, closePlan } from '../../shared/sync/close-plan.ts';
import { neverGoesMissing } from '../../shared/sync/diff.ts';
import { listRow, notesOf, outcomeOf, wasTakenOver } from '../../shared/sync/list-row.ts';
import type { PlanRow, TreeRow } from '../../shared/sync/plan.ts';
import { hardReferences } from '../../shared/sync/row.ts';
import { nameKeys } from '../../shared/model/search-key.ts';
import type { CallContext } from '../engine/context.ts';
import { createSlicer } from '../engine/slices.ts';
import type { TableBlock } from '../remote/schema-state.ts';
import { keysAfter, readRows } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { ConnectionRow } from '../store/connection-store.ts';
import { heldKeys } from '../store/sync/held-erasures.ts';
import { factoryRow, type Peer } from '../store/sync/peer-store.ts';
import {
  addPlanClaims,
  addPlanLinks,
  addPlanRefusals,
  type PlanLink,
  type PlanRefusal,
} from '../store/sync/plan-links.ts';
import { addPlanRows, type StoredPlanRow } from '../store/sync/plan-store.ts';
import {
  countCandidates,
  openTrees,
  remoteRowsOf,
  serverHoldsRows,
  type Candidate,
  type RowKey,
  type Trees,
} from '../store/sync/trees.ts';
import { createLabels, type Labels } from './labels.ts';
import { openPlanBook, type PlanBook } from './plan-book.ts';
import { agree, isAgreed } from './record-observation.ts';
import { contactsOf } from '../store/sync/clock-store.ts';
import type { ClockContact, Later } from '../../shared/sync/clock.ts';
import { factsOf, laterOf, refuseUnmarked, type RowFacts } from './row-facts.ts';
import { stuckErasing } from './stuck-erasing.ts';
import { rowSearch } from './row-search.ts';
import { openUnlistedClaims, type UnlistedClaims } from './unlisted-claims.ts';

/** Longest time the thread is held while rows are planned, in milliseconds. */
const SLICE_MS = 8;
/** Candidates read at once; a slice is at most one page longer than it should be. */
const PAGE_ROWS = 64;
/**
 * Links are gathered before they are written, in the order of their index: a pupil's points come with all others', and writing each link at once would touch a page of
 * every pupil in every slice, which was half of all pages a first list wrote. So many are gathered (the closure reads them only when all rows are listed), and so many
 * written in a step.
 */
const LINKS_GATHERED = 16_384;
const LINKS_AT_ONCE = 256;

/** What building needs to know; `device` names this side. */
export interface PlanInput {
  readonly planId: string;
  readonly catalog: Catalog;
  readonly connection: ConnectionRow;
  /** Tables that stay out because of the columns they have on the server. */
  readonly blocks: readonly TableBlock[];
  readonly peer: Peer;
  readonly device: string;
  readonly now: string;
  /** Number of the last local change the plan knows of. */
  readonly seq: number;
}

/** What a built plan is worth knowing without its rows. */
export interface BuiltPlan {
  readonly total: number;
  /** In a backup copy: records others changed there, and records of their own. */
  readonly drift: { readonly changed: number; readonly foreign: number };
}

/**
 * Compares every candidate row of the three trees and writes the listed ones as rows of the plan, then goes over the plan as a whole, all in slices. Parents come
 * before their children. Rows both sides hold are agreed on the way and not listed. What is decided here is decided in `shared/sync`.
 */
export async function buildPlanRows(store: ClassStore, input: PlanInput, call: CallContext): Promise<BuiltPlan> {
  const trees = openTrees(store, input.peer.id);
  const place = { planId: input.planId, peerId: input.peer.id };
  const book = openPlanBook(store, input.catalog, place);
  const building: Building = {
    store,
    input,
    trees,
    book,
    labels: createLabels(store, input.catalog, trees),
    contacts: contactsOf(store, input.peer.id),
    // A class that holds nothing yet, or nothing any more, says nothing about what this PC has.
    takesServerState: input.connection.attached === 'existing' && serverHoldsRows(store, input.peer.id),
    held: heldKeys(store, input.peer.id, input.connection.mode === 'push-only'),
    unlisted: openUnlistedClaims(input.connection.mode),
    done: 0,
    listed: 0,
    links: [],
    drift: { changed: 0, foreign: 0 },
  };
  const about = await inParts(countCandidates(store, input.peer.id), call);
  await inSlices(building, listPages(building), call, () => {
    call.progress({ phase: 'plan', done: building.done, total: Math.max(building.done, about) });
  });
  await inSlices(building, closePlan(book, { merged: knowsAliases(store, input) }), call, () => {});
  await inSlices(building, building.unlisted.refuseTakers(store, input.planId, book), call, () => {});
  return { total: building.listed, drift: building.drift };
}

async function inParts(parts: Iterable<number>, call: CallContext): Promise<number> {
  const slicer = createSlicer(SLICE_MS);
  let sum = 0;
  for (const part of parts) {
    sum += part;
    await slicer.pause(call.signal);
  }
  return sum;
}

/** Whether any key was taken over by another one. A backup copy asks nobody about it. */
function knowsAliases(store: ClassStore, { catalog, connection, peer }: PlanInput): boolean {
  const { alias } = catalog.roles;
  if (alias === null || connection.mode === 'push-only') return false;
  return (
    keysAfter(store, tableOf(catalog, alias), null, 1).length > 0 || remoteRowsOf(store, peer.id, alias).length > 0
  );
}

/** A plan that is being built, and how far it is. */
interface Building {
  readonly store: ClassStore;
  readonly input: PlanInput;
  readonly trees: Trees;
  readonly book: PlanBook;
  readonly labels: Labels;
  /** Readings of the server's clock. */
  readonly contacts: readonly ClockContact[];
  /** Whether untouched rows the app made by itself take the server's state. */
  readonly takesServerState: boolean;
  /** Rows of records that are to be erased, which nobody has agreed to. */
  readonly held: ReturnType<typeof heldKeys>;
  /** Values of records that are not listed. */
  readonly unlisted: UnlistedClaims;
  done: number;
  listed: number;
  /** Not written yet. */
  links: PlanLink[];
  readonly drift: { changed: number; foreign: number };
}

/** Takes step after step until the slice is over, each slice in a transaction: what a step costs to write counts as much as what it costs to compare. */
async function inSlices(
  { store, book }: Building,
  steps: Iterator<void, void>,
  call: CallContext,
  afterSlice: () => void,
): Promise<void> {
  const slicer = createSlicer(1);
  for (let ended = false; !ended;) {
    ended = store.stepTransaction(() => {
      book.refresh();
      const start = performance.now();
      do if (steps.next().done === true) return true;
      while (performance.now() - start < SLICE_MS);
      return false;
    });
    afterSlice();
    await slicer.pause(call.signal);
  }
}

/** Lists every candidate in plan order, a page at a time: what is recorded while the plan is made goes with the next one. */
function* listPages(building: Building): Generator<void, void> {
  const { catalog, seq } = building.input;
  const tables = syncedTables(catalog);
  const changed = building.trees.tablesInQuestion(tables.map(({ name }) => name));
  for (const table of tables.filter(({ name }) => changed.has(name))) {
    let after = '';
    let candidates: readonly Candidate[];
    do {
      candidates = building.trees.candidates(table.name, after, seq, PAGE_ROWS);
      after = candidates.at(-1)?.pk ?? after;
      listPage(building, table, candidates);
      yield;
      if (building.links.length >= LINKS_GATHERED) yield* writeLinks(building);
    } while (candidates.length === PAGE_ROWS);
  }
  yield* writeLinks(building);
}

function* writeLinks(building: Building): Generator<void, void> {
  const sorted = building.links.toSorted((a, b) => a.needs - b.needs || a.ordinal - b.ordinal);
  building.links = [];
  for (let from = 0; from < sorted.length; from += LINKS_AT_ONCE) {
    addPlanLinks(building.store, building.input.planId, sorted.slice(from, from + LINKS_AT_ONCE));
    yield;
  }
}

function listPage(building: Building, table: CatalogTable, candidates: readonly Candidate[]): void {
  const { store, input, book } = building;
  const rows: StoredPlanRow[] = [];
  const refused: PlanRefusal[] = [];
  const here = readRows(
    store,
    table,
    candidates.map(({ pk }) => pk),
  );
  for (const candidate of candidates) {
    building.done += 1;
    const waits = building.held.get(table.name)?.get(candidate.pk);
    const planned = planCandidate(building, table, candidate, here.get(candidate.pk) ?? null);
    if (planned === null) continue;
    const ordinal = building.listed;
    building.listed += 1;
    rows.push({ ...planned, ordinal });
    const notes = notesOf(book, table, planned.row);
    const blocked = blockedColumn(input, table, planned.row);
    const column = blocked ?? notes.refused;
    // A record somebody may have erased is neither sent nor deleted before somebody here has said yes or no, and its changes are not lost from sight meanwhile.
    if (waits !== undefined) refused.push({ ordinal, column: null, reason: waits });
    else if (column !== null)
      refused.push({ ordinal, column, reason: blocked === null && notes.parentLost ? 'parent-lost' : 'refused' });
    for (const needs of notes.parents) building.links.push({ needs, ordinal });
    addPlanClaims(store, input.planId, ordinal, notes.claims);
  }
  addPlanRows(store, input.planId, rows);
  addPlanRefusals(store, input.planId, refused);
}

/** The column because of which the server takes nothing of a table, or no new row; or the one that names a record of a table that is not there. */
function blockedColumn({ blocks, catalog }: PlanInput, table: CatalogTable, { trees }: PlanRow): string | null {
  if (blocks.length === 0) return null;
  const block = blocks.find((candidate) => candidate.table === table.name);
  if (block !== undefined && (block.blocks === 'all' || trees.server === null)) return block.column;
  const stuck = table.name === catalog.roles.erasure ? stuckErasing(catalog, blocks)?.column : undefined;
  if (stuck !== undefined) return stuck;
  const missing = new Set(blocks.filter(({ code }) => code === 'missing-table').map((each) => each.table));
  const isNamed = ({ columns }: CatalogForeignKey): boolean =>
    [trees.local, trees.server].some((row) => columns.every((column) => (row?.[column] ?? null) !== null));
  return table.foreignKeys.find((key) => !key.soft && missing.has(key.references) && isNamed(key))?.columns[0] ?? null;
}

function planCandidate(
  building: Building,
  table: CatalogTable,
  candidate: Candidate,
  local: TreeRow,
): Omit<StoredPlanRow, 'ordinal'> | null {
  const { store, input, trees, book, labels, contacts, takesServerState } = building;
  const key: RowKey = { table: table.name, pk: candidate.pk };
  const facts = factsOf(candidate, local);
  if (isAgreed(input.catalog, key, facts.trees.local, facts.trees.server)) {
    agree(store, input.catalog, input.peer.id, trees, key, facts.trees.local, facts.trees.server, input.now);
    return null;
  }
  refuseUnmarked(table, facts);
  if (input.connection.mode === 'push-only') {
    noteDrift(building, facts);
    if (keepThere(building, table, key, facts)) return null;
  }
  const untouchedFactory = takesServerState && isUntouchedFactory(store, key, facts);
  const { putBack = false, gone = null } = facts.remote ?? {};
  // Of a row the server lost only that moment is known, not when what it held then was edited.
  const later: Later = gone === null ? laterOf(contacts, facts) : { side: null, why: 'clock-unknown' };
  const newer = later.side;
  const hints = { newer, untouchedFactory, putBack, copied: facts.dirty?.copied === true, gone };
  const outcome = outcomeOf(book, table, facts.trees, hints, modeOf(building, key));
  if (outcome === null) {
    building.unlisted.note(table, facts.trees);
    return null;
  }
  const shown = facts.trees.local ?? facts.trees.server ?? facts.trees.base;
  const label = shown === null || shown === undefined ? key.pk : labels.of(table, shown);
  const origin = {
    baseAt: facts.baseAt,
    localAt: facts.dirty?.lastAt ?? null,
    serverAt: facts.remote?.editedAt ?? null,
    localBy: facts.dirty === undefined ? null : input.device,
    serverBy: facts.remote?.by ?? null,
  };
  const words = {
    label,
    origin,
    newer,
    untold: later.side === null ? later.why : null,
    serverVer: facts.remote?.ver ?? null,
  };
  const listed = listRow(table, key.pk, facts.trees, outcome, words);
  const row = askAboutHolder(book, table, listed.row);
  const direction = row === listed.row ? listed.direction : 'both';
  const other = facts.trees.server === null ? null : labels.of(table, facts.trees.server);
  const search = other === null || other === label ? rowSearch(label) : rowSearch(label, other);
  const at = origin.localAt ?? origin.serverAt ?? '';
  return { direction, at, sortKey: nameKeys(label).sortKey, search, row };
}

/** A connection that only sends still shows the erasures that wait: they keep rows of this PC from being sent. */
function modeOf({ held, input }: Building, { table, pk }: RowKey): PlanInput['connection']['mode'] {
  const waits = table === input.catalog.roles.erasure && held.get(table)?.has(pk) === true;
  return waits ? 'two-way' : input.connection.mode;
}

/** In a backup copy: what others changed there, and rows of their own. */
function noteDrift({ drift }: Building, { trees: { base, local, server }, remote }: RowFacts): void {
  if (remote === undefined) return;
  if (local === null && base === undefined) drift.foreign += server === null ? 0 : 1;
  else if (local !== null && base !== undefined) drift.changed += 1;
}

/** In a backup copy that keeps what is deleted here: the row counts as settled, and stays there. Whether it was kept. */
function keepThere(
  { trees, input, book, unlisted }: Building,
  table: CatalogTable,
  key: RowKey,
  facts: RowFacts,
): boolean {
  const { base, local, server } = facts.trees;
  if (input.connection.deletes !== 'keep' || local !== null || base === undefined || base === null) return false;
  if (server === null || neverGoesMissing(table)) return false;
  // What hung on a record that became another one is here under the other key, and must not hold the record there.
  if (
    hardReferences(table, server).some((parent) => wasTakenOver(book, tableOf(input.catalog, parent.table), parent.pk))
  )
    return false;
  const { ver, editedAt, by } = facts.remote ?? { ver: null, editedAt: null, by: null };
  trees.setBase(key, null, input.now);
  trees.setRemote(key, { row: server, ver, editedAt, by });
  trees.clearDirty(key);
  unlisted.note(table, facts.trees);
  return true;
}

function isUntouchedFactory(store: ClassStore, key: RowKey, facts: RowFacts): boolean {
  if (facts.trees.local === null || facts.trees.base !== undefined) return false;
  return factoryRow(store, key.table, key.pk) === JSON.stringify(facts.trees.local);
}
