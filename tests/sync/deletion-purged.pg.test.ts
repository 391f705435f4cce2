import { describe, expect, it } from 'vitest';
import { sql } from '../support/sql.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

const PURGE = [
  'UPDATE tallybook.student SET deleted_at = now(), updated_at = now() WHERE name = $1',
  'DELETE FROM tallybook.student WHERE name = $1',
];

/** Somebody deletes a student on the server and then removes the row itself, as an administrator does who clears out. */
async function purge({ database }: Pair, name: string): Promise<void> {
  for (const statement of PURGE) await sql(database.config, statement, [name]);
}

describe('a student who was deleted on the server and whose row was then removed there', () => {
  it('is listed as deleted with nothing else, and is hidden on every device by the run', async () => {
    await using both = await pair();
    const { a, b } = both;
    await purge(both, 'Chen Yu');
    const plan = await a.preview();
    const rows = (await a.rows(plan.planId)).filter(({ table }) => table === 'student');
    expect(rows).toMatchObject([{ kind: 'delete', direction: 'both', restored: false }]);
    expect(rows[0]?.fields.map(({ name }) => name)).toEqual(['deleted_at']);
    expect(plan.summary).toContainEqual({ table: 'student', kind: 'delete', direction: 'both', count: 1 });
    expect((await a.run('sync', plan.planId)).counts.down).toMatchObject({ delete: 1 });
    await settle(a, b);
    await expectSame(a, b);
    for (const book of [a, b]) expect(await book.student('Chen Yu')).toMatchObject({ deleted: true });
  });

  it('asks before many of them go', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `Pupil ${String(at + 1)}`);
    await using both = await pair(names);
    const { a } = both;
    for (const name of names.slice(0, 8)) await purge(both, name);
    const plan = await a.preview();
    // Only here: the server, which has none of them any more, loses nothing.
    expect(plan.guards).toEqual([{ id: 'mass-delete', table: 'student', count: 8 }]);
    await expect(a.run('sync', plan.planId)).rejects.toMatchObject({ code: 'guard-refused' });
    await expect(a.run('pull', plan.planId)).rejects.toMatchObject({ code: 'guard-refused' });
    expect(await a.run('apply', plan.planId)).toMatchObject({ outcome: 'completed', counts: { up: { add: 8 } } });
  });

  it('counts as changed only here where it was changed, and not deleted, before it was removed there', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `Pupil ${String(at + 1)}`);
    await using both = await pair(names);
    const { a, database } = both;
    for (const name of names.slice(0, 8)) {
      await sql(database.config, `UPDATE tallybook.student SET note = 'new' WHERE name = $1`, [name]);
      await sql(database.config, 'DELETE FROM tallybook.student WHERE name = $1', [name]);
      await a.call('student.set', { id: (await a.student(name)).id, change: { name: `${name} A` } });
    }
    const plan = await a.preview();
    expect(plan.summary).toContainEqual({ table: 'student', kind: 'update', direction: 'both', count: 8 });
    expect(plan.guards).toEqual([{ id: 'mass-overwrite', table: 'student', count: 8 }]);
  });

  it('takes nothing from anybody where it was restored there before', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `Pupil ${String(at + 1)}`);
    await using both = await pair(names);
    const { a, database } = both;
    const gone = names.slice(0, 8);
    const ids = await Promise.all(gone.map(async (name) => (await a.student(name)).id));
    await a.call('student.delete', { ids });
    await a.sync();
    for (const name of gone) {
      await sql(database.config, 'UPDATE tallybook.student SET deleted_at = NULL WHERE name = $1', [name]);
      await sql(database.config, 'DELETE FROM tallybook.student WHERE name = $1', [name]);
    }
    const plan = await a.preview();
    expect(plan.summary).toContainEqual({ table: 'student', kind: 'add', direction: 'both', count: 8 });
    expect(plan.guards).toEqual([]);
  });

  for (const choice of ['local', 'server'] as const)
    it(`is asked about where new points were given here, and answered “${choice}”`, async () => {
      await using both = await pair();
      const { a, b } = both;
      await purge(both, 'Chen Yu');
      await a.award('Chen Yu', 2);
      const plan = await a.preview();
      expect((await a.rows(plan.planId)).filter(({ kind }) => kind === 'conflict')).toMatchObject([
        { table: 'student', conflict: 'parent-deleted', newChildren: 1 },
      ]);
      expect((await a.run('sync', plan.planId, { conflicts: choice })).outcome).toBe('completed');
      await settle(a, b);
      await expectSame(a, b);
      for (const book of [a, b])
        expect(await book.student('Chen Yu')).toMatchObject({ deleted: choice === 'server', allTime: 2 });
    });
});
