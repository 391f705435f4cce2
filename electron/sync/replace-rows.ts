import { tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import { refusedColumn } from '../../shared/catalog/refused-column.ts';
import { sameRow } from '../../shared/sync/row.ts';
import type { CallContext } from '../engine/context.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { openTrees, type Candidate, type RowKey, type Trees } from '../store/sync/trees.ts';
import { closeFixed } from './close-fixed.ts';
import { addFixedRow, type FixedRow } from './fixed-rows.ts';
import { inSteps } from './in-steps.ts';
import { createLabels, type Labels } from './labels.ts';
import { agree, isAgreed } from './record-observation.ts';
import { factsOf } from './row-facts.ts';

/** Candidates read at once. */
const PAGE_ROWS = 64;

/** What taking everything from the server needs to know; `device` names this side. */
export interface ReplaceInput {
  readonly planId: string;
  readonly peerId: string;
  readonly seq: number;
  readonly device: string;
  readonly now: string;
}

/** What a list that takes everything from the server came to. */
export interface ReplaceRows {
  readonly total: number;
  /** Changes of this PC that no server ever got, and that go. */
  readonly unsent: number;
}

/** Writes the rows that make this PC what the server is: every difference, with the server's row as the result. Rows both sides hold are agreed on the way. */
export async function buildReplaceRows(
  store: ClassStore,
  input: ReplaceInput,
  call: CallContext,
): Promise<ReplaceRows> {
  const built = { total: 0, unsent: 0 };
  await inSteps(store, replaceSteps(store, input, built, call), call.signal);
  return built;
}

function* replaceSteps(
  store: ClassStore,
  input: ReplaceInput,
  built: { total: number; unsent: number },
  call: CallContext,
): Generator<void, void> {
  const { planId, peerId, seq } = input;
  const trees = openTrees(store, peerId);
  const labels = createLabels(store, store.catalog, trees);
  for (const { key, candidate } of eachCandidate(store.catalog, trees, seq)) {
    const row = replacedRow(store, input, { trees, labels }, key, candidate);
    if (row !== null) {
      addFixedRow(store, planId, built.total, row);
      built.total += 1;
      if (row.left === null && !sameRow(row.table, row.trees.local, row.trees.base ?? null)) built.unsent += 1;
      call.progress({ phase: 'plan', done: built.total, total: null });
    }
    yield;
  }
  yield* closeFixed(store, { planId, peerId, taken: { voided: new Map(), covered: new Map() } });
}

function* eachCandidate(
  { tables, roles }: Catalog,
  trees: Trees,
  seq: number,
): Generator<{ readonly key: RowKey; readonly candidate: Candidate }> {
  for (const table of tables) {
    // What is to be erased everywhere is not forgotten, sent or not.
    if (table.name === roles.erasure) continue;
    let after = '';
    let page: readonly Candidate[];
    do {
      page = trees.candidates(table.name, after, seq, PAGE_ROWS);
      for (const candidate of page) yield { key: { table: table.name, pk: candidate.pk }, candidate };
      after = page.at(-1)?.pk ?? after;
    } while (page.length === PAGE_ROWS);
  }
}

function replacedRow(
  store: ClassStore,
  input: ReplaceInput,
  { trees, labels }: { readonly trees: Trees; readonly labels: Labels },
  key: RowKey,
  candidate: Candidate,
): FixedRow | null {
  const table = tableOf(store.catalog, key.table);
  const facts = factsOf(candidate, readRow(store, table, key.pk));
  const { local, server } = facts.trees;
  if (isAgreed(store.catalog, key, local, server)) {
    agree(store, store.catalog, input.peerId, trees, key, local, server, input.now);
    return null;
  }
  const refused = server === null ? null : refusedColumn(table, server);
  const shown = local ?? server;
  return {
    table,
    pk: key.pk,
    label: shown === null ? key.pk : labels.of(table, shown),
    trees: facts.trees,
    target: refused === null ? { base: server, local: server, server } : facts.trees,
    origin: {
      baseAt: facts.baseAt,
      localAt: facts.dirty?.lastAt ?? null,
      serverAt: facts.remote?.editedAt ?? null,
      localBy: facts.dirty === undefined ? null : input.device,
      serverBy: facts.remote?.by ?? null,
    },
    serverVer: facts.remote?.ver ?? null,
    left: refused === null ? null : 'refused',
    column: refused?.name ?? null,
    shownAs: 'update',
  };
}
