import { tableOf, type Catalog } from '../../shared/catalog/catalog.ts';
import type { LeftReason } from '../../shared/sync/plan.ts';
import { heldBy } from '../../shared/sync/claims.ts';
import { hardParents } from '../../shared/sync/row.ts';
import { readRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { OutboxEffect } from '../store/sync/outbox-store.ts';
import { changedSince } from '../store/sync/changed-since.ts';
import { hereOf } from './here-of.ts';

/** Rows a run would write here, those of them it leaves, and the last local change its plan knew of. */
export interface Leaving {
  readonly peerId: string;
  readonly writes: readonly OutboxEffect[];
  readonly left: Map<OutboxEffect, LeftReason>;
  readonly seq: number;
}

/**
 * Adds to the rows a run leaves here whatever cannot be written without them: children of a record that does not come, and records that take a unique value
 * which somebody here keeps or has taken since the plan was made. Inside the transaction that writes the others.
 */
export function leaveDependants(store: ClassStore, catalog: Catalog, { peerId, writes, left, seq }: Leaving): void {
  const held = heldMeanwhile(store, catalog, peerId, writes, seq);
  if (left.size === 0 && held.size === 0) return;
  const ofRun = new Map(writes.map((effect) => [`${effect.table} ${effect.pk}`, effect]));
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const effect of writes) {
      if (left.has(effect)) continue;
      const holder = claimsOf(catalog, effect)
        .map((claim) => held.get(claim))
        .find((address) => address !== undefined && address !== `${effect.table} ${effect.pk}`);
      if (holder !== undefined) {
        // A record of the run that goes on to its own new value lets go of this one.
        const other = ofRun.get(holder);
        if (other === undefined) left.set(effect, 'edited-meanwhile');
        else if (left.has(other)) left.set(effect, 'blocked');
      }
      if (needsLeft(catalog, effect, ofRun, left)) left.set(effect, 'blocked');
    }
  }
}

/** Who holds which unique value here, of the records changed since the plan was made: those before it are the plan's own business. */
function heldMeanwhile(
  store: ClassStore,
  catalog: Catalog,
  peerId: string,
  writes: readonly OutboxEffect[],
  seq: number,
): ReadonlyMap<string, string> {
  const held = new Map<string, string>();
  for (const name of new Set(writes.map((effect) => effect.table))) {
    const table = tableOf(catalog, name);
    if (table.unique.length === 0) continue;
    for (const pk of changedSince(store, peerId, name, seq))
      for (const claim of heldBy(table, readRow(store, table, pk))) held.set(claim, `${name} ${pk}`);
  }
  return held;
}

function claimsOf(catalog: Catalog, effect: OutboxEffect): readonly string[] {
  return heldBy(tableOf(catalog, effect.table), hereOf(effect));
}

/** Whether a row needs one that would come with this run and does not. */
function needsLeft(
  catalog: Catalog,
  effect: OutboxEffect,
  ofRun: ReadonlyMap<string, OutboxEffect>,
  left: ReadonlyMap<OutboxEffect, LeftReason>,
): boolean {
  return hardParents(tableOf(catalog, effect.table), hereOf(effect)).some((address) => {
    const parent = ofRun.get(address);
    return parent !== undefined && parent.trees.local === null && left.has(parent);
  });
}
