import {
  columnNamed,
  contentColumns,
  tableOf,
  type Catalog,
  type CatalogTable,
  type CatalogUnique,
  type ColumnType,
} from '../../shared/catalog/catalog.ts';
import { claimedCells } from '../../shared/catalog/claimed-cells.ts';
import type { KnownBefore, Row, TreeRow, Trees } from '../../shared/sync/plan.ts';
import { cellOf, kindOf, sameRow } from '../../shared/sync/row.ts';
import { readRow, writeRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { answerQuestion, askLater, questionOf } from '../store/sync/open-questions.ts';
import { factoryRow, writingFor } from '../store/sync/peer-store.ts';
import { keepLost, type LostValue } from '../store/sync/recovery-bin.ts';
import type { OutboxEffect } from '../store/sync/outbox-store.ts';
import type { RunRow } from '../store/sync/run-store.ts';
import type { RemoteEntry, RowKey, Trees as StoredTrees } from '../store/sync/trees.ts';
import { hereOf } from './here-of.ts';
import { lostSearch } from './lost-search.ts';

/** What settling needs: one open transaction of the caller, the trees of its peer and the time. */
export interface Settling {
  readonly store: ClassStore;
  readonly catalog: Catalog;
  readonly peerId: string;
  readonly trees: StoredTrees;
  readonly runId: string;
  readonly now: string;
  /** Whose value the server's is, per row, for the recovery bin. */
  readonly serverBy: (key: RowKey) => string | null;
}

/** What the server holds of one row after the run. */
interface ServerEnd {
  readonly row: TreeRow;
  readonly ver: string | null;
  /** It held the result already: the run did not write it. */
  readonly there?: boolean;
}

/** What settling one row came to. */
export interface Settled {
  readonly rows: readonly RunRow[];
  /** Whether something of it was to be written here and was not. */
  readonly stays: boolean;
  /** Whether Base is what the server holds: of a row it got, nothing is to be found out by reading it again. */
  readonly agreed: boolean;
}

/** A mark stands exactly where this side differs from Base, and asks no more than the run says (`copied`): what it asked was answered. `local` is the row here where the caller knows it. */
function fixMark(
  settling: Settling,
  table: CatalogTable,
  key: RowKey,
  base: TreeRow,
  local: TreeRow = readRow(settling.store, table, key.pk),
  copied = false,
): void {
  if (sameRow(table, local, base)) settling.trees.clearDirty(key);
  else {
    settling.trees.markDirty(key, settling.now);
    settling.trees.setCopied(key, copied);
  }
}

function runRow(
  table: CatalogTable,
  effect: OutboxEffect,
  side: RunRow['side'],
  before: TreeRow,
  after: TreeRow,
  first: { readonly trees: Trees; readonly known: KnownBefore } | null,
): RunRow {
  return {
    table: effect.table,
    pk: effect.pk,
    label: effect.label,
    side,
    op: kindOf(table, before, after).kind,
    before,
    after,
    choice: effect.choice,
    trees: first?.trees ?? null,
    known: first?.known ?? null,
  };
}

/** What is known of a row beside its versions, before it is settled. Asked for before anything of it is written. */
function knownBefore({ store, peerId, trees }: Settling, key: RowKey): KnownBefore {
  const [base, remote, dirty] = [trees.base(key), trees.remote(key), trees.dirty(key)];
  return {
    base: base?.at ?? null,
    server: remote === undefined ? null : { by: remote.by, at: remote.editedAt, from: remote.editedFrom ?? null },
    local:
      dirty === undefined
        ? null
        : {
            at: dirty.lastAt,
            monotonicMs: dirty.stamp?.monotonicMs ?? null,
            bootId: dirty.stamp?.bootId ?? null,
            ...(dirty.copied ? { copied: true } : {}),
          },
    question: questionOf(store, peerId, key),
  };
}

/**
 * Puts what a run overwrites for good into the recovery bin: on the server, what a decision, a guard that was overruled, or taking a run back replaced; here
 * also what was changed on this PC, not sent yet, and is in no part of the result.
 */
function keepLosers(
  settling: Settling,
  effect: OutboxEffect,
  written: { readonly up: boolean; readonly down: boolean },
): void {
  const { store, runId, now } = settling;
  const { local } = effect.trees;
  const server = effect.trees.server ?? lostThere(settling, effect);
  const always = effect.choice !== null || effect.keepLosers === true;
  const keep = (row: Row, whose: Pick<LostValue, 'side' | 'by'>): void => {
    const lost = { table: effect.table, pk: effect.pk, label: effect.label, at: now, runId, row, ...whose };
    keepLost(store, { ...lost, search: lostSearch(tableOf(settling.catalog, effect.table), lost) });
  };
  if (written.down && local !== null && (always || losesUnsent(settling, effect)))
    keep(local, { side: 'local', by: null });
  if (written.up && server !== null && (always || losesUnseen(settling, effect)))
    keep(server, { side: 'server', by: settling.serverBy(effect) });
}

/** What the server held of a decided row when it lost it, where that is not what comes back. */
function lostThere({ catalog, trees }: Settling, effect: OutboxEffect): TreeRow {
  if (effect.choice === null) return null;
  const { gone = null } = trees.remote(effect) ?? {};
  return sameRow(tableOf(catalog, effect.table), gone, effect.result) ? null : gone;
}

/** Whether a change of this PC that no server ever got is overwritten here. */
function losesUnsent({ store, catalog }: Settling, { table, pk, trees, result }: OutboxEffect): boolean {
  // Rows the app made by itself are nobody's work.
  if (trees.base === undefined && factoryRow(store, table, pk) === JSON.stringify(trees.local)) return false;
  return loses(tableOf(catalog, table), trees.base, trees.local, result);
}

/** Whether a change somebody made on the server, which this PC never had, is overwritten there. */
function losesUnseen({ catalog }: Settling, { table, trees, result }: OutboxEffect): boolean {
  return loses(tableOf(catalog, table), trees.base, trees.server, result);
}

/** Whether a version of a row says something new since Base that the result does not say. */
function loses(table: CatalogTable, base: TreeRow | undefined, version: TreeRow, result: TreeRow): boolean {
  if (version === null || sameRow(table, version, base) || sameRow(table, version, result)) return false;
  if (result === null) return true;
  return contentColumns(table).some(({ name }) => {
    const cell = cellOf(version, name);
    return cell !== cellOf(base, name) && cell !== cellOf(result, name);
  });
}

/**
 * After the server committed a row. By the rule of Apply the local row stays: Base becomes the plan's local row, so that a merged result shows as
 * "to this PC" next time (Base at the merged row would push the other side's old value back). By the rule of Sync an untouched local row takes the result.
 */
export function settleUp(
  settling: Settling,
  effect: OutboxEffect,
  untouched: boolean,
  readBack: ServerEnd,
  rule: 'apply' | 'sync',
): Settled {
  const { trees } = settling;
  const table = tableOf(settling.catalog, effect.table);
  const down = rule === 'sync' && untouched && effect.down;
  if (effect.target !== undefined)
    return settleTarget(settling, effect, { target: effect.target, untouched, server: readBack, up: true, down });
  const first = { trees: effect.trees, known: knownBefore(settling, effect) };
  const rows: RunRow[] =
    readBack.there === true ? [] : [runRow(table, effect, 'up', effect.trees.server, effect.result, first)];
  if (down) {
    writeHere(settling, table, effect);
    rows.push(runRow(table, effect, 'down', effect.trees.local, effect.result, rows.length > 0 ? null : first));
  }
  answerQuestion(settling.store, settling.peerId, effect);
  keepLosers(settling, effect, { up: true, down });
  const base = sameRow(table, effect.result, effect.trees.local) || down ? readBack.row : effect.trees.local;
  trees.setBase(effect, base, settling.now);
  const agreed = sameRow(table, base, readBack.row);
  if (agreed) trees.dropRemote(effect);
  else trees.setRemote(effect, { row: readBack.row, ver: readBack.ver, editedAt: settling.now, by: null });
  fixMark(settling, table, effect, base, down ? effect.result : untouched ? effect.trees.local : undefined);
  return { rows, stays: rule === 'sync' && effect.down && !untouched, agreed };
}

/** Takes one row of the server: here becomes the result, Base what the server had when the plan was made. A row edited meanwhile is left. */
export function settleDown(settling: Settling, effect: OutboxEffect, untouched: boolean): Settled {
  const { trees } = settling;
  const table = tableOf(settling.catalog, effect.table);
  if (!untouched) return { rows: [], stays: true, agreed: false };
  if (effect.target !== undefined) {
    const server = { row: effect.trees.server, ver: effect.serverVer };
    return settleTarget(settling, effect, { target: effect.target, untouched, server, up: false, down: true });
  }
  const first = { trees: effect.trees, known: knownBefore(settling, effect) };
  writeHere(settling, table, effect);
  answerQuestion(settling.store, settling.peerId, effect);
  keepLosers(settling, effect, { up: false, down: true });
  trees.setBase(effect, effect.trees.server, settling.now);
  trees.dropRemote(effect);
  fixMark(settling, table, effect, effect.trees.server, effect.result);
  return {
    rows: [runRow(table, effect, 'down', effect.trees.local, effect.result, first)],
    stays: false,
    agreed: true,
  };
}

/**
 * A row whose three versions are given: a run taken back, or everything taken from the server. Base becomes the version given where this PC still has what
 * the list knew, so that what was undone shows again; otherwise what the list knew, so that nothing edited meanwhile is taken for agreed.
 */
function settleTarget(
  settling: Settling,
  effect: OutboxEffect,
  to: {
    readonly target: Trees;
    readonly untouched: boolean;
    readonly server: ServerEnd;
    readonly up: boolean;
    readonly down: boolean;
  },
): Settled {
  const { store, trees, now } = settling;
  const { target, untouched, server, up, down } = to;
  const table = tableOf(settling.catalog, effect.table);
  const first = { trees: effect.trees, known: knownBefore(settling, effect) };
  const rows: RunRow[] =
    up && server.there !== true ? [runRow(table, effect, 'up', effect.trees.server, server.row, first)] : [];
  keepLosers(settling, effect, { up, down });
  if (down) {
    writeHere(settling, table, effect);
    rows.push(runRow(table, effect, 'down', effect.trees.local, target.local, rows.length > 0 ? null : first));
  }
  answerQuestion(store, settling.peerId, effect);
  const { restores } = effect;
  if (restores?.question != null)
    askLater(store, settling.peerId, effect, restores.question.deleted, restores.question.children);
  const base = untouched ? target.base : effect.trees.local;
  if (base === undefined) trees.dropBase(effect);
  else trees.setBase(effect, base, (untouched ? restores?.base : null) ?? now);
  const agreed = sameRow(table, server.row, base ?? null);
  if (agreed) trees.dropRemote(effect);
  else trees.setRemote(effect, { row: server.row, ver: server.ver, ...madeBy(settling, effect, up) });
  const made = untouched ? restores?.local : null;
  // Before the mark of today: the change of this PC that waits again is as old as it was.
  if (made != null && !sameRow(table, target.local, base ?? null))
    trees.markDirty(effect, made.at, { mono_ms: made.monotonicMs, boot: made.bootId });
  fixMark(settling, table, effect, base ?? null, undefined, made?.copied === true);
  return { rows, stays: effect.down && !untouched, agreed: agreed && base !== undefined };
}

/** Whose version the server has where the three versions were given: who made it before the run that is taken back, not who put it back. */
function madeBy(
  { trees, now }: Settling,
  effect: OutboxEffect,
  up: boolean,
): Pick<RemoteEntry, 'by' | 'editedAt' | 'editedFrom' | 'restored'> {
  const was = effect.restores?.server ?? null;
  if (was !== null) return { by: was.by, editedAt: was.at, editedFrom: was.from, restored: true };
  const found = up ? undefined : trees.remote(effect);
  return { by: found?.by ?? null, editedAt: up ? now : (found?.editedAt ?? null) };
}

/**
 * "Keep this PC's" while pulling: the server's version counts as seen and is kept in the recovery bin, and the row becomes a plain change to send. Neither side is
 * written; the history has what was decided, from what the server holds to what this PC keeps.
 */
export function settleSeen(settling: Settling, effect: OutboxEffect): Settled {
  const first = { trees: effect.trees, known: knownBefore(settling, effect) };
  keepLosers(settling, effect, { up: true, down: false });
  answerQuestion(settling.store, settling.peerId, effect);
  const table = tableOf(settling.catalog, effect.table);
  settling.trees.setBase(effect, effect.trees.server, settling.now);
  settling.trees.dropRemote(effect);
  fixMark(settling, table, effect, effect.trees.server);
  return {
    rows: [runRow(table, effect, 'none', effect.trees.server, effect.result, first)],
    stays: false,
    agreed: true,
  };
}

function writeHere(settling: Settling, table: CatalogTable, effect: OutboxEffect): void {
  writingFor(settling.store, settling.peerId, () => writeRow(settling.store, table, effect.pk, hereOf(effect)));
}

/** Whether the row here still is what the plan saw. Asked for all rows before any is written. */
export function isUntouched(settling: Settling, effect: OutboxEffect): boolean {
  const table = tableOf(settling.catalog, effect.table);
  return sameRow(table, readRow(settling.store, table, effect.pk), effect.trees.local);
}

/**
 * Before rows are written here: rows that give up a unique value let go of it, and those that go are gone, so that a swap or a hand-over never meets the old holder.
 * Their new values follow in the same transaction. `effects` are untouched rows only.
 */
export function freeUniqueValues(settling: Settling, effects: readonly OutboxEffect[]): void {
  for (const effect of effects) {
    const table = tableOf(settling.catalog, effect.table);
    const current = effect.trees.local;
    const next = hereOf(effect);
    if (table.unique.length === 0 || current === null || !effect.down) continue;
    if (next === null) {
      writeHere(settling, table, effect);
      continue;
    }
    const given = table.unique.filter((unique) => gives(table, unique, current, next));
    if (given.length === 0) continue;
    const parked = parkedRow(table, effect.pk, current, given);
    writingFor(settling.store, settling.peerId, () => writeRow(settling.store, table, effect.pk, parked));
  }
}

function gives(table: CatalogTable, unique: CatalogUnique, from: Row, to: TreeRow): boolean {
  const held = claimedCells(table, unique, from);
  return held !== null && JSON.stringify(held) !== JSON.stringify(claimedCells(table, unique, to));
}

/** Types that stand in the file as text of any kind, so that a parked value fits them. */
const parkable: ReadonlySet<ColumnType> = new Set(['text', 'uuid', 'numeric', 'date', 'timestamp', 'timestamptz']);

/** The row without its claims: one column of each is NULL, or holds what no other row can. Where neither fits (null), the row is away until it is written again. */
function parkedRow(table: CatalogTable, pk: string, row: Row, given: readonly CatalogUnique[]): TreeRow {
  const cells: [string, string | null][] = [];
  for (const unique of given) {
    const columns = unique.columns.map((name) => columnNamed(table, name));
    const empty = columns.find(({ nullable }) => nullable);
    const other = columns.find(({ type, name }) => parkable.has(type) && !table.key.includes(name));
    if (empty !== undefined) cells.push([empty.name, null]);
    else if (other !== undefined) cells.push([other.name, `parked ${pk}`]);
    else return null;
  }
  return { ...row, ...Object.fromEntries(cells) };
}
