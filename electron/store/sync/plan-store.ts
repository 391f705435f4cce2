import { AppError } from '../../../shared/errors.ts';
import type { ChangeKind, Choice, Direction, PlanRow } from '../../../shared/sync/plan.ts';
import { foldText } from '../../../shared/model/search-key.ts';
import type { ClassStore } from '../class-store.ts';

/** State of a plan: being written, open for choices and one run, used by a run, or overtaken. */
export type PlanState = 'making' | 'open' | 'used' | 'stale';

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

/** What a page filters and sorts by; cheap to read for every row of a large plan. */
export interface PlanRowKeys {
  readonly ordinal: number;
  readonly table: string;
  readonly kind: ChangeKind;
  readonly direction: Direction;
}

/** One choice for some rows of a plan. `choice` null takes a choice back; `include` ticks or unticks. */
export interface DraftOp {
  readonly seq: number;
  readonly ordinals: readonly number[];
  readonly choice: Choice | null;
  readonly include: boolean | null;
  readonly undone: boolean;
}

/** A row that needs another to be written first. */
export interface PlanEdge {
  readonly needs: number;
  readonly ordinal: number;
  readonly direction: 'up' | 'down';
}

const HEAD = `SELECT id, connection_id AS connectionId, peer_id AS peerId, made_at AS madeAt, seq, state, device_id AS deviceId, epoch,
  catalog_hash AS catalogHash, plan_hash AS planHash, first_contact AS firstContact, facts FROM plan`;

function headFrom(raw: unknown): PlanHead {
  const head = raw as Omit<PlanHead, 'seq' | 'firstContact'> & { seq: number | bigint; firstContact: number | bigint };
  return { ...head, seq: Number(head.seq), firstContact: Number(head.firstContact) === 1 };
}

/** Begins a plan; its rows follow with `addPlanRows` and `finishPlan` opens it. */
export function beginPlan(store: ClassStore, head: Omit<PlanHead, 'state' | 'planHash' | 'facts'>): void {
  store.db
    .prepare(
      `INSERT INTO plan (id, connection_id, peer_id, made_at, seq, state, device_id, epoch, catalog_hash, plan_hash, first_contact, facts)
       VALUES (?, ?, ?, ?, ?, 'making', ?, ?, ?, '', ?, '{}')`,
    )
    .run(head.id, head.connectionId, head.peerId, head.madeAt, BigInt(head.seq), head.deviceId, head.epoch, head.catalogHash, head.firstContact ? 1n : 0n);
}

/** Writes rows of a plan that is being made. Inside a transaction of the caller. */
export function addPlanRows(store: ClassStore, planId: string, rows: readonly StoredPlanRow[]): void {
  const insert = store.db.prepare(
    `INSERT INTO plan_row (plan_id, ordinal, tbl, pk, label, kind, direction, conflict, at, sort_key, search, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const { ordinal, direction, at, sortKey, search, row } of rows) {
    insert.run(planId, BigInt(ordinal), row.table, row.pk, row.label, row.kind, direction, row.conflict, at, sortKey, search, JSON.stringify(row));
  }
}

/** Replaces one row of a plan that is being made, when closure learned more about it. */
export function replacePlanRow(store: ClassStore, planId: string, ordinal: number, row: PlanRow, direction: Direction): void {
  store.db
    .prepare('UPDATE plan_row SET kind = ?, direction = ?, conflict = ?, row = ? WHERE plan_id = ? AND ordinal = ?')
    .run(row.kind, direction, row.conflict, JSON.stringify(row), planId, BigInt(ordinal));
}

/** Writes which rows need which. */
export function addPlanEdges(store: ClassStore, planId: string, edges: readonly PlanEdge[]): void {
  const insert = store.db.prepare('INSERT OR IGNORE INTO plan_edge (plan_id, needs, ordinal, direction) VALUES (?, ?, ?, ?)');
  for (const edge of edges) insert.run(planId, BigInt(edge.needs), BigInt(edge.ordinal), edge.direction);
}

/** Opens a plan that is complete and drops older plans of the connection, but for used ones of the last runs. */
export function finishPlan(store: ClassStore, planId: string, made: Pick<PlanHead, 'planHash' | 'facts' | 'firstContact'>): void {
  store.db
    .prepare(`UPDATE plan SET state = 'open', plan_hash = ?, facts = ?, first_contact = ? WHERE id = ?`)
    .run(made.planHash, made.facts, made.firstContact ? 1n : 0n, planId);
  const { connectionId } = getPlan(store, planId);
  store.db.prepare(`UPDATE plan SET state = 'stale' WHERE connection_id = ? AND id <> ? AND state IN ('open', 'making')`).run(connectionId, planId);
  store.db
    .prepare(`DELETE FROM plan WHERE connection_id = @connectionId AND id NOT IN (SELECT id FROM plan WHERE connection_id = @connectionId ORDER BY made_at DESC, id DESC LIMIT 5)`)
    .run({ connectionId });
}

/** The head of a plan; throws `plan-unknown`. */
export function getPlan(store: ClassStore, planId: string): PlanHead {
  const raw = store.db.prepare(`${HEAD} WHERE id = ? AND state <> 'making'`).get(planId) ?? store.db.prepare(`${HEAD} WHERE id = ?`).get(planId);
  if (raw === undefined) throw new AppError('plan-unknown', { planId });
  return headFrom(raw);
}

/** Plans that can be shown, newest first. */
export function listPlans(store: ClassStore, connectionId: string | null): readonly PlanHead[] {
  return store.db
    .prepare(`${HEAD} WHERE state <> 'making' AND (@connectionId IS NULL OR connection_id = @connectionId) ORDER BY made_at DESC, id DESC`)
    .all({ connectionId })
    .map(headFrom);
}

/** Moves a plan to another state. */
export function setPlanState(store: ClassStore, planId: string, state: PlanState): void {
  store.db.prepare('UPDATE plan SET state = ? WHERE id = ?').run(state, planId);
}

/** Removes a plan with its rows and draft. */
export function deletePlan(store: ClassStore, planId: string): void {
  store.db.prepare('DELETE FROM plan WHERE id = ?').run(planId);
}

/** The keys of every row, in plan order. */
export function planRowKeys(store: ClassStore, planId: string): readonly PlanRowKeys[] {
  return (
    store.db.prepare(`SELECT ordinal, tbl AS "table", kind, direction FROM plan_row WHERE plan_id = ? ORDER BY ordinal`).all(planId) as (Omit<PlanRowKeys, 'ordinal'> & {
      ordinal: number | bigint;
    })[]
  ).map((raw) => ({ ...raw, ordinal: Number(raw.ordinal) }));
}

/** One row of a plan, or null. */
export function planRow(store: ClassStore, planId: string, ordinal: number): PlanRow | null {
  const raw = store.db.prepare('SELECT row FROM plan_row WHERE plan_id = ? AND ordinal = ?').get(planId, BigInt(ordinal)) as { row: string } | undefined;
  return raw === undefined ? null : (JSON.parse(raw.row) as PlanRow);
}

/** The place of a row in a plan, or null. */
export function ordinalOf(store: ClassStore, planId: string, table: string, pk: string): number | null {
  const raw = store.db.prepare('SELECT ordinal FROM plan_row WHERE plan_id = ? AND tbl = ? AND pk = ?').get(planId, table, pk) as { ordinal: number | bigint } | undefined;
  return raw === undefined ? null : Number(raw.ordinal);
}

/** Every row in plan order, one at a time. */
export function* eachPlanRow(store: ClassStore, planId: string): Generator<{ readonly ordinal: number; readonly row: PlanRow }> {
  const rows = store.db.prepare('SELECT ordinal, row FROM plan_row WHERE plan_id = ? ORDER BY ordinal').iterate(planId) as IterableIterator<{ ordinal: number | bigint; row: string }>;
  for (const raw of rows) yield { ordinal: Number(raw.ordinal), row: JSON.parse(raw.row) as PlanRow };
}

/** The rows of a plan that wait for others. */
export function planEdges(store: ClassStore, planId: string): readonly PlanEdge[] {
  return (store.db.prepare('SELECT needs, ordinal, direction FROM plan_edge WHERE plan_id = ?').all(planId) as { needs: number | bigint; ordinal: number | bigint; direction: 'up' | 'down' }[]).map(
    (raw) => ({ needs: Number(raw.needs), ordinal: Number(raw.ordinal), direction: raw.direction }),
  );
}

/** Writes which rows of a plan are about one unique value. */
export function addPlanClaims(store: ClassStore, planId: string, address: string, ordinals: readonly number[]): void {
  const insert = store.db.prepare('INSERT INTO plan_claim (plan_id, address, ordinal) VALUES (?, ?, ?)');
  for (const ordinal of ordinals) insert.run(planId, address, BigInt(ordinal));
}

/** The unique values more than one row of a plan is about. */
export function planClaims(store: ClassStore, planId: string): readonly { readonly address: string; readonly ordinals: readonly number[] }[] {
  const raw = store.db.prepare('SELECT address, json_group_array(ordinal) AS ordinals FROM plan_claim WHERE plan_id = ? GROUP BY address').all(planId) as { address: string; ordinals: string }[];
  return raw.map(({ address, ordinals }) => ({ address, ordinals: JSON.parse(ordinals) as number[] }));
}

/** The draft of a plan, oldest choice first. */
export function draftOps(store: ClassStore, planId: string): readonly DraftOp[] {
  return (
    store.db.prepare('SELECT seq, ordinals, choice, include, undone FROM draft_op WHERE plan_id = ? ORDER BY seq').all(planId) as {
      seq: number | bigint;
      ordinals: string;
      choice: string | null;
      include: number | bigint | null;
      undone: number | bigint;
    }[]
  ).map((raw) => ({
    seq: Number(raw.seq),
    ordinals: JSON.parse(raw.ordinals) as number[],
    choice: raw.choice === null ? null : (JSON.parse(raw.choice) as Choice),
    include: raw.include === null ? null : Number(raw.include) === 1,
    undone: Number(raw.undone) === 1,
  }));
}

/** Adds a choice to the draft; choices that were undone before it are gone for good. */
export function addDraftOp(store: ClassStore, planId: string, op: Pick<DraftOp, 'ordinals' | 'choice' | 'include'>): void {
  store.transaction(() => {
    store.db.prepare('DELETE FROM draft_op WHERE plan_id = ? AND undone = 1').run(planId);
    store.db
      .prepare(
        `INSERT INTO draft_op (plan_id, seq, ordinals, choice, include)
         VALUES (@planId, (SELECT coalesce(max(seq), 0) + 1 FROM draft_op WHERE plan_id = @planId), @ordinals, @choice, @include)`,
      )
      .run({
        planId,
        ordinals: JSON.stringify(op.ordinals),
        choice: op.choice === null ? null : JSON.stringify(op.choice),
        include: op.include === null ? null : op.include ? 1n : 0n,
      });
  });
}

/** Takes the last choice back, or, with `redo`, the last one taken back; false when there is none. */
export function stepDraft(store: ClassStore, planId: string, direction: 'undo' | 'redo'): boolean {
  const sql =
    direction === 'undo'
      ? 'UPDATE draft_op SET undone = 1 WHERE plan_id = @planId AND seq = (SELECT max(seq) FROM draft_op WHERE plan_id = @planId AND undone = 0)'
      : 'UPDATE draft_op SET undone = 0 WHERE plan_id = @planId AND seq = (SELECT min(seq) FROM draft_op WHERE plan_id = @planId AND undone = 1)';
  return store.db.prepare(sql).run({ planId }).changes > 0;
}

/** What a filter of the page keeps, in SQL, in the order asked for. `search` is matched against the keys computed when the plan was made. */
export function selectOrdinals(
  store: ClassStore,
  planId: string,
  filter: { readonly kinds?: readonly string[] | undefined; readonly directions?: readonly string[] | undefined; readonly tables?: readonly string[] | undefined; readonly search?: string | undefined },
  sort: { readonly by: 'plan' | 'change' | 'record' | 'when'; readonly descending: boolean },
): number[] {
  const order = { plan: "(kind = 'conflict') DESC, ordinal", change: 'kind', record: 'sort_key', when: 'at' }[sort.by];
  const rows = store.db
    .prepare(
      `SELECT ordinal FROM plan_row WHERE plan_id = @planId
          AND (@kinds IS NULL OR kind IN (SELECT value FROM json_each(@kinds)))
          AND (@directions IS NULL OR direction IN (SELECT value FROM json_each(@directions)))
          AND (@tables IS NULL OR tbl IN (SELECT value FROM json_each(@tables)))
          AND (@search IS NULL OR instr(search, @search) > 0)
        ORDER BY ${order} ${sort.by !== 'plan' && sort.descending ? 'DESC' : ''}, ordinal`,
    )
    .all({
      planId,
      kinds: filter.kinds === undefined ? null : JSON.stringify(filter.kinds),
      directions: filter.directions === undefined ? null : JSON.stringify(filter.directions),
      tables: filter.tables === undefined ? null : JSON.stringify(filter.tables),
      search: filter.search === undefined || foldText(filter.search) === '' ? null : foldText(filter.search),
    }) as { ordinal: number | bigint }[];
  return rows.map((row) => Number(row.ordinal));
}
