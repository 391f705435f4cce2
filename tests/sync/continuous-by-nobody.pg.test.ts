import { expect, it } from 'vitest';
import { pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

it('R5: what a look has read and listed nowhere is found by the next round', async () => {
  await using both = await pair(['Zacharias Eins', 'Zacharias Zwei', 'Chen Yu', 'Li W']);
  const { a, b } = both;
  await settle(a, b);
  for (const name of ['Zacharias Eins', 'Zacharias Zwei'])
    await a.call('student.erase', { id: (await a.student(name)).id, confirm: true });
  await a.award('Chen Yu', 3);
  await a.sync({ allowErase: true });
  expect(await b.call('sync.look', { connectionId: b.connectionId })).toEqual({ looked: true });
  const round = await b.call('continuous.round', { connectionId: b.connectionId });
  expect(round).toMatchObject({ outcome: 'halted', error: { code: 'guard-refused', params: { guard: 'mass-erase' } } });
  expect(Object.keys(await b.totals())).toHaveLength(4);
});

it('R5: rows a server lost are sent again by nobody but a person, however often the list was made anew', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await a.award('Li W', 3);
  await a.award('Chen Yu', 1);
  await settle(a, b);
  // The server is put back to before the points were there, by tools that switch triggers off.
  await sql(database.config, 'ALTER TABLE tallybook.score_event DISABLE TRIGGER USER');
  await sql(database.config, 'DELETE FROM tallybook.score_event');
  await sql(database.config, `DELETE FROM tallybook.row_state WHERE tbl = 'score_event'`);
  for (const event of ['insert', 'update', 'delete', 'truncate'])
    await sql(database.config, `ALTER TABLE tallybook.score_event ENABLE ALWAYS TRIGGER tallybook_journal_${event}`);
  await sql(database.config, 'UPDATE tallybook.device SET visit_no = 0, visit_token = md5(random()::text)::uuid');
  const connectionId = b.connectionId;
  expect(await b.call('sync.look', { connectionId })).toEqual({ looked: true });
  await b.award('Wang Fang', 2);
  const round = await b.call('continuous.round', { connectionId });
  expect(round).toMatchObject({ outcome: 'halted', error: { code: 'server-lost', params: { rows: 2 } } });
  expect(await sql(database.config, 'SELECT count(*) FROM tallybook.score_event')).toEqual([['0']]);
  // A person who saw it has it done, and nothing is in doubt any more.
  const plan = await b.preview();
  expect(plan.checks.find(({ id }) => id === 'lost')).toMatchObject({ state: 'warning', code: 'server-lost' });
  await b.run('sync', plan.planId);
  await b.award('Chen Yu', 2);
  expect(await b.call('continuous.round', { connectionId })).toMatchObject({ outcome: 'synced' });
});

it('R5: a server that was put back is a question for a person, and nothing is sent or taken before it is answered', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await settle(a, b);
  await a.call('student.set', { id: (await a.student('Li W')).id, change: { name: 'Li Wei' } });
  await settle(a, b);
  // The server is put back in its place to before the new name, by tools that switch triggers off.
  await sql(database.config, 'ALTER TABLE tallybook.student DISABLE TRIGGER USER');
  await sql(database.config, `UPDATE tallybook.student SET name = 'Li W' WHERE name = 'Li Wei'`);
  for (const event of ['insert', 'update', 'delete', 'truncate'])
    await sql(database.config, `ALTER TABLE tallybook.student ENABLE ALWAYS TRIGGER tallybook_journal_${event}`);
  await sql(database.config, 'UPDATE tallybook.device SET visit_no = 0, visit_token = md5(random()::text)::uuid');
  const { connectionId } = b;
  await b.award('Chen Yu', 2);
  const names = 'SELECT name FROM tallybook.student ORDER BY name';
  for (let round = 0; round < 2; round += 1) {
    expect(await b.call('continuous.round', { connectionId })).toMatchObject({
      outcome: 'halted',
      error: { code: 'server-put-back', params: { rows: 1 } },
    });
    expect(await sql(database.config, names)).toEqual([['Chen Yu'], ['Li W'], ['Wang Fang']]);
    expect(await sql(database.config, 'SELECT count(*) FROM tallybook.score_event')).toEqual([['0']]);
    expect((await b.student('Li Wei')).deleted).toBe(false);
  }
  const plan = await b.preview();
  expect(plan.restored).toMatchObject({ rows: 1 });
  await b.call('plan.decide', { planId: plan.planId, target: { restored: 'send-newer' } });
  expect(await b.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
  expect(await sql(database.config, names)).toEqual([['Chen Yu'], ['Li Wei'], ['Wang Fang']]);
  await b.award('Chen Yu', 1);
  expect(await b.call('continuous.round', { connectionId })).toMatchObject({ outcome: 'synced' });
});

it('R5: what a person took back is not carried out again by itself, and everything else goes', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await settle(a, b);
  const { id } = await a.student('Li W');
  await a.call('student.set', { id, change: { name: 'Li Wei' } });
  const { runId } = await a.sync();
  const undo = await a.call('run.undo', { runId });
  await a.run('sync', undo.planId);
  const there = async () =>
    (await sql(database.config, `SELECT name FROM tallybook.student WHERE id = '${id}'`)).flat();
  expect(await there()).toEqual(['Li W']);
  const { connectionId } = a;
  await a.award('Chen Yu', 2);
  await a.call('continuous.set', { connectionId, change: { on: true } });
  for (let round = 0; round < 2; round += 1) {
    expect(await a.call('continuous.round', { connectionId })).toMatchObject({ error: null });
    expect(await there()).toEqual(['Li W']);
  }
  // It is said why that waits, and for whom.
  const takenBack = async () => (await a.call('connection.list', {})).items[0]?.continuous?.takenBack;
  expect(await takenBack()).toBe(1);
  const [round] = (await a.call('run.list', {})).items.filter(({ automatic }) => automatic);
  const { left } = await a.call('run.show', { runId: round?.runId ?? '' });
  expect(left).toMatchObject([{ table: 'student', reason: 'taken-back' }]);
  await a.call('continuous.set', { connectionId, change: { on: false } });
  expect(await sql(database.config, 'SELECT count(*) FROM tallybook.score_event')).toEqual([['1']]);
  // A person has it done again, and from then on it goes like any other row.
  await a.sync();
  expect(await there()).toEqual(['Li Wei']);
  await a.call('student.set', { id, change: { name: 'Li Weiwei' } });
  expect(await a.call('continuous.round', { connectionId })).toMatchObject({ outcome: 'synced' });
  expect(await there()).toEqual(['Li Weiwei']);
});

it('R5: a class that went back to a backup is kept in sync again when a person says so', async () => {
  await using both = await pair();
  const { a, b } = both;
  await settle(a, b);
  await b.device.restart();
  const [backup] = (await b.call('backup.list', {})).items;
  const { connectionId } = b;
  await b.call('continuous.set', { connectionId, change: { on: true } });
  await b.award('Chen Yu', 2);
  await b.call('backup.restore', { at: backup?.at ?? '', as: 'in-place' });
  const [connection] = (await b.call('connection.list', {})).items;
  expect(connection?.continuous).toMatchObject({ paused: true, nextAt: null });
});
