import { tableOf, type CatalogCheck } from '../../shared/catalog/catalog.ts';
import { pkOf } from '../../shared/catalog/key.ts';
import type { Effect, Row } from '../../shared/sync/plan.ts';
import { writeRow } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { statement } from '../store/statement.ts';
import { writingForNobody } from '../store/sync/peer-store.ts';

/** A row that breaks a rule of the catalog in what a plan would make of the class. */
export interface BrokenRule {
  readonly rule: string;
  readonly table: string;
  readonly pk: string;
}

/** Takes everything back that was written to look at it. */
class LookedAt extends Error {
  readonly broken: readonly BrokenRule[];

  constructor(broken: readonly BrokenRule[]) {
    super('looked at');
    this.broken = broken;
  }
}

/**
 * The rows that break one of these rules when the effects are written here: they are, in a transaction that is taken back. Only as costly as the pull itself, and
 * only asked for catalogs whose rules keep rows out.
 */
export function brokenRules(
  store: ClassStore,
  checks: readonly CatalogCheck[],
  effects: readonly Effect[],
): readonly BrokenRule[] {
  if (checks.length === 0) return [];
  const written = effects.filter((effect) => effect.down);
  try {
    store.transaction(() => {
      writingForNobody(store, () => {
        // First everything goes, so that no value is in the way of who takes it over.
        for (const { table, pk } of written) writeRow(store, tableOf(store.catalog, table), pk, null);
        for (const { table, pk, result } of written)
          if (result !== null) writeRow(store, tableOf(store.catalog, table), pk, result);
      });
      throw new LookedAt(checks.flatMap((check) => brokenBy(store, check)));
    });
  } catch (error) {
    const cause = error instanceof LookedAt ? error : error instanceof Error ? error.cause : null;
    if (cause instanceof LookedAt) return cause.broken;
    throw error;
  }
  return [];
}

function brokenBy(store: ClassStore, check: CatalogCheck): readonly BrokenRule[] {
  const table = tableOf(store.catalog, check.table);
  const found = statement(store.db, check.sql).all() as Readonly<Record<string, string | number | bigint>>[];
  return found.map((keys) => {
    const row: Row = Object.fromEntries(Object.entries(keys).map(([name, value]) => [name, String(value)]));
    return { rule: check.name, table: check.table, pk: pkOf(table, row) };
  });
}
