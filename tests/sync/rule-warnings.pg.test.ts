import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import { inClassFile } from '../support/class-file.ts';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

/** Points exchanged for a reward, as the card of a pupil records it. */
async function spend(book: Book, name: string, cost: number): Promise<void> {
  const { id } = await book.student(name);
  inClassFile(book, ({ db }) =>
    db
      .prepare(
        `INSERT INTO redemption (id, student_id, reward_id, name, cost, at, device_name) VALUES (?, ?, ?, 'Voucher', ?, '2026-11-20T08:00:00.000Z', 'PC')`,
      )
      .run(randomUUID(), id, randomUUID(), BigInt(cost)),
  );
}

function broken(plan: PlanSummary): unknown {
  return plan.checks.filter(({ id }) => id === 'rules').map(({ state, code, params }) => ({ state, code, params }));
}

const warning = {
  state: 'warning',
  code: 'rule-broken',
  // The rule is about students; what of the list breaks it is what was spent.
  params: { rule: 'negative-balance', table: 'redemption', count: 1, rows: 'Li W' },
};

it('a rule that only warns is looked at on what both sides come to together: named with its records, and nothing is kept back', async () => {
  await using both = await pair();
  const { a, b } = both;
  await a.award('Li W', 10);
  await settle(a, b);
  // Each side is right by itself.
  await spend(a, 'Li W', 8);
  expect(broken(await a.preview())).toEqual([]);
  await a.sync();
  await spend(b, 'Li W', 8);
  const plan = await b.preview();
  expect(broken(plan)).toEqual([warning]);
  expect(await b.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
  expect(broken(await a.preview())).toEqual([warning]);
  await a.sync();
  await expectSame(a, b);
  // What touches nothing of it says nothing, and what puts it right neither.
  await a.call('reason.add', { text: 'Helped', delta: 2 });
  expect(broken(await a.preview())).toEqual([]);
  await a.award('Li W', 6);
  expect(broken(await a.preview())).toEqual([]);
});

it('a pupil who only lost points has spent nothing, and what was given back is not spent', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await a.award('Li W', -1);
  expect(broken(await a.preview())).toEqual([]);
  await a.sync();
  expect(broken(await b.preview())).toEqual([]);
  await spend(a, 'Li W', 3);
  expect(broken(await a.preview())).toEqual([warning]);
  inClassFile(a, ({ db }) =>
    db
      .prepare(
        `INSERT INTO redemption_void (id, redemption_id, at) SELECT ?, id, '2026-11-20T09:00:00.000Z' FROM redemption`,
      )
      .run(randomUUID()),
  );
  expect(broken(await a.preview())).toEqual([]);
});

it('a rule that reads more than a list can wait for is said to be not looked at', async () => {
  await using both = await pair();
  const { a } = both;
  await settle(a, both.b);
  const { id } = await a.student('Li W');
  const points = `INSERT INTO score_event (id, student_id, text, delta, at, device_id, device_name)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001)
    SELECT printf('00000000-0000-7000-8000-%012d', i), ?, 'Homework', 1, '2026-11-20T08:00:00.000Z', ?, 'PC' FROM n`;
  // As if a run had written them: nothing of it is listed.
  inClassFile(a, ({ db }) => {
    db.exec('BEGIN; INSERT INTO applying (peer_id) SELECT id FROM peer');
    db.prepare(points).run(id, randomUUID());
    db.exec('DELETE FROM applying; COMMIT');
  });
  await a.award('Li W', 1);
  expect(broken(await a.preview())).toMatchObject([
    { state: 'warning', code: 'rule-unlooked', params: { rule: 'negative-balance' } },
  ]);
});
