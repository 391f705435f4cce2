import { expect, it } from 'vitest';
import type { Book } from '../support/device.ts';
import { expectSame, pair, settle } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

async function addTrigger(pg: Parameters<typeof sql>[0], name: string, on: string, body: string): Promise<void> {
  await sql(pg, `CREATE FUNCTION public.${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$`);
  await sql(pg, `CREATE TRIGGER ${name} ${on} FOR EACH ROW EXECUTE FUNCTION public.${name}()`);
}

async function constraintsCheck(book: Book): Promise<unknown> {
  return (await book.preview()).checks.find(({ id }) => id === 'constraints');
}

it('a broken trigger on the server is named by the pre-check, nothing is sent, points are still taken, and its repair is enough', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  await b.award('Wang Fang', 3);
  await b.sync();
  await addTrigger(
    database.config,
    'stamp',
    'BEFORE INSERT ON tallybook.score_event',
    'NEW.modified := now(); RETURN NEW;',
  );
  await a.award('Li W', 5);
  const plan = await a.preview();
  expect(plan.checks.find(({ id }) => id === 'constraints')).toMatchObject({
    state: 'failed',
    code: 'trigger-broken',
    params: { table: 'score_event', trigger: 'stamp' },
  });
  expect(await a.run('apply', plan.planId)).toMatchObject({
    outcome: 'undecided',
    counts: { up: { add: 0 } },
    left: [{ table: 'score_event', reason: 'server-rule', blockedBy: 'score_event stamp' }],
  });
  // What waits to be sent is no part of a Pull, which leaves nothing.
  const pull = await a.preview();
  expect(await a.run('pull', pull.planId)).toMatchObject({ outcome: 'completed', counts: { down: { add: 1 } } });
  expect(Object.values(await a.totals()).reduce((sum, value) => sum + value, 0)).toBe(8);
  await sql(database.config, 'DROP TRIGGER stamp ON tallybook.score_event');
  expect(await constraintsCheck(a)).toMatchObject({ state: 'ok' });
  await settle(a, b);
  await expectSame(a, b);
}, 60_000);

it('a trigger that stamps updated_at anew with every write lets two devices converge', async () => {
  await using both = await pair();
  const { a, b, database } = both;
  for (const table of ['student', 'score_event'])
    await addTrigger(
      database.config,
      `restamp_${table}`,
      `BEFORE INSERT OR UPDATE ON tallybook.${table}`,
      `NEW.updated_at := clock_timestamp() + interval '1 hour'; RETURN NEW;`,
    );
  await a.award('Li W', 5);
  await b.award('Li W', 2);
  const { id } = await a.student('Chen Yu');
  await a.call('student.set', { id, change: { note: 'new' } });
  await settle(a, b);
  expect(await constraintsCheck(a)).toMatchObject({ state: 'warning', code: 'foreign-triggers' });
  await expectSame(a, b);
}, 60_000);
