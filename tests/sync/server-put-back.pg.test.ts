import { expect, it } from 'vitest';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

it('a server put back to an older state brings no deleted student and no old name back without a question', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await a.call('student.delete', { ids: [(await a.student('Chen Yu')).id] });
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { name: 'Li Wei' } });
  const event = await a.award('Wang Fang', 3);
  await settle(a, b);
  const psql = await openSession(database);
  // As a backup from before would leave it: older rows, older journal, transactions behind what the devices have seen.
  await psql.query(`SET session_replication_role = replica; ALTER TABLE tallybook.student DISABLE TRIGGER USER; ALTER TABLE tallybook.score_event DISABLE TRIGGER USER;
    UPDATE tallybook.student SET deleted_at = NULL, deleted_by = NULL WHERE name = 'Chen Yu'; UPDATE tallybook.student SET name = 'Li W' WHERE name = 'Li Wei';
    DELETE FROM tallybook.score_event WHERE id = '${event}'; DELETE FROM tallybook.row_state WHERE pk = '["${event}"]'`);
  for (const table of ['student', 'score_event'])
    for (const name of ['journal_insert', 'journal_update', 'journal_delete', 'journal_truncate', 'touch'])
      await psql.query(`ALTER TABLE tallybook.${table} ENABLE ALWAYS TRIGGER tallybook_${name}`);
  await psql.query(`UPDATE tallybook.meta SET epoch = md5(random()::text)::uuid`);
  await psql.close();
  const plan = await b.preview();
  const rows = await b.rows(plan.planId);
  expect(
    rows
      .map(({ label, kind, conflict, direction }) => `${label.split(' · ')[0]} ${conflict ?? kind} ${direction}`)
      .toSorted(),
  ).toEqual(['Chen Yu both-added both', 'Li Wei both-added both', 'Wang Fang add up']);
  expect(await b.run('sync', plan.planId, { conflicts: 'local' })).toMatchObject({ outcome: 'completed' });
  await settle(a, b);
  await expectSame(a, b);
  for (const book of [a, b]) {
    expect((await book.call('student.list', {})).items.map(({ name }) => name).toSorted()).toEqual([
      'Li Wei',
      'Wang Fang',
    ]);
    expect((await book.student('Wang Fang')).allTime).toBe(3);
  }
});
