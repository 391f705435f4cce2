import type { ClassStore } from '../../electron/store/class-store.ts';
import { PLACE_BITS, type Staging } from '../../electron/store/sync/outbox-store.ts';
import { beginPlan } from '../../electron/store/sync/plan-store.ts';
import { noCounts, putRun, type RunOutcome } from '../../electron/store/sync/run-store.ts';
import { testClass } from './test-class.ts';

const madeAt = '2026-11-20T08:00:00.000Z';

/** A student of the plan, as a version of a row. */
export function studentCells(place: number): Readonly<Record<string, string | null>> {
  return {
    id: String(place),
    name: 'Li',
    number: null,
    group_id: null,
    note: null,
    avatar_hash: null,
    created_at: madeAt,
    deleted_at: null,
    deleted_by: null,
  };
}

/** Rows of the plan: enough for several steps of whoever goes through them. */
export const plannedRows = 700;

/** A run of so many plain rows, every other one sent and every other one received, of one plan. */
export function stagedRun(store: ClassStore, runId: string, outcome: RunOutcome = 'checking'): Staging {
  const staging: Staging = { runId, planId: 'plan', peerId: 'peer' };
  putRun(store, {
    id: runId,
    connectionId: 'c',
    connectionName: 'School',
    peerId: 'peer',
    planId: 'plan',
    mode: 'sync',
    device: 'Room 301',
    startedAt: madeAt,
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

/** A class with students to send, marked as such, and others to receive, observed on the server, all of them in a plan: every other one each. */
export function classWithPlan(): ClassStore {
  const store = testClass({ empty: true });
  store.transaction(() => {
    store.db
      .prepare(
        `INSERT INTO peer (id, system, database_oid, schema, scope, epoch, device, owner) VALUES ('peer', 's', 'o', 'tallybook', 'c', 'e', 'd', 'd')`,
      )
      .run();
    beginPlan(store, {
      id: 'plan',
      connectionId: 'c',
      peerId: 'peer',
      madeAt: madeAt,
      seq: 0,
      deviceId: 'd',
      epoch: 'e',
      catalogHash: 'h',
      purpose: 'sync',
      undoes: null,
      firstContact: false,
    });
    const student = store.db.prepare(`INSERT INTO student (id, name, created_at) VALUES (?, 'Li', '${madeAt}')`);
    const row = store.db.prepare(
      `INSERT INTO plan_row (plan_id, ordinal, tbl, pk, label, kind, direction, at, sort_key, search, row) VALUES ('plan', ?, 'student', ?, 'Li', 'add', ?, '', '', '', ?)`,
    );
    const remote = store.db.prepare(
      `INSERT INTO remote (peer_id, tbl, pk, row, by) VALUES ('peer', 'student', ?, ?, 'Office')`,
    );
    for (let place = 0; place < plannedRows; place += 1) {
      const [pk, cells, up] = [`["${place}"]`, studentCells(place), place % 2 === 0];
      const trees = { local: up ? cells : null, server: up ? null : cells };
      if (up) student.run(String(place));
      row.run(BigInt(place), pk, up ? 'up' : 'down', JSON.stringify({ trees }));
      if (!up) remote.run(pk, JSON.stringify(cells));
    }
  });
  return store;
}
