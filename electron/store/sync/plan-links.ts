import type { LeftReason } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement } from '../statement.ts';
import { readStored } from '../read-stored.ts';

/** A row of a plan that has to be looked at again when another one stays out, or is decided. */
export interface PlanLink {
  readonly needs: number;
  readonly ordinal: number;
}

/** A row of a plan that takes part in no run, and why; of one that cannot be stored here as the server has it the column that is in the way. */
export interface PlanRefusal {
  readonly ordinal: number;
  readonly column: string | null;
  readonly reason: LeftReason;
}

/** Contested values read at once. */
const READ_AT_ONCE = 100;

/** Links written by one statement: a statement for each costs three times as much. */
const LINKS_AT_ONCE = 64;

/** Writes which rows have to do with which. */
export function addPlanLinks(store: ClassStore, planId: string, links: readonly PlanLink[]): void {
  for (let from = 0; from < links.length;) {
    const rows = links.length - from < LINKS_AT_ONCE ? 1 : LINKS_AT_ONCE;
    const values = Array.from({ length: rows }, () => '(?, ?, ?)').join(', ');
    const sql = `INSERT OR IGNORE INTO plan_link (plan_id, needs, ordinal) VALUES ${values}`;
    const some = links.slice(from, from + rows);
    statement(store.db, sql).run(...some.flatMap((link) => [planId, BigInt(link.needs), BigInt(link.ordinal)]));
    from += rows;
  }
}

/** The rows noted for a row, in plan order. */
export function planLinks(store: ClassStore, planId: string, needs: number): readonly number[] {
  const sql = 'SELECT ordinal FROM plan_link WHERE plan_id = ? AND needs = ? ORDER BY ordinal';
  return (rawStatement(store.db, sql).all(planId, BigInt(needs)) as [number | bigint][]).map(([place]) =>
    Number(place),
  );
}

/** Rows whose links are read by one statement: one for each row was most of what a decision about thousands took. */
const NEEDS_AT_ONCE = 256;
/** Of so many rows the links are held; then what was read first is read again. */
const NEEDS_KEPT = 65_536;

const nobody: readonly number[] = [];

/** The same for a plan whose links do not change any more: read for many rows at once, and held. */
export function heldPlanLinks(store: ClassStore, planId: string): (needs: number) => readonly number[] {
  const held = new Map<number, ReadonlyMap<number, readonly number[]>>();
  return (needs) => {
    const part = Math.floor(needs / NEEDS_AT_ONCE);
    let links = held.get(part);
    if (links === undefined) {
      if (held.size >= NEEDS_KEPT / NEEDS_AT_ONCE) held.clear();
      held.set(part, (links = linksFrom(store, planId, part * NEEDS_AT_ONCE)));
    }
    return links.get(needs) ?? nobody;
  };
}

function linksFrom(store: ClassStore, planId: string, first: number): ReadonlyMap<number, readonly number[]> {
  const sql =
    'SELECT needs, ordinal FROM plan_link WHERE plan_id = ? AND needs >= ? AND needs < ? ORDER BY needs, ordinal';
  const links = new Map<number, number[]>();
  const read = rawStatement(store.db, sql).all(planId, BigInt(first), BigInt(first + NEEDS_AT_ONCE));
  for (const [needs, ordinal] of read as [number, number][]) {
    const found = links.get(needs);
    if (found === undefined) links.set(needs, [ordinal]);
    else found.push(ordinal);
  }
  return links;
}

/** Writes the values a row of a plan holds. */
export function addPlanClaims(store: ClassStore, planId: string, ordinal: number, claims: readonly string[]): void {
  const sql = 'INSERT INTO plan_claim (plan_id, claim, ordinal) VALUES (?, ?, ?)';
  for (const claim of claims) statement(store.db, sql).run(planId, claim, BigInt(ordinal));
}

/** The rows of a plan that hold a value, in plan order. */
export function planClaimants(store: ClassStore, planId: string, claim: string): readonly number[] {
  const sql = 'SELECT ordinal FROM plan_claim WHERE plan_id = ? AND claim = ? ORDER BY ordinal';
  return (rawStatement(store.db, sql).all(planId, claim) as [number | bigint][]).map(([place]) => Number(place));
}

/** The values more than one row of a plan holds, read a page at a time: the caller may write between two of them. */
export function* contestedClaims(
  store: ClassStore,
  planId: string,
): Generator<{ readonly claim: string; readonly ordinals: readonly number[] }> {
  const sql = `SELECT claim, json_group_array(ordinal) AS ordinals FROM plan_claim WHERE plan_id = ? AND claim > ?
    GROUP BY claim HAVING count(*) > 1 ORDER BY claim LIMIT ?`;
  for (let after = ''; ;) {
    const page = statement(store.db, sql).all(planId, after, BigInt(READ_AT_ONCE)) as {
      readonly claim: string;
      readonly ordinals: string;
    }[];
    for (const { claim, ordinals } of page) yield { claim, ordinals: readStored(ordinals) as number[] };
    const last = page.at(-1);
    if (last === undefined || page.length < READ_AT_ONCE) return;
    after = last.claim;
  }
}

/** Writes which rows of a plan take part in no run. */
export function addPlanRefusals(store: ClassStore, planId: string, refused: readonly PlanRefusal[]): void {
  const insert = statement(
    store.db,
    'INSERT INTO plan_refused (plan_id, ordinal, "column", reason) VALUES (?, ?, ?, ?)',
  );
  for (const { ordinal, column, reason } of refused) insert.run(planId, BigInt(ordinal), column, reason);
}

/** The rows of a plan that take part in no run. */
export function planRefusals(store: ClassStore, planId: string): readonly PlanRefusal[] {
  const sql = 'SELECT ordinal, "column", reason FROM plan_refused WHERE plan_id = ? ORDER BY ordinal';
  return statement(store.db, sql).all(planId) as PlanRefusal[];
}
