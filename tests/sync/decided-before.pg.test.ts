import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { tableOf } from '../../shared/catalog/catalog.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { contentHash } from '../../electron/sync/resolution-log.ts';
import type { Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, placeOf, settle } from '../support/pair.ts';
import type { Pair } from '../support/pair.ts';

/** One rename on both devices, another one on the server: the same question on both. */
async function sameQuestion({ a, b, database }: Pair, students: readonly string[] = ['Li W']): Promise<void> {
  for (const name of students) {
    for (const book of [a, b])
      await book.call('student.set', { id: (await book.student(name)).id, change: { name: `${name}ei` } });
    await psql(database, `UPDATE tallybook.student SET name = '${name}en' WHERE name = '${name}'`);
  }
}

async function psql(database: Pair['database'], text: string): Promise<readonly (readonly (string | null)[])[]> {
  const session = await openSession(database);
  try {
    return (await session.query(text)).rows;
  } finally {
    await session.close();
  }
}

const log = (database: Pair['database']) =>
  psql(database, 'SELECT choice, fields::text, who FROM tallybook.resolution_log ORDER BY at, id');

async function question(book: Book) {
  const plan = await book.preview();
  const [row] = (await book.rows(plan.planId)).filter(({ kind }) => kind === 'conflict');
  return { plan, row };
}

async function decide(book: Book, choice: 'local' | 'server', mode: 'apply' | 'pull' | 'sync' = 'sync') {
  const { planId } = await book.preview();
  await book.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, choice });
  return await book.run(mode, planId);
}

describe('a question somebody has answered', () => {
  it('is not asked again on the next device, which shows that it was decided before and takes the same', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await sameQuestion(both);
    expect(await decide(a, 'server')).toMatchObject({ outcome: 'completed' });
    expect(await log(database)).toEqual([['server', null, 'Room 301 PC']]);
    const { plan, row } = await question(b);
    expect(plan).toMatchObject({ undecided: 0, ready: { sync: 1 } });
    expect(row).toMatchObject({
      conflict: 'both-updated',
      choice: 'server',
      recommended: 'server',
      reason: 'decided-before',
    });
    const run = await b.run('sync', plan.planId);
    expect(run).toMatchObject({ outcome: 'completed' });
    // The history of both says who answered it, and when.
    const [first] = (await a.call('run.list', {})).items;
    expect(await b.written(run.runId)).toMatchObject([{ choice: 'server', decidedBefore: { who: 'Room 301 PC' } }]);
    expect(await a.written(first?.runId ?? '')).toMatchObject([{ choice: 'server', decidedBefore: null }]);
    expect((await b.student('Li Wen')).name).toBe('Li Wen');
    await settle(a, b);
    await expectSame(a, b);
  });

  it('can be answered otherwise by a person, and stays so in the next plan', async () => {
    await using both = await pair();
    const { a, b } = both;
    await sameQuestion(both);
    await decide(a, 'server');
    const { plan } = await question(b);
    const target = { ordinals: [await placeOf(b, plan.planId, 'Li Wei')] };
    await b.call('plan.decide', { planId: plan.planId, target, choice: 'local' });
    const next = await question(b);
    expect(next.row).toMatchObject({ choice: 'local', reason: 'decided-before' });
    const run = await b.run('sync', next.plan.planId);
    expect(run).toMatchObject({ outcome: 'completed' });
    expect(await b.written(run.runId)).toMatchObject([{ choice: 'local', decidedBefore: null }]);
    await settle(a, b);
    expect((await a.student('Li Wei')).name).toBe('Li Wei');
    await expectSame(a, b);
  });

  it('holds for a value chosen by column, of which the log names the side and no content', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await sameQuestion(both);
    const { planId } = await a.preview();
    const target = { ordinals: [await placeOf(a, planId, 'Li Wei')] };
    await a.call('plan.decide', { planId, target, choice: 'merge', fields: { name: { value: 'Li Weng' } } });
    expect(await a.run('apply', planId)).toMatchObject({ outcome: 'completed' });
    expect(await log(database)).toEqual([
      ['merge', '{"name": "typed"}', 'Room 301 PC'],
      ['merge', '{"name": "typed"}', 'Room 301 PC'],
    ]);
    expect(JSON.stringify(await psql(database, 'SELECT l::text FROM tallybook.resolution_log l'))).not.toContain(
      'Li W',
    );
    expect((await question(b)).row).toMatchObject({ choice: 'server', reason: 'decided-before' });
    await settle(b, a);
    expect((await b.student('Li Weng')).name).toBe('Li Weng');
    await expectSame(a, b);
  });

  it('holds for many answers given at once', async () => {
    const names = ['Li W', 'Wang F', 'Chen Y'];
    await using both = await pair(names);
    const { a, b, database } = both;
    await sameQuestion(both, names);
    await decide(a, 'server');
    expect(await log(database)).toHaveLength(3);
    expect((await b.preview()).undecided).toBe(0);
    await settle(b, a);
    await expectSame(a, b);
  });

  it('is sent with the next run that writes when it was answered by a pull, which writes nothing there', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await sameQuestion(both);
    expect(await decide(a, 'server', 'pull')).toMatchObject({ outcome: 'completed' });
    expect(await log(database)).toEqual([]);
    expect((await question(b)).row).toMatchObject({ choice: null });
    await a.award('Chen Yu', 1);
    expect(await a.run('apply', (await a.preview()).planId)).toMatchObject({ outcome: 'completed' });
    expect(await log(database)).toEqual([['server', null, 'Room 301 PC']]);
    expect((await question(b)).row).toMatchObject({ choice: 'server', reason: 'decided-before' });
  });

  it('is asked again on the device that took the answer back by undoing its sync', async () => {
    await using both = await pair();
    const { a } = both;
    await sameQuestion(both);
    const { runId } = await decide(a, 'server');
    const back = await a.call('run.undo', { runId });
    expect(await a.run('sync', back.planId)).toMatchObject({ outcome: 'completed' });
    const { plan, row } = await question(a);
    expect(row).toMatchObject({ conflict: 'both-updated', choice: null });
    expect(plan.undecided).toBe(1);
  });

  it('is never one that was skipped', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await sameQuestion(both);
    const { planId } = await a.preview();
    await a.call('plan.decide', { planId, target: { filter: { kinds: ['conflict'] } }, choice: 'skip' });
    await a.award('Chen Yu', 1);
    await a.run('sync', (await a.preview()).planId);
    expect(await log(database)).toEqual([]);
    expect((await question(b)).row).toMatchObject({ choice: null });
  });

  it('cannot be forged by somebody who does not know the secret of the class', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await sameQuestion(both);
    const [[secret], students] = [
      (await psql(database, 'SELECT secret FROM tallybook.class_secret')).flat(),
      tableOf(classroomCatalog, 'student'),
    ];
    const { row } = await question(b);
    const pk = JSON.stringify([row?.key['id']]);
    const student = await b.student('Li Wei');
    const [[createdAt]] = (await psql(
      database,
      `SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') FROM tallybook.student WHERE id = '${student.id}'`,
    )) as [[string]];
    const content = (name: string): Row => ({ id: student.id, name, created_at: createdAt });
    const forge = async (key: string) => {
      const hash = (name: string): string => contentHash(key, students, pk, content(name));
      await psql(
        database,
        `INSERT INTO tallybook.resolution_log (class_id, id, tbl, pk, base_hash, loser_hash, winner_hash, choice, who, run_id)
         VALUES ('${a.classId}', '${randomUUID()}', 'student', '${pk}', '${hash('Li W')}', '${hash('Li Wei')}', '${hash('Li Wen')}', 'server', 'x', '${randomUUID()}')`,
      );
    };
    await forge('another class');
    const forged = (await question(b)).row;
    expect(forged).toMatchObject({ choice: null });
    expect(forged?.reason).not.toBe('decided-before');
    // The same line by somebody who knows it counts: it was the secret that made the difference.
    await forge(secret ?? '');
    expect((await question(b)).row).toMatchObject({ choice: 'server', reason: 'decided-before' });
  });

  it('is forgotten after more than a year, and then asked again', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    await sameQuestion(both);
    await decide(a, 'server');
    await psql(database, `UPDATE tallybook.resolution_log SET at = at - interval '401 days'`);
    expect((await question(b)).row).toMatchObject({ choice: null });
  });
});
