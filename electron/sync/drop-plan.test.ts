import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { testClass, testFolder } from '../../tests/support/test-class.ts';
import { createBackups } from '../store/backups.ts';
import type { ClassStore } from '../store/class-store.ts';
import { dropPlans, withoutSweeping } from './drop-plan.ts';

const rows = 3_000;

/** A hidden plan of so many rows, and as many staged for a run that is over. */
function leftBehind(store: ClassStore): void {
  store.db.exec(`
CREATE TEMP TABLE number AS WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${rows}) SELECT value FROM n;
INSERT INTO plan (id, connection_id, peer_id, made_at, seq, state, device_id, epoch, catalog_hash, plan_hash, first_contact, purpose, facts)
VALUES ('old', 'c', 'p', '', 0, 'removed', 'd', 'e', 'h', 'x', 0, 'sync', '{}');
INSERT INTO plan_row (plan_id, ordinal, tbl, pk, label, kind, direction, at, sort_key, search, row)
SELECT 'old', value, 'student', value, '', 'add', 'up', '', '', '', '{}' FROM number;
INSERT INTO outbox_row (run_id, ord, part, direction, tbl, pk, plain) SELECT 'over', value, 'up', 'up', 'student', value, 1 FROM number;
INSERT INTO outbox_row (run_id, ord, part, direction, tbl, pk, plain) VALUES ('open', 1, 'up', 'up', 'student', '1', 1);
INSERT INTO outbox (run_id, connection_id, peer_id, plan_id, mode, at) VALUES ('open', 'c', 'p', 'q', 'apply', '')`);
}

const left = (store: ClassStore): unknown[] =>
  store.db
    .prepare('SELECT (SELECT count(*) FROM plan_row), (SELECT count(*) FROM outbox_row)')
    .raw()
    .get() as unknown[];

it('sweeps nothing while somebody works on the file, and everything that is over once nobody does', async () => {
  const store = testClass();
  leftBehind(store);
  await withoutSweeping(store, async () => {
    await withoutSweeping(store, async () => dropPlans(store, []));
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    expect(left(store)).toEqual([rows, rows + 1]);
  });
  await expect.poll(() => left(store), { timeout: 20_000 }).toEqual([0, 1]);
});

it('sweeps nothing while a copy of the file is made, which every removed page would hold up', async () => {
  const folder = testFolder();
  const store = testClass({ folder });
  leftBehind(store);
  const found = new Set<string>();
  const { save } = createBackups({
    folder,
    now: () => '2026-11-20T08:00:00.000Z',
    later: () => () => undefined,
    undisturbed: async (of, copy) =>
      await withoutSweeping(of, async () => {
        found.add(JSON.stringify(left(of)));
        const copied = await copy();
        found.add(JSON.stringify(left(of)));
        return copied;
      }),
    onFailure: () => undefined,
  });
  const copy = save(store);
  dropPlans(store, []);
  await copy;
  expect(found.size).toBe(1);
  expect(found).not.toContain('[0,1]');
  await expect.poll(() => left(store), { timeout: 20_000 }).toEqual([0, 1]);
});

it('goes on with the sweep after work that failed', async () => {
  const store = testClass();
  leftBehind(store);
  const work = withoutSweeping(store, async () => {
    dropPlans(store, []);
    await setImmediate();
    throw new Error('cut short');
  });
  await expect(work).rejects.toThrow('cut short');
  await expect.poll(() => left(store), { timeout: 20_000 }).toEqual([0, 1]);
});

it('does not go on with the sweep the moment work is over: the next request mostly follows at once', async () => {
  const store = testClass();
  leftBehind(store);
  await withoutSweeping(store, async () => {
    dropPlans(store, []);
    await setImmediate();
  });
  const over = performance.now();
  for (let looked = 0; looked < 5; looked += 1) {
    await setImmediate();
    const found = left(store);
    // On a machine that stood still meanwhile the moment may be over.
    if (performance.now() - over < 50) expect(found).toEqual([rows, rows + 1]);
  }
  await expect.poll(() => left(store), { timeout: 20_000 }).toEqual([0, 1]);
});
