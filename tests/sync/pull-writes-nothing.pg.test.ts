import { expect, it } from 'vitest';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

/** Every row of our schema with the transaction that wrote it, but for the visits of devices. */
async function allButVisits({ database }: Pair): Promise<readonly (readonly (string | null)[])[]> {
  const tables = await sql(
    database.config,
    `SELECT tablename FROM pg_tables WHERE schemaname = 'tallybook' AND tablename <> 'device' ORDER BY 1`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const each = tables.map(([name]) => `SELECT '${name}', t.xmin::text, t::text FROM tallybook."${name}" t`);
  return await sql(database.config, `${each.join(' UNION ALL ')} ORDER BY 1, 3`);
}

it('a pull writes nothing on the server but the visit of its look: no row, no run, no presence and no decision', async () => {
  await using both = await pair();
  const { a, b } = both;
  const id = async (name: string): Promise<string> => (await b.student(name)).id;
  for (const [name, change] of [
    ['Li W', { name: 'Li Wei' }],
    ['Wang Fang', { name: 'Wang F' }],
  ] as const)
    await a.call('student.set', { id: await id(name), change });
  await a.award('Chen Yu', 2);
  await a.sync();
  await b.call('student.set', { id: await id('Li W'), change: { name: 'Li Wen' } });
  await b.call('student.set', { id: await id('Wang Fang'), change: { name: 'Fang' } });
  await b.award('Chen Yu', 1);
  const plan = await b.preview();
  expect(plan.undecided).toBe(2);
  const places = (await b.rows(plan.planId)).filter(({ kind }) => kind === 'conflict').map(({ ordinal }) => ordinal);
  for (const [at, choice] of (['local', 'server'] as const).entries())
    await b.call('plan.decide', { planId: plan.planId, target: { ordinals: places.slice(at, at + 1) }, choice });
  const before = await allButVisits(both);
  expect(await b.run('pull', plan.planId)).toMatchObject({
    outcome: 'completed',
    counts: { down: { add: 1, update: 1 } },
  });
  expect(await allButVisits(both)).toEqual(before);
  await settle(b, a);
  await expectSame(a, b);
});
