import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { grantStatements } from '../../electron/remote/rights-sql.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { PlanSummary } from '../../shared/contract/sync.ts';
import type { Book } from '../support/device.ts';
import { pair, type Pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

/** Two devices on one class, of which the first signs in as a role that owns nothing and has the rights given to it. */
async function asRole(rights: (role: string) => readonly string[]): Promise<Pair & { readonly role: string }> {
  const both = await pair();
  const role = `teacher_${randomBytes(4).toString('hex')}`;
  await sql(both.database.config, `CREATE ROLE ${role} LOGIN PASSWORD 'teach-5B'`);
  for (const statement of rights(role)) await sql(both.database.config, statement);
  const { connectionId } = both.a;
  await both.a.call('connection.set', { connectionId, change: { user: role, password: 'teach-5B' } });
  return { ...both, role };
}

const all = (role: string): readonly string[] => grantStatements(classroomCatalog, [role]);

const readingOnly = (role: string): readonly string[] => [
  `GRANT USAGE ON SCHEMA tallybook TO ${role}`,
  `GRANT SELECT ON ALL TABLES IN SCHEMA tallybook TO ${role}`,
  `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tallybook TO ${role}`,
];

async function rightsOf(book: Book): Promise<PlanSummary['checks'][number] | undefined> {
  return (await book.preview()).checks.find(({ id }) => id === 'rights');
}

const well = { id: 'rights', state: 'ok', code: null, params: {} };

describe('P3: the check of the rights', () => {
  it('names the table and the right a run was refused for, at every look until it is given', async () => {
    await using both = await asRole(all);
    const { a, database, role } = both;
    expect(await rightsOf(a)).toEqual(well);
    await a.award('Chen Yu', 4);
    await sql(database.config, `REVOKE INSERT ON tallybook.score_event FROM ${role}`);
    const missing = {
      id: 'rights',
      state: 'failed',
      code: 'right-missing',
      params: {
        on: 'score_event',
        right: 'INSERT',
        sql: `GRANT INSERT ON "tallybook"."score_event" TO "${role}";`,
      },
    };
    expect(await rightsOf(a)).toEqual(missing);
    await expect(a.sync()).rejects.toMatchObject({ code: 'right-missing' });
    expect(await rightsOf(a)).toEqual(missing);
    await sql(database.config, missing.params.sql);
    expect(await rightsOf(a)).toEqual(well);
    expect(await a.sync()).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 } } });
  }, 60_000);

  it('sees a table that changed hands, and rights that came with a group the account is not in any more', async () => {
    await using both = await asRole(() => []);
    const { a, database, role } = both;
    const group = `staff_${randomBytes(4).toString('hex')}`;
    await sql(database.config, `CREATE ROLE ${group}`);
    for (const statement of [...all(group), ...readingOnly(role), `GRANT ${group} TO ${role}`])
      await sql(database.config, statement);
    expect(await rightsOf(a)).toEqual(well);
    await sql(database.config, `REVOKE ${group} FROM ${role}`);
    expect(await rightsOf(a)).toMatchObject({ state: 'failed', params: { right: 'INSERT' } });
    await sql(database.config, `GRANT ${group} TO ${role}`);
    expect(await rightsOf(a)).toEqual(well);
    await sql(database.config, `REVOKE UPDATE ON tallybook.score_void FROM ${group}`);
    expect(await rightsOf(a)).toMatchObject({ state: 'failed', params: { on: 'score_void', right: 'UPDATE' } });
    await sql(database.config, `ALTER TABLE tallybook.score_void OWNER TO ${role}`);
    expect(await rightsOf(a)).toEqual(well);
  }, 60_000);

  it('stops nobody who only takes: an account that may only read goes on receiving, whichever way the connection works', async () => {
    await using both = await asRole(readingOnly);
    const { a, b } = both;
    await b.award('Li W', 3);
    await b.sync();
    const plan = await a.preview();
    expect(plan.checks).toContainEqual(expect.objectContaining({ id: 'rights', state: 'failed' }));
    expect(await a.run('pull', plan.planId)).toMatchObject({ outcome: 'completed', counts: { down: { add: 1 } } });
    await b.award('Li W', 5);
    await b.sync();
    // Also where nobody is at it.
    const round = await a.call('continuous.round', { connectionId: a.connectionId });
    expect(round).toMatchObject({ error: null, run: { counts: { down: { add: 1 } } } });
    await a.call('connection.set', { connectionId: a.connectionId, change: { mode: 'pull-only' } });
    expect(await rightsOf(a)).toEqual(well);
    await b.award('Li W', 2);
    await b.sync();
    const { planId } = await a.preview();
    expect(await a.run('pull', planId)).toMatchObject({ outcome: 'completed', counts: { down: { add: 1 } } });
  }, 60_000);
});
