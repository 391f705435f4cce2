import { expect, it } from 'vitest';
import { testClass } from '../../../tests/support/test-class.ts';
import type { ClassStore } from '../class-store.ts';
import { spokenOf } from './resolution-store.ts';
import {
  beginPlan,
  finishPlan,
  hasKind,
  hidePlan,
  listPlans,
  oldPlans,
  ordinalsOfKind,
  ownEdits,
  planConflicts,
  planCounts,
  sweepPlans,
} from './plan-store.ts';

const headOf = (id: string, madeAt = '2026-11-20T08:00:00.000Z') => ({
  id,
  connectionId: 'c',
  peerId: 'p',
  madeAt,
  seq: 0,
  deviceId: 'd',
  epoch: 'e',
  catalogHash: 'h',
  purpose: 'sync' as const,
  undoes: null,
  firstContact: false,
});

/** A plan of so many rows of every sort, in no order, whose every fifth row is known to differ on the server. */
function largePlan(store: ClassStore, id: string, rows: number): void {
  const tables = ['student', 'score_event', 'student_tag'];
  const sorts = ['add up', 'add down', 'update up', 'update both', 'delete up', 'delete down', 'conflict both'];
  const row = store.db.prepare(
    `INSERT INTO plan_row (plan_id, ordinal, tbl, pk, label, kind, direction, at, sort_key, search, row) VALUES (?, ?, ?, ?, '', ?, ?, '', '', '', '{}')`,
  );
  const remote = store.db.prepare(`INSERT OR IGNORE INTO remote (peer_id, tbl, pk) VALUES ('p', ?, ?)`);
  store.transaction(() => {
    beginPlan(store, headOf(id));
    for (let place = 0; place < rows; place += 1) {
      const table = tables[place % 3];
      row.run(id, BigInt(place), table, `["${place}"]`, ...(sorts[(place * 5) % 7] ?? '').split(' '));
      if (place % 5 === 0) remote.run(table, `["${place}"]`);
    }
  });
}

it('finds the rows of one kind by their index, however long the list is', () => {
  const store = testClass();
  largePlan(store, 'plan', 100);
  const asked: string[] = [];
  const prepare = store.db.prepare.bind(store.db);
  store.db.prepare = (sql: string) => {
    asked.push(sql);
    return prepare(sql);
  };
  expect(planConflicts(store, 'plan')).toEqual(
    prepare(`SELECT ordinal FROM plan_row WHERE kind = 'conflict' ORDER BY ordinal`).pluck().all(),
  );
  expect(hasKind(store, 'plan', 'delete')).toBe(true);
  expect([...ordinalsOfKind(store, 'plan', 'delete')]).not.toEqual([]);
  expect([...planCounts(store, 'plan'), ...ownEdits(store, 'plan')]).not.toEqual([]);
  expect(spokenOf(store, 'p', 'plan')).toEqual([]);
  expect(asked).toHaveLength(6);
  for (const sql of asked) {
    const values = Array.from(sql.matchAll(/\?/g), () => null);
    const ways = prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { readonly detail: string }[];
    const ofRows = ways.map(({ detail }) => detail).filter((way) => / (?:plan_row|r) USING/.test(way));
    expect(ofRows).toEqual([expect.stringContaining('INDEX plan_row_kind (')]);
  }
});

it('counts a large plan part by part and comes to what counting it at once gives', () => {
  const store = testClass();
  largePlan(store, 'plan', 9_000);
  const summed = (
    parts: Iterable<readonly { readonly table: string; readonly kind: string; readonly count: number }[]>,
  ) => {
    const sums: Record<string, number> = {};
    for (const { table, kind, count } of [...parts].flat())
      sums[`${table} ${kind}`] = (sums[`${table} ${kind}`] ?? 0) + count;
    return sums;
  };
  const atOnce = (where: string) =>
    Object.fromEntries(
      store.db.prepare(`SELECT tbl || ' ' || kind, count(*) FROM plan_row WHERE ${where} GROUP BY 1`).raw().all() as [
        string,
        number,
      ][],
    );
  expect([...planCounts(store, 'plan')].length).toBeGreaterThan(2);
  expect(summed(planCounts(store, 'plan'))).toEqual(atOnce('true'));
  expect([...ownEdits(store, 'plan')].length).toBeGreaterThan(4);
  expect(summed(ownEdits(store, 'plan'))).toEqual(
    atOnce(`kind IN ('update', 'delete') AND direction = 'up' AND ordinal % 5 <> 0`),
  );
});

it('sweeps hidden plans in small steps, and leaves those a run still needs', () => {
  const store = testClass();
  largePlan(store, 'old', 1_000);
  largePlan(store, 'needed', 5);
  largePlan(store, 'open', 5);
  store.db
    .prepare(
      `INSERT INTO outbox (run_id, connection_id, peer_id, plan_id, mode, at) VALUES ('r', 'c', 'p', 'needed', 'apply', '')`,
    )
    .run();
  for (const id of ['old', 'needed']) hidePlan(store, id);
  expect([...sweepPlans(store)].length).toBeGreaterThan(5);
  const left = store.db.prepare('SELECT plan_id, count(*) FROM plan_row GROUP BY 1 ORDER BY 1').raw().all();
  expect(left).toEqual([
    ['needed', 5],
    ['open', 5],
  ]);
});

it('takes the plan made last for the newest one, also after the clock was put back', () => {
  const store = testClass();
  const ids = ['2026-11-20', '2026-11-19', '2026-11-18', '2026-11-17', '2026-11-16', '2026-11-15', '2026-11-14'].map(
    (day, index) => {
      const id = `plan-${index}`;
      beginPlan(store, headOf(id, `${day}T08:00:00.000Z`));
      finishPlan(store, id, { planHash: 'x', facts: '{}', firstContact: false });
      return id;
    },
  );
  expect(listPlans(store, 'c').map(({ id }) => id)).toEqual(ids.toReversed());
  expect(oldPlans(store, 'c', 'plan-6').toSorted()).toEqual(['plan-0', 'plan-1']);
});
