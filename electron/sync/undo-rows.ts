import { contentColumns, tableOf, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import { keyOf, partsOfAddress, pkFromCells } from '../../shared/catalog/key.ts';
import type { KnownBefore, LeftReason, Row, TreeRow, Trees } from '../../shared/sync/plan.ts';
import { cellOf, hardParents, isDeleted, sameRow } from '../../shared/sync/row.ts';
import type { CallContext } from '../engine/context.ts';
import { findByColumns } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { eachRunRow, type RunRow } from '../store/sync/run-store.ts';
import { openTrees, type RowKey, type Trees as StoredTrees } from '../store/sync/trees.ts';
import { uuidv7 } from '../store/uuid.ts';
import { closeFixed } from './close-fixed.ts';
import { addFixedRow, noOrigin, type FixedRow } from './fixed-rows.ts';
import { inSteps } from './in-steps.ts';
import { readTrees } from './row-facts.ts';

/** What taking a run back needs to know. */
export interface UndoInput {
  readonly planId: string;
  readonly peerId: string;
  readonly runId: string;
  readonly device: string;
  readonly now: string;
  /** Whether the connection also writes here: a backup copy says nothing about what this PC has. */
  readonly writesHere: boolean;
}

/** One record a run wrote: the three versions before it, and what it wrote on which side. */
interface Written {
  readonly table: CatalogTable;
  readonly pk: string;
  readonly label: string;
  readonly op: RunRow['op'];
  /** What somebody decided for it, or for what it went along with. */
  readonly choice: string | null;
  readonly before: Trees;
  readonly known: KnownBefore | null;
  readonly up: { readonly after: TreeRow } | null;
  readonly down: { readonly after: TreeRow } | null;
}

/** How one record is taken back. */
type Inverse =
  | { readonly kind: 'row'; readonly target: Trees }
  | { readonly kind: 'void'; readonly row: Row; readonly table: CatalogTable }
  | { readonly kind: 'covered'; readonly parent: string }
  | { readonly kind: 'left'; readonly reason: LeftReason };

/**
 * Writes the rows that take a run back: every record becomes on each side what it was, with the Base it had, where both sides still are as the run left them.
 * Entries that are only ever added get the entry that voids them. What cannot be taken back is listed with the reason. Answers how many rows there are.
 */
export async function buildUndoRows(store: ClassStore, input: UndoInput, call: CallContext): Promise<number> {
  const undo: Undo = {
    store,
    input,
    trees: openTrees(store, input.peerId),
    voided: new Map(),
    covered: new Map(),
    total: 0,
  };
  await inSteps(store, undoSteps(undo, call), call.signal);
  return undo.total;
}

/** A run that is being taken back, and how far it is. */
interface Undo {
  readonly store: ClassStore;
  readonly input: UndoInput;
  readonly trees: StoredTrees;
  readonly voided: Map<string, number>;
  readonly covered: Map<string, string>;
  total: number;
}

function* undoSteps(undo: Undo, call: CallContext): Generator<void, void> {
  const { store, input, trees, voided, covered } = undo;
  const waiting: Written[] = [];
  const add = (row: FixedRow): number => {
    addFixedRow(store, input.planId, undo.total, row);
    undo.total += 1;
    return undo.total - 1;
  };
  for (const written of writtenBy(store, input.runId)) {
    const now = readTrees(store, trees, written.table, keyIn(written));
    const inverse = inverseOf(store, input, written, now);
    if (inverse.kind === 'covered') waiting.push(written);
    else if (inverse.kind === 'void') voided.set(addressOf(written), add(voidRow(undo, written, inverse)));
    else add(inverseRow(trees, written, now, inverse));
    call.progress({ phase: 'plan', done: undo.total, total: null });
    yield;
  }
  // Entries that have no entry of their own to void them go with the one they belong to.
  for (const written of waiting) {
    const parent = hardParents(written.table, written.up?.after ?? null).find((address) => voided.has(address));
    if (parent !== undefined) covered.set(addressOf(written), parent);
    else {
      const now = readTrees(store, trees, written.table, keyIn(written));
      add(inverseRow(trees, written, now, { kind: 'left', reason: 'no-inverse' }));
    }
    yield;
  }
  yield* closeFixed(store, { planId: input.planId, peerId: input.peerId, taken: { voided, covered } });
}

function keyIn({ table, pk }: Written): RowKey {
  return { table: table.name, pk };
}

function addressOf({ table, pk }: Written): string {
  return `${table.name} ${pk}`;
}

/** The records a run wrote, in the order it wrote them; where it wrote both sides, its two rows follow each other. */
function* writtenBy(store: ClassStore, runId: string): Generator<Written> {
  let open: Written | null = null;
  for (const row of eachRunRow(store, runId)) {
    // What was only taken as seen was written nowhere.
    if (row.side === 'none') continue;
    const table = tableOf(store.catalog, row.table);
    if (open !== null && open.table === table && open.pk === row.pk && row.trees === null) {
      yield { ...open, down: { after: row.after } };
      open = null;
      continue;
    }
    if (open !== null) yield open;
    const side = { after: row.after };
    const before = row.trees ?? { base: row.before, local: row.before, server: row.before };
    open = {
      table,
      pk: row.pk,
      label: row.label,
      op: row.op,
      choice: row.choice,
      before,
      known: row.known,
      up: row.side === 'up' ? side : null,
      down: row.side === 'down' ? side : null,
    };
  }
  if (open !== null) yield open;
}

function inverseOf(store: ClassStore, input: UndoInput, written: Written, now: Trees): Inverse {
  const { table, before, up, down } = written;
  const left = (reason: LeftReason): Inverse => ({ kind: 'left', reason });
  // What is erased stays erased, a key that was merged stays merged, and what was voided stays void.
  const { erasure, alias } = store.catalog.roles;
  if (table.name === erasure) return left('erased');
  if (table.name === alias || written.choice === 'adopt') return left('joined');
  if (up !== null && before.server === null && voids(store.catalog, table)) return left('stays-void');
  const asLeft =
    sameRow(table, now.local, down === null ? before.local : down.after) &&
    sameRow(table, now.server, up === null ? before.server : up.after);
  if (!asLeft) return left('changed-since');
  if (up === null || before.server !== null) return { kind: 'row', target: before };
  // What the run added on the server.
  if (table.kind === 'append-only') return voidOf(store, input, written, up.after);
  if (table.softDelete === null) return { kind: 'row', target: before };
  if (isDeleted(table, up.after)) return left('no-inverse');
  // Others may have it by now: it is hidden for all of them, and here it is a change that was not sent. What a decision made is hidden here as well.
  const hidden: TreeRow = { ...up.after, ...deletionCells(table, input) };
  return { kind: 'row', target: { base: hidden, local: before.local ?? hidden, server: hidden } };
}

/** Whether the rows of a table void those of another one. */
function voids(catalog: Catalog, { name }: CatalogTable): boolean {
  return catalog.tables.some(({ voidedBy }) => voidedBy?.table === name);
}

function deletionCells(table: CatalogTable, { now, device }: UndoInput): Row {
  const details = table.deletionDetails.map((column) => [column, device] as const);
  return Object.fromEntries([[table.softDelete ?? '', now], ...details]);
}

function voidOf(store: ClassStore, input: UndoInput, { table, pk }: Written, added: TreeRow): Inverse {
  if (added === null) return { kind: 'left', reason: 'no-inverse' };
  const { voidedBy } = table;
  if (voidedBy === undefined) {
    const [parent] = hardParents(table, added).filter((address) => hasVoid(store, address));
    return parent === undefined ? { kind: 'left', reason: 'no-inverse' } : { kind: 'covered', parent };
  }
  const voids = tableOf(store.catalog, voidedBy.table);
  const [key, ...more] = Object.values(keyOf(table, pk));
  const [ownKey] = voids.key;
  if (key === undefined || more.length > 0 || ownKey === undefined) return { kind: 'left', reason: 'no-inverse' };
  if (findByColumns(store, voids, [voidedBy.column], [key]).length > 0)
    return { kind: 'left', reason: 'already-there' };
  const row: Row = {
    ...Object.fromEntries(contentColumns(voids).map(({ name }) => [name, null])),
    [ownKey]: uuidv7(),
    [voidedBy.column]: key,
    [voidedBy.at]: input.now,
    ...(voidedBy.device === null ? {} : { [voidedBy.device]: input.device }),
  };
  return { kind: 'void', row, table: voids };
}

function hasVoid(store: ClassStore, address: string): boolean {
  return partsOfAddress(store.catalog, address)[0].voidedBy !== undefined;
}

function inverseRow(trees: StoredTrees, written: Written, now: Trees, inverse: Inverse): FixedRow {
  const { table, pk, label, op } = written;
  return {
    table,
    pk,
    label,
    trees: now,
    target: inverse.kind === 'row' ? inverse.target : now,
    ...(inverse.kind === 'row' && written.known !== null ? { restores: written.known } : {}),
    origin: { ...noOrigin, serverAt: trees.remote(keyIn(written))?.editedAt ?? null },
    serverVer: trees.remote(keyIn(written))?.ver ?? null,
    left: inverse.kind === 'left' ? inverse.reason : null,
    column: null,
    shownAs: op,
  };
}

function voidRow(
  { store, input: { writesHere }, trees }: Undo,
  written: Written,
  { row, table }: Extract<Inverse, { kind: 'void' }>,
): FixedRow {
  const pk = pkFromCells(table.key.map((column) => cellOf(row, column) ?? ''));
  const here = writesHere ? row : null;
  return {
    table,
    pk,
    label: written.label,
    trees: readTrees(store, trees, table, { table: table.name, pk }),
    target: { base: here, local: here, server: row },
    origin: noOrigin,
    serverVer: null,
    left: null,
    column: null,
    shownAs: 'add',
  };
}
