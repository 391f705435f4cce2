import { tableOf } from '../../shared/catalog/catalog.ts';
import type { LeftReason } from '../../shared/sync/plan.ts';
import { hardParents } from '../../shared/sync/row.ts';
import { childrenOf } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { OutboxEffect } from '../store/sync/outbox-store.ts';
import { hereOf } from './here-of.ts';
import { heldBy } from '../../shared/sync/claims.ts';

/**
 * Adds to the rows a run leaves here every record that would go for good while something here still belongs to it, and every record that would take a value one
 * of those keeps. Inside the transaction that writes the others.
 */
export function leaveParents(
  store: ClassStore,
  writes: readonly OutboxEffect[],
  left: Map<OutboxEffect, LeftReason>,
): void {
  const gone = writes.filter((effect) => effect.trees.local !== null && hereOf(effect) === null);
  if (gone.length === 0) return;
  const ofRun = new Map(writes.map((effect) => [`${effect.table} ${effect.pk}`, effect]));
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const effect of gone)
      if (!left.has(effect) && isNeeded(store, effect, ofRun, left)) left.set(effect, 'new-child');
    const kept = new Set([...left.keys()].flatMap((effect) => claimsOf(store, effect, effect.trees.local)));
    if (kept.size === 0) continue;
    for (const effect of writes)
      if (!left.has(effect) && claimsOf(store, effect, hereOf(effect)).some((claim) => kept.has(claim)))
        left.set(effect, 'blocked');
  }
}

function isNeeded(
  store: ClassStore,
  { table: name, pk }: OutboxEffect,
  ofRun: ReadonlyMap<string, OutboxEffect>,
  left: ReadonlyMap<OutboxEffect, LeftReason>,
): boolean {
  const table = tableOf(store.catalog, name);
  return store.catalog.tables.some((child) =>
    child.foreignKeys
      .filter((key) => !key.soft && key.references === name)
      .some((key) =>
        childrenOf(store, child, key, table, pk).some((row) => {
          const effect = ofRun.get(`${child.name} ${row.pk}`);
          return (
            effect === undefined || left.has(effect) || hardParents(child, hereOf(effect)).includes(`${name} ${pk}`)
          );
        }),
      ),
  );
}

function claimsOf(store: ClassStore, { table }: OutboxEffect, row: OutboxEffect['result']): readonly string[] {
  return heldBy(tableOf(store.catalog, table), row);
}
