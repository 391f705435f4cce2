import fc from 'fast-check';
import { expect, it } from 'vitest';
import { testClass } from '../../../tests/support/test-class.ts';
import type { ClassStore } from '../class-store.ts';
import { completeHistory, historyAhead } from './history-ahead.ts';
import { clearStaged, PLACE_BITS, type Staging } from './outbox-store.ts';
import { beginPlan } from './plan-store.ts';
import { eachRunRow, noCounts, putRun, type RunOutcome } from './run-store.ts';

const rows = 700;

/** A run of so many plain rows, every other one sent and every other one received, of one plan. */
function stagedRun(store: ClassStore, runId: string, outcome: RunOutcome = 'checking'): Staging {
  const staging: Staging = { runId, planId: 'plan', peerId: 'peer' };
  putRun(store, {
    id: runId,
    connectionId: 'c',
    connectionName: 'School',
    peerId: 'peer',
    planId: 'plan',
    mode: 'sync',
    device: 'Room 301',
    startedAt: '2026-11-20T08:00:00.000Z',
    durationMs: null,
    outcome,
    counts: noCounts,
    error: null,
    left: [],
    purpose: 'sync',
    undoes: null,
    automatic: false,
  });
  store.db
    .prepare(
      `INSERT INTO outbox_row (run_id, ord, part, direction, tbl, pk, plain) SELECT ?, ordinal << ${PLACE_BITS}, direction, direction, tbl, pk, 1 FROM plan_row`,
    )
    .run(runId);
  return staging;
}

function classWithPlan(): ClassStore {
  const store = testClass();
  store.transaction(() => {
    beginPlan(store, {
      id: 'plan',
      connectionId: 'c',
      peerId: 'peer',
      madeAt: '2026-11-20T08:00:00.000Z',
      seq: 0,
      deviceId: 'd',
      epoch: 'e',
      catalogHash: 'h',
      purpose: 'sync',
      undoes: null,
      firstContact: false,
    });
    const row = store.db.prepare(
      `INSERT INTO plan_row (plan_id, ordinal, tbl, pk, label, kind, direction, at, sort_key, search, row) VALUES ('plan', ?, 'student', ?, 'Li', 'add', ?, '', '', '', ?)`,
    );
    const remote = store.db.prepare(
      `INSERT INTO remote (peer_id, tbl, pk, row, by) VALUES ('peer', 'student', ?, ?, 'Office')`,
    );
    for (let place = 0; place < rows; place += 1) {
      const [pk, cells, up] = [`["${place}"]`, { id: String(place), name: 'Li' }, place % 2 === 0];
      const trees = { local: up ? cells : null, server: up ? null : cells };
      row.run(BigInt(place), pk, up ? 'up' : 'down', JSON.stringify({ trees }));
      if (!up) remote.run(pk, JSON.stringify(cells));
    }
  });
  return store;
}

const written = (store: ClassStore, runId: string): readonly unknown[] =>
  store.db
    .prepare(
      'SELECT seq, tbl, pk, label, side, op, before, after, choice, trees, known FROM run_row WHERE run_id = ? ORDER BY seq',
    )
    .all(runId);

it('history written ahead, as far as it came, is what it would be if all of it were written at the end', () => {
  const store = classWithPlan();
  let runs = 0;
  fc.assert(
    fc.property(
      fc.nat(4),
      fc.uniqueArray(fc.nat(rows - 1), { maxLength: 30 }),
      fc.uniqueArray(fc.nat(rows - 1), { maxLength: 30 }),
      (steps, before, meanwhile) => {
        runs += 1;
        const [ahead, atOnce] = [stagedRun(store, `ahead ${runs}`), stagedRun(store, `at once ${runs}`)];
        const single = ({ runId }: Staging, places: readonly number[]): void => {
          const sql = `UPDATE outbox_row SET plain = 0 WHERE run_id = ? AND ord = ? << ${PLACE_BITS}`;
          for (const place of places) store.db.prepare(sql).run(runId, BigInt(place));
        };
        single(ahead, before);
        single(atOnce, [...before, ...meanwhile]);
        const history = historyAhead(store, ahead);
        for (let step = 0; step < steps; step += 1) history.next();
        single(ahead, meanwhile);
        completeHistory(store, ahead);
        completeHistory(store, atOnce);
        const found = written(store, ahead.runId);
        expect(found).toEqual(written(store, atOnce.runId));
        expect(found).toHaveLength(rows - new Set([...before, ...meanwhile]).size);
      },
    ),
    { numRuns: 25 },
  );
});

it('what was written ahead for a run that did not end well is not shown, and goes; that of others stays', () => {
  const store = classWithPlan();
  const outcomes = ['completed', 'undecided', 'failed', 'refused', 'cancelled', 'stale', 'checking'] as const;
  for (const outcome of outcomes) for (const _ of historyAhead(store, stagedRun(store, outcome, outcome)));
  store.db
    .prepare(
      `INSERT INTO outbox (run_id, connection_id, peer_id, plan_id, mode, at) VALUES ('checking', 'c', 'peer', 'plan', 'sync', '')`,
    )
    .run();
  const shown = outcomes.filter((outcome) => eachRunRow(store, outcome).next().done !== true);
  expect(shown).toEqual(['completed', 'undecided']);
  for (const _ of clearStaged(store));
  const kept = outcomes.filter((outcome) => written(store, outcome).length === rows);
  expect(kept).toEqual(['completed', 'undecided', 'checking']);
  expect(outcomes.filter((outcome) => written(store, outcome).length > 0)).toEqual(kept);
});
