import type { Catalog, CatalogForeignKey, CatalogTable } from '../../shared/catalog/catalog.ts';
import { heldBy, partsOf, type Claim } from '../../shared/sync/claims.ts';
import type { OpenPlan } from '../../shared/sync/close-plan.ts';
import type { Direction, PlanRow, Trees as RowTrees } from '../../shared/sync/plan.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { childrenOf, findByColumns } from '../store/catalog-rows.ts';
import type { ClassStore } from '../store/class-store.ts';
import { askLater, questionAbout } from '../store/sync/open-questions.ts';
import { addPlanLinks, contestedClaims, heldPlanLinks, planClaimants, planLinks } from '../store/sync/plan-links.ts';
import {
  hasKind,
  ordinalOf,
  ordinalsOfKind,
  ordinalsOfTable,
  planRow,
  replacePlanRow,
} from '../store/sync/plan-store.ts';
import { heldPlanSorts, type PlanRowSort } from '../store/sync/plan-sorts.ts';
import { openTrees } from '../store/sync/trees.ts';
import { readTrees } from './row-facts.ts';

/** Answers kept at most: parents are asked for again and again by their children. */
const KEPT = 4_096;

/** A plan in the class file as the planner sees it. */
export interface PlanBook extends OpenPlan {
  /** Forgets the trees it looked up: somebody else may have written meanwhile. Rows of the plan are only written through the book. */
  refresh(): void;
  /** What sort of row stands at a place of a plan that is made; undefined where none is. */
  sortAt(ordinal: number): PlanRowSort | undefined;
}

/** Every decided row of a plan that is made is gone over several times; rows nobody said anything about are hardly read. */
const KEPT_WHEN_MADE = 16_384;

/** Opens a plan for the planner. `made`: its rows and links do not change any more, and whoever decides about it goes over the same ones again and again. */
export function openPlanBook(
  store: ClassStore,
  catalog: Catalog,
  { planId, peerId, made = false }: { readonly planId: string; readonly peerId: string; readonly made?: boolean },
): PlanBook {
  const peer = openTrees(store, peerId);
  const rows = createCache<number, PlanRow>(made ? KEPT_WHEN_MADE : KEPT);
  const heldLinks = heldPlanLinks(store, planId);
  const places = createCache<string, number>();
  const known = createCache<string, RowTrees>();
  let deletes: boolean | null = null;
  return {
    catalog,
    trees: (table, pk) =>
      known.get(`${table.name} ${pk}`, () => readTrees(store, peer, table, { table: table.name, pk })),
    childrenHere: (child: CatalogTable, foreignKey: CatalogForeignKey, parentPk: string) =>
      childrenOf(store, child, foreignKey, tableOf(catalog, foreignKey.references), parentPk).map(({ pk }) => pk),
    holdersHere: (table, claim) => holdersHere(store, table, claim),
    get deletes() {
      return (deletes ??= hasKind(store, planId, 'delete'));
    },
    ordinal: (table, pk) => places.get(`${table} ${pk}`, () => ordinalOf(store, planId, table, pk)),
    row(ordinal) {
      const found = rows.get(ordinal, () => planRow(store, planId, ordinal));
      if (found === null) throw new Error(`no row ${ordinal} in plan ${planId}`);
      return found;
    },
    linked: made ? heldLinks : (ordinal) => planLinks(store, planId, ordinal),
    claimants: (claim) => planClaimants(store, planId, claim),
    rowsOf: (table) => ordinalsOfTable(store, planId, table),
    *deletions() {
      yield* ordinalsOfKind(store, planId, 'delete');
      yield* ordinalsOfKind(store, planId, 'conflict');
    },
    contested: () => contestedClaims(store, planId),
    replace(ordinal: number, row: PlanRow, direction: Direction) {
      replacePlanRow(store, planId, ordinal, row, direction);
      rows.set(ordinal, row);
    },
    link: (needs, ordinal) => addPlanLinks(store, planId, [{ needs, ordinal }]),
    newChildren(row, found) {
      const deleted = row.result ?? null;
      if (found > 0) askLater(store, peerId, row, deleted, found);
      return questionAbout(store, peerId, row, deleted)?.children ?? 0;
    },
    refresh: () => known.clear(),
    sortAt: heldPlanSorts(store, planId),
  };
}

/** Keys of the rows here that hold a value of a unique rule. */
export function holdersHere(store: ClassStore, table: CatalogTable, claim: Claim): readonly string[] {
  const { columns, cells } = partsOf(table, claim);
  return findByColumns(store, table, columns, cells)
    .filter(({ row }) => heldBy(table, row).includes(claim))
    .map(({ pk }) => pk);
}

interface Cache<K, V> {
  /** The answer kept, or the one found now; null is never kept, because what is not there may come. */
  get<R extends V | null>(key: K, find: () => R): V | R;
  set(key: K, value: V): void;
  clear(): void;
}

function createCache<K, V>(most = KEPT): Cache<K, V> {
  const kept = new Map<K, V>();
  const set = (key: K, value: V): void => {
    if (kept.size >= most) kept.clear();
    kept.set(key, value);
  };
  return {
    get(key, find) {
      const known = kept.get(key);
      if (known !== undefined) return known;
      const found = find();
      if (found !== null) set(key, found);
      return found;
    },
    set,
    clear: () => kept.clear(),
  };
}
