import fc from 'fast-check';
import { expect, it } from 'vitest';
import { classWithPlan, plannedRows, stagedRun } from '../../../tests/support/staged-run.ts';
import type { ClassStore } from '../class-store.ts';
import { completeHistory, historyAhead } from './history-ahead.ts';
import { clearStaged, PLACE_BITS, type Staging } from './outbox-store.ts';
import { eachRunRow } from './run-store.ts';

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
      fc.uniqueArray(fc.nat(plannedRows - 1), { maxLength: 30 }),
      fc.uniqueArray(fc.nat(plannedRows - 1), { maxLength: 30 }),
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
        expect(found).toHaveLength(plannedRows - new Set([...before, ...meanwhile]).size);
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
  const kept = outcomes.filter((outcome) => written(store, outcome).length === plannedRows);
  expect(kept).toEqual(['completed', 'undecided', 'checking']);
  expect(outcomes.filter((outcome) => written(store, outcome).length > 0)).toEqual(kept);
});
