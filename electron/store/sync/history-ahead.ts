import type { ClassStore } from '../class-store.ts';
import { rawStatement, statement } from '../statement.ts';
import { PLACE_BITS, type Staging } from './outbox-store.ts';

/*
 * The history of the plain rows of a run (`stageListed` says which). It says what is about to be written, so it need not be written last: it is most of the work of
 * ending a run, and whoever records a point would have to wait for it. Nobody sees it before the run has ended well (`eachRunRow`), and what a run that did not
 * has written goes with its staged rows (`clearStaged`).
 */

const historyOf = 'INSERT INTO run_row (run_id, seq, tbl, pk, label, side, op, before, after, choice, trees, known)';
const plainRows = `FROM outbox_row AS o JOIN plan_row AS p ON p.plan_id = ? AND p.ordinal = o.ord >> ${PLACE_BITS}`;

/**
 * What goes to the server: the versions before the run, as `packTrees` writes them (what was never agreed on, else Base is what was there before), and whose changes
 * they were, as far as their marks say: a plain row was not edited since the plan was made. Nothing was asked about it.
 */
const sentHistory = `${historyOf}
SELECT o.run_id, o.ord * 2 + 1, o.tbl, o.pk, p.label, 'up', p.kind, json_extract(p.row, '$.trees.server'), json_extract(p.row, '$.trees.local'), NULL,
  iif(json_type(p.row, '$.trees.base') IS NULL, '["none","after","before"]', '["before","after","before"]'),
  CASE WHEN d.pk IS NOT NULL THEN json_object('base', json_extract(p.row, '$.origin.baseAt'), 'server', NULL, 'local', json_object('at', d.last_at, 'monotonicMs', NULL, 'bootId', NULL), 'question', NULL) END
 ${plainRows} LEFT JOIN dirty AS d ON d.peer_id = ? AND d.tbl = o.tbl AND d.pk = o.pk WHERE o.run_id = ? AND o.ord >= ? AND o.ord < ? AND o.plain = 1 AND o.part = 'up' ORDER BY o.ord`;

/** What comes here: nothing was here before, and what was observed is what the plan says, which was looked at before the run. It lies there ready, so that no plan has to be taken apart. */
const receivedHistory = `${historyOf}
SELECT o.run_id, o.ord * 2 + 1, o.tbl, o.pk, p.label, 'down', p.kind, NULL, r.row, NULL, json_array(iif(b.pk IS NULL, 'none', 'before'), 'before', 'after'),
  json_object('base', b.at, 'server', json_object('by', r.by, 'at', r.edited_at, 'from', r.edited_from), 'local', NULL, 'question', NULL)
 ${plainRows} JOIN remote AS r ON r.peer_id = ? AND r.tbl = o.tbl AND r.pk = o.pk LEFT JOIN base AS b ON b.peer_id = r.peer_id AND b.tbl = o.tbl AND b.pk = o.pk
 WHERE o.run_id = ? AND o.ord >= ? AND o.ord < ? AND o.plain = 1 AND o.part = 'down' ORDER BY o.ord`;

/** Rows of a list looked at in one step. */
const PLACES_AT_ONCE = 250;
/** Behind the last place of any run. */
const END = 2n ** 62n;

/**
 * Writes the history of the plain rows of a run before it has ended, a few at a time in the order of the list: whoever goes through it decides when to stop for a
 * while, or altogether. Each step inside a transaction of the caller.
 */
export function* historyAhead(store: ClassStore, staging: Staging): Generator<void, void> {
  const places = BigInt(PLACES_AT_ONCE) << BigInt(PLACE_BITS);
  for (let from = nextPlace(store, staging.runId), end = endOf(store, staging.runId); from < end; from += places) {
    addHistory(store, staging, from, from + places);
    yield;
  }
}

/**
 * Makes the history of the plain rows of a run complete, whatever of it was written ahead: rows that are not plain any more (edited here meanwhile, there already) are
 * taken out, missing ones added. Inside the transaction that settles the run, before anything else of the run is in it.
 */
export function completeHistory(store: ClassStore, staging: Staging): void {
  const { runId } = staging;
  const sql = `DELETE FROM run_row WHERE run_id = ? AND seq IN (SELECT ord * 2 + 1 FROM outbox_row WHERE run_id = ? AND plain = 0)`;
  const from = nextPlace(store, runId);
  statement(store.db, sql).run(runId, runId);
  addHistory(store, staging, from, END);
}

function addHistory(store: ClassStore, { runId, planId, peerId }: Staging, from: bigint, before: bigint): void {
  for (const sql of [sentHistory, receivedHistory]) statement(store.db, sql).run(planId, peerId, runId, from, before);
}

/** The place behind the last row whose history is written: steps go in order, and each is there whole or not at all. */
function nextPlace(store: ClassStore, runId: string): bigint {
  const [last] = rawStatement(store.db, 'SELECT max(seq) FROM run_row WHERE run_id = ?').get(runId) as [number | null];
  return last === null ? 0n : (BigInt(last) - 1n) / 2n + 1n;
}

function endOf(store: ClassStore, runId: string): bigint {
  const [last] = rawStatement(store.db, 'SELECT max(ord) FROM outbox_row WHERE run_id = ?').get(runId) as [
    number | null,
  ];
  return last === null ? 0n : BigInt(last) + 1n;
}
