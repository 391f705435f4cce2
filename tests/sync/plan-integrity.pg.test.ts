import { describe, expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { inClassFile } from '../support/class-file.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

const nobody = '01890b6c-7e1a-7c3e-9d52-0a4b6f2f1c11';
const modes = ['apply', 'pull', 'sync'] as const;

/** A pair where the second device has a plan with a change of each direction, a conflict and rows that need others. */
async function withPlan(): Promise<Pair & { readonly planId: string }> {
  const both = await pair();
  const { a, b } = both;
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { name: 'Li Wei' } });
  await a.call('student.add', { students: [{ name: 'Ada', number: '30', tags: ['choir'] }] });
  await a.award('Ada', 3);
  await a.sync();
  await b.call('student.set', { id: (await b.student('Li W')).id, change: { name: 'Li Wen' } });
  await b.call('student.add', { students: [{ name: 'Ben', number: '31', tags: ['band'] }] });
  await b.award('Ben', 2);
  return { ...both, planId: (await b.preview()).planId };
}

/** What a run must not touch when it is refused: every row, Base, Remote, marks and the history. */
function everything(book: Book): string {
  const tables = ['student', 'student_tag', 'score_event', 'base', 'remote', 'dirty', 'run', 'run_row', 'recovery_bin'];
  return inClassFile(book, ({ db }) =>
    JSON.stringify(tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all())),
  );
}

async function refusedEverywhere(book: Book, planId: string, code: string): Promise<void> {
  const before = everything(book);
  for (const mode of modes) await expect(book.run(mode, planId)).rejects.toMatchObject({ code });
  expect(everything(book)).toBe(before);
}

const alterations = {
  'the result of a row': `UPDATE plan_row SET row = replace(row, '"Ada"', '"Eve"') WHERE label LIKE 'Ada%'`,
  'what a row is': `UPDATE plan_row SET kind = 'update', conflict = NULL WHERE kind = 'conflict'`,
  'a direction': `UPDATE plan_row SET direction = 'up' WHERE direction = 'down'`,
  'whose row it is': `UPDATE plan_row SET pk = '["${nobody}"]' WHERE label LIKE 'Ada%' AND tbl = 'student'`,
  'a row less': `DELETE FROM plan_row WHERE label LIKE 'Ada%'`,
  'what a row needs': 'DELETE FROM plan_link',
  'a row let out': `INSERT INTO plan_refused (plan_id, ordinal, "column") SELECT id, 0, 'name' FROM plan`,
  'what is shown around the list': `UPDATE plan SET facts = replace(facts, '"count":1', '"count":2')`,
  'the change it was made after': 'UPDATE plan SET seq = seq + 1',
  'its hash': `UPDATE plan SET plan_hash = 'x'`,
};
const planTables = ['plan', 'plan_row', 'plan_link', 'plan_refused'];

describe('a plan that was altered after it was made', () => {
  it('is not carried out, whatever was altered', async () => {
    await using both = await withPlan();
    const { b, planId } = both;
    const inDatabase = (...statements: readonly string[]) =>
      inClassFile(b, ({ db }) => {
        db.pragma('foreign_keys = OFF');
        return statements.map((sql) => db.prepare(sql).run().changes);
      });
    inDatabase(...planTables.map((table) => `CREATE TABLE saved_${table} AS SELECT * FROM "${table}"`));
    for (const [what, sql] of Object.entries(alterations)) {
      expect([what, ...inDatabase(sql)]).not.toContain(0);
      await refusedEverywhere(b, planId, 'plan-tampered');
      for (const table of planTables)
        inDatabase(`DELETE FROM "${table}"`, `INSERT INTO "${table}" SELECT * FROM saved_${table}`);
    }
    expect(await b.run('sync', planId)).toMatchObject({ outcome: 'undecided', counts: { up: { add: 3 } } });
  });

  it('is not carried out again when a used one was opened again', async () => {
    await using both = await withPlan();
    const { b, planId } = both;
    await b.run('pull', planId);
    inClassFile(b, ({ db }) => db.prepare(`UPDATE plan SET state = 'open' WHERE id = ?`).run(planId));
    await refusedEverywhere(b, planId, 'plan-tampered');
  });

  it('does not mean its choices, which are made after it', async () => {
    await using both = await withPlan();
    const { a, b, planId } = both;
    const hash = () => inClassFile(b, ({ db }) => db.prepare('SELECT plan_hash FROM plan WHERE id = ?').get(planId));
    const before = hash();
    await b.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, choice: 'local' });
    expect(hash()).toEqual(before);
    expect(await b.run('sync', planId)).toMatchObject({ outcome: 'completed' });
    await settle(a, b);
    await expectSame(a, b);
  });
});

describe('a plan that is no plan of this device any more', () => {
  it('is refused when it is unknown, used, discarded or overtaken, and nothing is written', async () => {
    await using both = await withPlan();
    const { b, planId } = both;
    await refusedEverywhere(b, nobody, 'plan-unknown');
    const { nextPlanId } = await b.run('pull', planId);
    await refusedEverywhere(b, planId, 'plan-used');
    await b.call('plan.discard', { planId: nextPlanId ?? '' });
    await refusedEverywhere(b, nextPlanId ?? '', 'plan-unknown');
    const older = await b.preview();
    await b.preview();
    await refusedEverywhere(b, older.planId, 'plan-stale');
  });
});

describe('a file of decisions', () => {
  it('is refused as a whole when one of its rows does not fit, and nothing is decided or written', async () => {
    await using both = await withPlan();
    const { b, planId } = both;
    const rows = await b.rows(planId);
    const conflict = rows.find(({ kind }) => kind === 'conflict');
    const plain = rows.find(({ kind }) => kind !== 'conflict');
    if (conflict === undefined || plain === undefined) throw new Error('the plan lacks a row');
    const good = { table: conflict.table, key: conflict.key, choice: 'local' } as const;
    const before = everything(b);
    for (const [bad, reason] of [
      [{ ...good, key: { id: nobody } }, 'not-in-plan'],
      [{ ...good, key: {} }, 'not-in-plan'],
      [{ ...good, key: { ...good.key, more: 'x' } }, 'not-in-plan'],
      [{ ...good, table: 'no_table' }, 'not-in-plan'],
      [{ ...good, table: 'plan_row' }, 'not-in-plan'],
      [{ table: plain.table, key: plain.key, choice: 'local' }, 'not-a-conflict'],
      [{ ...good, choice: 'merge', fields: { name: 'local', nickname: 'local' } }, 'unknown-column'],
      [{ ...good, choice: 'merge', fields: { name: 'local', id: 'server' } }, 'unknown-column'],
      [{ ...good, choice: 'merge', fields: {} }, 'column-missing'],
      [{ ...good, fields: { name: 'server' } }, 'columns-unused'],
      [{ ...good, choice: 'server' }, 'decided-twice'],
      [{ ...good, choice: 'rename', fields: { number: { value: '9' } } }, 'not-for-this-row'],
    ] as const)
      await expect(b.run('sync', planId, { resolve: { planId, rows: [good, bad] } })).rejects.toMatchObject({
        code: 'resolve-invalid',
        params: { reason },
      });
    await expect(b.run('sync', planId, { resolve: { planId: nobody, rows: [good] } })).rejects.toMatchObject({
      code: 'resolve-invalid',
      params: { reason: 'other-plan' },
    });
    await expect(b.run('sync', planId, { leave: [good, { table: 'student', key: nobody }] })).rejects.toMatchObject({
      code: 'resolve-invalid',
      params: { reason: 'not-in-plan' },
    });
    expect(everything(b)).toBe(before);
    expect(await b.call('plan.show', { planId })).toMatchObject({ state: 'open', undecided: 1, canUndo: false });
    expect(await b.run('sync', planId, { resolve: { planId, rows: [good] } })).toMatchObject({ outcome: 'completed' });
  });

  it('that leaves rows out leaves them undecided', async () => {
    await using both = await withPlan();
    const { b, planId } = both;
    expect(await b.run('sync', planId, { resolve: { planId, rows: [] } })).toMatchObject({
      outcome: 'undecided',
      left: [{ table: 'student', reason: 'undecided' }],
    });
  });
});
