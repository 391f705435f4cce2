import { expect, it } from 'vitest';
import { expectSame, pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

it('an erased student takes along what somebody recorded about the points before hearing of it, and none of it is listed', async () => {
  await using both = await pair();
  const { a, b } = both;
  const point = await a.award('Li W', 3);
  await settle(a, b);
  await b.award('Chen Yu', 1);
  await b.call('settlement.close', { name: 'Autumn' });
  await b.call('score.void', { eventIds: [point] });
  await b.sync();
  await a.call('student.erase', { id: (await a.student('Li W')).id, confirm: true });
  const plan = await a.preview();
  expect((await a.rows(plan.planId)).map(({ table, direction }) => `${table} ${direction}`).toSorted()).toEqual([
    'erasure up',
    'score_event down',
    'settlement down',
    'settlement_event down',
  ]);
  expect(plan.checks.find((check) => check.id === 'erasure')).toMatchObject({ params: { records: 0, late: 2 } });
  expect(await a.run('sync', plan.planId)).toMatchObject({ outcome: 'completed' });
  expect((await a.preview()).total).toBe(0);
  await settle(b, a);
  await expectSame(a, b);
});

it('says where the server carries out no erasure, and how much of who was erased is still there', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  const { id } = await a.student('Li W');
  await a.call('student.erase', { id, confirm: true });
  await settle(a, b);
  const said = async (code: string) =>
    (await b.preview()).checks.filter((check) => check.code === code).map(({ params }) => params);
  await sql(database.config, 'ALTER TABLE tallybook.score_event RENAME student_id TO pupil');
  expect(await said('erasure-stuck')).toEqual([{ table: 'score_event', column: 'student_id', records: 1 }]);
  await sql(database.config, 'ALTER TABLE tallybook.score_event RENAME pupil TO student_id');
  expect(await said('erasure-stuck')).toEqual([]);
  await sql(
    database.config,
    `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ('${a.classId}', '${id}', 'Li W', now());
     INSERT INTO tallybook.student_tag (class_id, student_id, tag) VALUES ('${a.classId}', '${id}', 'choir')`,
  );
  const examined = async () => {
    const { checks } = await b.device.call('app.doctor', { classId: b.classId });
    return checks.filter(({ code }) => code === 'erased-there').map(({ params }) => params['rows']);
  };
  expect(await examined()).toEqual([2]);
  await b.award('Chen Yu', 1);
  await b.sync();
  expect(await examined()).toEqual([]);
});
