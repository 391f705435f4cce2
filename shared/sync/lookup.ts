import type { Catalog, CatalogForeignKey, CatalogTable } from '../catalog/catalog.ts';
import type { Claim } from './claims.ts';
import type { PlanRow, Trees } from './plan.ts';

/**
 * What the planner may ask of the store: single keys, never whole tables. Every answer is immediate. A plan's rows are numbered (`ordinal`) in the order they
 * were listed, parents before children.
 */
export interface Lookup {
  readonly catalog: Catalog;
  /** The three trees at a key, whether the row is listed or not. */
  trees(table: CatalogTable, pk: string): Trees;
  /** Keys of the rows here that point with this foreign key at a row. */
  childrenHere(child: CatalogTable, foreignKey: CatalogForeignKey, parentPk: string): readonly string[];
  /** Keys of the rows here that hold a value of a unique rule. */
  holdersHere(table: CatalogTable, claim: Claim): readonly string[];
  /** Whether the plan removes any row for good, decisions aside. */
  readonly deletes: boolean;
  /** Place of a row in the plan; null where both sides hold the same and nothing is to be done. */
  ordinal(table: string, pk: string): number | null;
  /** A row of the plan. */
  row(ordinal: number): PlanRow;
  /** Rows of the plan that were noted as depending on this one, or on one value with it. */
  linked(ordinal: number): readonly number[];
  /** Rows of the plan that hold a value in any of their versions. */
  claimants(claim: Claim): readonly number[];
}

/** The two sides a row can be written on. */
export type Side = 'local' | 'server';
/** Both of them. */
export const sides: readonly Side[] = ['local', 'server'];
/** The other one. */
export function otherSide(side: Side): Side {
  return side === 'local' ? 'server' : 'local';
}
