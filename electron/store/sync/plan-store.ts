import { AppError } from '../../../shared/errors.ts';
import type { ChangeKind, Direction, PlanRow } from '../../../shared/sync/plan.ts';
import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement } from '../statement.ts';
import { packPlanRow, unpackPlanRow, type RawPlanRow } from './plan-row-json.ts';

/** State of a plan: being written, open for choices and one run, used by a run, or overtaken. */
export type PlanState = 'making' | 'open' | 'used' | 'stale';

/** What a plan is made for. */
export type PlanPurpose = 'sync' | 'undo' | 'replace';

/** Everything of a plan but its rows. `facts` is what the preview shows around the list, as JSON. */
export interface PlanHead {
  readonly id: string;
  readonly connectionId: string;
  readonly peerId: string;
  readonly madeAt: string;
  /** Number of the last local change the plan saw. */
  readonly seq: number;
  readonly state: PlanState;
  readonly deviceId: string;
  readonly epoch: string;
  readonly catalogHash: string;
  readonly planHash: string;
  readonly firstContact: boolean;
  /** What the plan is for: an ordinary exchange, taking a run back, or taking everything from the server. */
  readonly purpose: PlanPurpose;
  /** The run that is taken back. */
  readonly undoes: string | null;
  /** Until when somebody means to carry it out by its id, so that nothing nobody asked for may overtake it (ISO 8601); null where nobody said so. */
  readonly heldUntil: string | null;
  readonly facts: string;
}

/** A row of a plan with what lists need of it. */
export interface StoredPlanRow {
  readonly ordinal: number;
  readonly direction: Direction;
  readonly at: string;
  readonly sortKey: string;
  readonly search: string;
  readonly row: PlanRow;
}

/** What counting needs of a row. */
export interface PlanRowKeys {
  readonly ordinal: number;
  readonly table: string;
  readonly kind: ChangeKind;
  readonly direction: Direction;
}

/** Plans of a connection that are kept, the newest one included. */
const KEPT_PLANS = 5;
/** Rows removed and read in one step. */
const REMOVED_AT_ONCE = 200;
const READ_AT_ONCE = 100;
/** Rows counted in one step by an index alone, and by looking them up. */
const COUNTED_AT_ONCE = 4_000;
const LOOKED_AT_ONCE = 500;

const HEAD = `SELECT id, connection_id AS connectionId, peer_id AS peerId, made_at AS madeAt, seq, state, device_id AS deviceId, epoch,
  catalog_hash AS catalogHash, plan_hash AS planHash, first_contact AS firstContact, purpose, undoes, held_until AS heldUntil,
  facts FROM plan`;

function headFrom(raw: unknown): PlanHead {
  const head = raw as Omit<PlanHead, 'seq' | 'firstContact'> & { seq: number | bigint; firstContact: number | bigint };
  return { ...head, seq: Number(head.seq), firstContact: Number(head.firstContact) === 1 };
}

/** Begins a plan; its rows follow with `addPlanRows` and `finishPlan` opens it. */
export function beginPlan(store: ClassStore, head: Omit<PlanHead, 'state' | 'planHash' | 'heldUntil' | 'facts'>): void {
  const sql = `INSERT INTO plan (id, connection_id, peer_id, made_at, seq, state, device_id, epoch, catalog_hash, plan_hash, first_contact, purpose, undoes, facts)
    VALUES (?, ?, ?, ?, ?, 'making', ?, ?, ?, '', ?, ?, ?, '{}')`;
  statement(store.db, sql).run(
    head.id,
    head.connectionId,
    head.peerId,
    head.madeAt,
    BigInt(head.seq),
    head.deviceId,
    head.epoch,
    head.catalogHash,
    head.firstContact ? 1n : 0n,
    head.purpose,
    head.undoes,
  );
}

/** Notes that somebody means to carry a plan out until a moment (ISO 8601). */
export function holdPlan(store: ClassStore, planId: string, until: string): void {
  statement(store.db, 'UPDATE plan SET held_until = ? WHERE id = ?').run(until, planId);
}

/** Writes rows of a plan that is being made. Inside a transaction of the caller. */
export function addPlanRows(store: ClassStore, planId: string, rows: readonly StoredPlanRow[]): void {
  const insert = statement(
    store.db,
    `INSERT INTO plan_row (plan_id, ordinal, tbl, pk, label, kind, direction, conflict, at, sort_key, search, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const { ordinal, direction, at, sortKey, search, row } of rows)
    insert.run(
      planId,
      BigInt(ordinal),
      row.table,
      row.pk,
      row.label,
      row.kind,
      direction,
      row.conflict,
      at,
      sortKey,
      search,
      packPlanRow(row),
    );
}

/** Replaces one row of a plan that is being made, when closure learned more about it. */
export function replacePlanRow(
  store: ClassStore,
  planId: string,
  ordinal: number,
  row: PlanRow,
  direction: Direction,
): void {
  statement(
    store.db,
    'UPDATE plan_row SET kind = ?, direction = ?, conflict = ?, row = ? WHERE plan_id = ? AND ordinal = ?',
  ).run(row.kind, direction, row.conflict, packPlanRow(row), planId, BigInt(ordinal));
}

/** Whether any row of a plan is of a kind. */
export function hasKind(store: ClassStore, planId: string, kind: ChangeKind): boolean {
  const sql = 'SELECT 1 FROM plan_row WHERE plan_id = ? AND kind = ? LIMIT 1';
  return statement(store.db, sql).get(planId, kind) !== undefined;
}

/** Places of the rows of one kind, of any direction and table, read a page at a time: the caller may write between two of them. */
export function* ordinalsOfKind(store: ClassStore, planId: string, kind: ChangeKind): Generator<number> {
  const sql = `SELECT direction, tbl, ordinal FROM plan_row WHERE plan_id = ? AND kind = ? AND (direction, tbl, ordinal) > (?, ?, ?)
    ORDER BY direction, tbl, ordinal LIMIT ?`;
  for (let after: readonly [string, string, bigint] = ['', '', -1n]; ;) {
    const page = rawStatement(store.db, sql).all(planId, kind, ...after, BigInt(READ_AT_ONCE)) as [
      string,
      string,
      number,
    ][];
    for (const [, , ordinal] of page) yield ordinal;
    const end = page.at(-1);
    if (end === undefined || page.length < READ_AT_ONCE) return;
    after = [end[0], end[1], BigInt(end[2])];
  }
}

/** Places of the rows of one table in key order, read a page at a time: the caller may write between two of them. */
export function* ordinalsOfTable(store: ClassStore, planId: string, table: string): Generator<number> {
  const sql = 'SELECT pk, ordinal FROM plan_row WHERE plan_id = ? AND tbl = ? AND pk > ? ORDER BY pk LIMIT ?';
  for (let after = ''; ;) {
    const page = rawStatement(store.db, sql).all(planId, table, after, BigInt(READ_AT_ONCE)) as [string, number][];
    for (const [, ordinal] of page) yield ordinal;
    const end = page.at(-1);
    if (end === undefined || page.length < READ_AT_ONCE) return;
    after = end[0];
  }
}

/** Opens a plan that is complete; the one before it is overtaken. */
export function finishPlan(
  store: ClassStore,
  planId: string,
  made: Pick<PlanHead, 'planHash' | 'facts' | 'firstContact'>,
): void {
  statement(store.db, `UPDATE plan SET state = 'open', plan_hash = ?, facts = ?, first_contact = ? WHERE id = ?`).run(
    made.planHash,
    made.facts,
    made.firstContact ? 1n : 0n,
    planId,
  );
  const { connectionId } = getPlan(store, planId);
  statement(
    store.db,
    `UPDATE plan SET state = 'stale' WHERE connection_id = ? AND id <> ? AND state IN ('open', 'making')`,
  ).run(connectionId, planId);
}

/** The head of a plan; throws `plan-unknown`. */
export function getPlan(store: ClassStore, planId: string): PlanHead {
  const raw = statement(store.db, `${HEAD} WHERE id = ? AND state <> 'removed'`).get(planId);
  if (raw === undefined) throw new AppError('plan-unknown', { planId });
  return headFrom(raw);
}

/** Plans that can be shown, newest first: in the order they were made, whatever the clock did. */
export function listPlans(store: ClassStore, connectionId: string | null): readonly PlanHead[] {
  return statement(
    store.db,
    `${HEAD} WHERE state NOT IN ('making', 'removed') AND connection_id = coalesce(?, connection_id) ORDER BY rowid DESC`,
  )
    .all(connectionId)
    .map(headFrom);
}

/** Moves a plan to another state. */
export function setPlanState(store: ClassStore, planId: string, state: PlanState): void {
  statement(store.db, `UPDATE plan SET state = ? WHERE id = ? AND state <> 'removed'`).run(state, planId);
}

/** Older plans of a connection than the last ones kept, and those whose making was cut short. */
export function oldPlans(store: ClassStore, connectionId: string, except: string): readonly string[] {
  const sql = `SELECT id FROM plan WHERE connection_id = ? AND id <> ? AND id NOT IN (SELECT plan_id FROM outbox) AND (state IN ('making', 'removed') OR id NOT IN (SELECT id FROM plan WHERE connection_id = ? ORDER BY rowid DESC LIMIT ?))`;
  const found = statement(store.db, sql).all(connectionId, except, connectionId, BigInt(KEPT_PLANS));
  return (found as { id: string }[]).map(({ id }) => id);
}

/** Hides a plan from everybody; `sweepPlans` takes its rows away. What waits by it is counted from the rows until there is another list. */
export function hidePlan(store: ClassStore, planId: string): void {
  statement(store.db, `UPDATE plan SET state = 'removed' WHERE id = ?`).run(planId);
  statement(store.db, 'UPDATE connection SET pending_plan = NULL WHERE pending_plan = ?').run(planId);
}

/** The tables of a plan's rows with their keys. */
const rowTables = {
  plan_link: 'needs, ordinal',
  plan_claim: 'claim, ordinal',
  plan_need: 'needs, ordinal',
  plan_refused: 'ordinal',
  plan_row: 'rowid',
} as const;

/** The plans that say what a run does whose end is not known yet: they stay until it is, be it that the run began while the plan was being removed. */
const inUse = 'SELECT plan_id FROM outbox';

/**
 * Removes hidden plans with their rows and drafts, a few rows at a time: whoever goes through it decides when it stops for a while. Yields after every step. Those
 * in use stay.
 */
export function* sweepPlans(store: ClassStore): Generator<void, void> {
  const next = `SELECT id FROM plan WHERE state = 'removed' AND id NOT IN (${inUse}) LIMIT 1`;
  for (;;) {
    const found = statement(store.db, next).get() as { readonly id: string } | undefined;
    if (found === undefined) return;
    for (const [table, key] of Object.entries(rowTables)) {
      const sql = `DELETE FROM ${table} WHERE plan_id = ? AND plan_id NOT IN (${inUse}) AND (${key}) IN (SELECT ${key} FROM ${table} WHERE plan_id = ? LIMIT ?)`;
      for (let removed = -1; removed !== 0;) {
        removed = store.stepTransaction(
          () => statement(store.db, sql).run(found.id, found.id, BigInt(REMOVED_AT_ONCE)).changes,
        );
        yield;
      }
    }
    store.stepTransaction(() =>
      statement(store.db, `DELETE FROM plan WHERE id = ? AND id NOT IN (${inUse})`).run(found.id),
    );
    yield;
  }
}

/** So many rows of a plan are of one sort. */
export type PlanCount = Omit<PlanRowKeys, 'ordinal'> & { readonly count: number };

/** How many rows of a plan there are of each sort, a few thousand rows at a time: whoever adds the parts up decides when to stop for a while. */
export function* planCounts(store: ClassStore, planId: string): Generator<readonly PlanCount[], void> {
  const sql = `SELECT tbl AS "table", kind, direction, count(*) AS count, max(ordinal) AS last FROM (
  SELECT kind, direction, tbl, ordinal FROM plan_row WHERE plan_id = ? AND (kind, direction, tbl, ordinal) > (?, ?, ?, ?)
   ORDER BY kind, direction, tbl, ordinal LIMIT ?) GROUP BY kind, direction, tbl ORDER BY kind, direction, tbl`;
  for (let after: readonly [string, string, string, bigint] = ['', '', '', -1n]; ;) {
    const part = statement(store.db, sql).all(planId, ...after, BigInt(COUNTED_AT_ONCE)) as (PlanCount & {
      readonly last: number;
    })[];
    yield part.map(({ last: _last, ...count }) => count);
    const end = part.at(-1);
    if (end === undefined || part.reduce((sum, { count }) => sum + count, 0) < COUNTED_AT_ONCE) return;
    after = [end.kind, end.direction, end.table, BigInt(end.last)];
  }
}

/** An edit made here and nothing else: what the server has is what both sides had, so nobody else's change is lost. */
const isOwnEdit = `(r.direction = 'up' AND NOT EXISTS (SELECT 1 FROM remote AS m JOIN plan AS p ON p.peer_id = m.peer_id
  WHERE p.id = r.plan_id AND m.tbl = r.tbl AND m.pk = r.pk))`;

/** How many changed or deleted rows of a table were only edited here. */
export interface OwnEdits {
  readonly table: string;
  readonly kind: 'update' | 'delete';
  readonly count: number;
}

/** How many of the changed and deleted rows of a plan were only edited here, in parts as `planCounts`. */
export function* ownEdits(store: ClassStore, planId: string): Generator<readonly OwnEdits[], void> {
  const sql = `SELECT tbl AS "table", kind, sum(own) AS count, count(*) AS looked, max(ordinal) AS last FROM (
  SELECT r.tbl, r.kind, r.ordinal, ${isOwnEdit} AS own FROM plan_row AS r
   WHERE r.plan_id = ? AND r.kind = ? AND r.direction = 'up' AND (r.tbl, r.ordinal) > (?, ?) ORDER BY r.tbl, r.ordinal LIMIT ?) GROUP BY tbl ORDER BY tbl`;
  for (const kind of ['update', 'delete'])
    for (let after: readonly [string, bigint] = ['', -1n]; ;) {
      const part = statement(store.db, sql).all(planId, kind, ...after, BigInt(LOOKED_AT_ONCE)) as (OwnEdits & {
        readonly looked: number;
        readonly last: number;
      })[];
      yield part;
      const end = part.at(-1);
      if (end === undefined || part.reduce((sum, { looked }) => sum + looked, 0) < LOOKED_AT_ONCE) break;
      after = [end.table, BigInt(end.last)];
    }
}

/** The keys of the rows at some places, in plan order, some hundred at a time; `own`: edited here and nothing else. */
export function* planRowKeysAt(
  store: ClassStore,
  planId: string,
  ordinals: Iterable<number>,
): Generator<readonly (PlanRowKeys & { readonly own: boolean })[], void> {
  const sql = `SELECT r.ordinal, r.tbl AS "table", r.kind, r.direction, ${isOwnEdit} AS own FROM plan_row AS r
    WHERE r.plan_id = ? AND r.ordinal IN (SELECT value FROM json_each(?)) ORDER BY r.ordinal`;
  const places = [...ordinals].toSorted((a, b) => a - b);
  for (let from = 0; from < places.length; from += LOOKED_AT_ONCE) {
    const found = statement(store.db, sql).all(
      planId,
      JSON.stringify(places.slice(from, from + LOOKED_AT_ONCE)),
    ) as (PlanRowKeys & { own: number })[];
    yield found.map((raw) => ({ ...raw, own: raw.own === 1 }));
  }
}

/** Places of the rows a server that was put back holds in an older state, some hundred conflicts looked at at a time. */
export function* restoredRows(store: ClassStore, planId: string): Generator<readonly number[], void> {
  const sql = `SELECT ordinal, row ->> '$.reason' = 'server-restored' AS restored FROM plan_row WHERE plan_id = ? AND ordinal IN (SELECT value FROM json_each(?))`;
  const places = planConflicts(store, planId);
  for (let from = 0; from < places.length; from += LOOKED_AT_ONCE) {
    const found = statement(store.db, sql).all(planId, JSON.stringify(places.slice(from, from + LOOKED_AT_ONCE))) as {
      readonly ordinal: number;
      readonly restored: number | null;
    }[];
    yield found.filter(({ restored }) => restored === 1).map(({ ordinal }) => ordinal);
  }
}

/** Places of the conflicts of a plan, in plan order. */
export function planConflicts(store: ClassStore, planId: string): readonly number[] {
  // The sign keeps SQLite from going through the whole list because that is in order already.
  const sql = `SELECT ordinal FROM plan_row WHERE plan_id = ? AND kind = 'conflict' ORDER BY +ordinal`;
  return (statement(store.db, sql).all(planId) as { ordinal: number }[]).map(({ ordinal }) => ordinal);
}

/** The first place of a plan behind all its rows. */
export function planEnd(store: ClassStore, planId: string): number {
  const sql = 'SELECT coalesce(max(ordinal) + 1, 0) AS n FROM plan_row WHERE plan_id = ?';
  return (statement(store.db, sql).get(planId) as { n: number }).n;
}

/** One row of a plan, or null. */
export function planRow(store: ClassStore, planId: string, ordinal: number): PlanRow | null {
  const raw = statement(
    store.db,
    'SELECT tbl, pk, label, kind, conflict, row FROM plan_row WHERE plan_id = ? AND ordinal = ?',
  ).get(planId, BigInt(ordinal));
  return raw === undefined ? null : unpackPlanRow(store.catalog, raw as RawPlanRow);
}

/** The place of a row in a plan, or null. */
export function ordinalOf(store: ClassStore, planId: string, table: string, pk: string): number | null {
  const raw = statement(store.db, 'SELECT ordinal FROM plan_row WHERE plan_id = ? AND tbl = ? AND pk = ?').get(
    planId,
    table,
    pk,
  ) as { ordinal: number | bigint } | undefined;
  return raw === undefined ? null : Number(raw.ordinal);
}

/** Every row in plan order, read a page at a time: the caller may write, or let others write, between two rows. */
export function* eachPlanRow(
  store: ClassStore,
  planId: string,
  from = 0,
): Generator<{ readonly ordinal: number; readonly row: PlanRow }> {
  const sql =
    'SELECT ordinal, tbl, pk, label, kind, conflict, row FROM plan_row WHERE plan_id = ? AND ordinal > ? ORDER BY ordinal LIMIT ?';
  for (let last = from - 1; ;) {
    const page = statement(store.db, sql).all(planId, BigInt(last), BigInt(READ_AT_ONCE)) as (RawPlanRow & {
      readonly ordinal: number;
    })[];
    for (const raw of page) yield { ordinal: raw.ordinal, row: unpackPlanRow(store.catalog, raw) };
    const end = page.at(-1);
    if (end === undefined || page.length < READ_AT_ONCE) return;
    last = end.ordinal;
  }
}
