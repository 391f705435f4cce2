import { createHash, createHmac } from 'node:crypto';
import { contentColumns, tableOf, type Catalog, type CatalogTable } from '../../shared/catalog/catalog.ts';
import type { TreeRow, Trees } from '../../shared/sync/plan.ts';
import type { Resolution } from '../../shared/sync/logged-fields.ts';
import { cellOf, sameRow } from '../../shared/sync/row.ts';
import { createSlicer } from '../engine/slices.ts';
import type { Observation, Remote } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import {
  addResolutions,
  classSecretOf,
  forgetResolutions,
  keepClassSecret,
  unsentResolutions,
  type DecidedContent,
} from '../store/sync/resolution-store.ts';
import type { OutboxEffect } from '../store/sync/outbox-store.ts';
import type { RowKey } from '../store/sync/trees.ts';

/** Lines stored in one step. */
const LINES_AT_ONCE = 500;
/** How long a line is kept here, in milliseconds; the server gives none that is older. */
const KEPT_MS = 400 * 86_400_000;

/**
 * Hash of the content of a row under the secret of its class (HMAC-SHA-256, RFC 2104): equal content at one key gives equal hashes for every member, and
 * nobody else learns anything from it, however few values there could be. `undefined`: both sides never agreed on anything there.
 */
export function contentHash(secret: string, table: CatalogTable, pk: string, row: TreeRow | undefined): string {
  const content =
    row === undefined || row === null
      ? String(row)
      : JSON.stringify(contentColumns(table).map(({ name }) => [name, cellOf(row, name)]));
  return createHmac('sha256', secret).update(`${table.name}\n${pk}\n${content}`).digest('hex');
}

/** What the log knows a decision by in which this PC's version lost to the server's. */
export function lostHere(secret: string, table: CatalogTable, pk: string, trees: Trees): DecidedContent {
  const hash = (row: TreeRow | undefined): string => contentHash(secret, table, pk, row);
  const { base, local, server } = trees;
  return { table: table.name, pk, baseHash: hash(base), loserHash: hash(local), winnerHash: hash(server) };
}

/** Who decided, in which run, and when. */
export interface Decider {
  readonly secret: string;
  readonly who: string;
  readonly runId: string;
  readonly at: string;
}

/** The lines of the log about a decided row: one for each side that lost. None for a row nobody was asked about. */
export function resolutionsOf(catalog: Catalog, effect: OutboxEffect, decider: Decider): readonly Resolution[] {
  const { choice } = effect;
  if (choice === null) return [];
  const table = tableOf(catalog, effect.table);
  const hash = (row: TreeRow | undefined): string => contentHash(decider.secret, table, effect.pk, row);
  return (['local', 'server'] as const)
    .filter((side) => !sameRow(table, effect.trees[side], effect.result))
    .map((side) => ({
      id: lineId(decider.runId, effect, side),
      table: effect.table,
      pk: effect.pk,
      baseHash: hash(effect.trees.base),
      loserHash: hash(effect.trees[side]),
      winnerHash: hash(effect.result),
      choice,
      fields: effect.fields ?? null,
      who: decider.who,
      runId: decider.runId,
      at: decider.at,
    }));
}

/** The same line has the same id however often it is made: recovery makes it again. */
function lineId(runId: string, key: RowKey, side: string): string {
  const hex = createHash('sha256').update(`${runId} ${key.table} ${key.pk} ${side}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The lines a run takes along: those of its own decisions, and those that wait for a run that writes. Asks the server for the secret where it is not known. */
export async function linesToSend(
  store: ClassStore,
  remote: Remote,
  { peerId, scope }: { readonly peerId: string; readonly scope: string },
  effects: readonly OutboxEffect[],
  decider: Omit<Decider, 'secret'>,
): Promise<readonly Resolution[]> {
  const waiting = unsentResolutions(store, peerId);
  const decided = effects.filter((effect) => effect.choice !== null);
  if (decided.length === 0) return waiting;
  let secret = classSecretOf(store, peerId);
  if (secret === null) {
    secret = await remote.classSecret(scope);
    // A class this run is going to make anew: its decisions are no record for others yet.
    if (secret === null) return waiting;
    keepClassSecret(store, peerId, secret);
  }
  const known = { ...decider, secret };
  return [...waiting, ...decided.flatMap((effect) => resolutionsOf(store.catalog, effect, known))];
}

/** Sends the lines that wait, where no run took them along. They are only a record: that it did not work is no failure of anything. */
export async function sendWaitingLines(
  store: ClassStore,
  remote: Remote,
  { peerId, scope }: { readonly peerId: string; readonly scope: string },
): Promise<void> {
  const lines = unsentResolutions(store, peerId);
  if (lines.length === 0) return;
  await remote.logResolutions(scope, lines);
  store.transaction(() => addResolutions(store, peerId, lines, { sent: true }));
}

/** Takes over what an observation read of the log, in slices. */
export async function recordLog(
  store: ClassStore,
  peerId: string,
  { secret, resolutions }: Pick<Observation, 'secret' | 'resolutions'>,
  now: string,
  signal: AbortSignal,
): Promise<void> {
  if (secret !== null) keepClassSecret(store, peerId, secret);
  const slicer = createSlicer(1);
  for (let from = 0; from < resolutions.length; from += LINES_AT_ONCE) {
    const lines = resolutions.slice(from, from + LINES_AT_ONCE);
    store.stepTransaction(() => addResolutions(store, peerId, lines, { sent: true }));
    await slicer.pause(signal);
  }
  if (resolutions.length > 0) forgetResolutions(store, peerId, new Date(Date.parse(now) - KEPT_MS).toISOString());
}
