import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { PgSession } from '../../electron/remote/pg-session.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

const own = classroomCatalog.tables.map(({ name }) => `'${name}'`).join(', ');

describe('times of the bookkeeping that no calendar has', () => {
  let both: Pair;
  let psql: PgSession;

  beforeAll(async () => {
    both = await pair();
    psql = await openSession(both.database);
  });
  afterAll(async () => {
    await psql.close();
    await both[Symbol.asyncDispose]();
  });

  /** Every column of the bookkeeping that holds a point in time. */
  async function timeColumns(): Promise<readonly (readonly [table: string, column: string])[]> {
    const { rows } = await psql.query(
      `SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
       WHERE c.relnamespace = 'tallybook'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'timestamptz'::regtype AND NOT a.attisdropped
         AND c.relname NOT IN (${own}) ORDER BY 1, 2`,
    );
    return rows.map(([table, column]) => [table ?? '', column ?? '']);
  }

  it('are refused where they are endless, also as the time of an edit', async () => {
    const columns = await timeColumns();
    expect(columns.length).toBeGreaterThan(7);
    await psql.query(
      `INSERT INTO tallybook.presence (class_id, device, name) SELECT id, id, 'x' FROM tallybook.class;
       INSERT INTO tallybook.resolution_log (class_id, id, tbl, pk, choice, who, run_id) SELECT id, id, 'student', '[]', 'local', 'x', id FROM tallybook.class`,
    );
    for (const [table, column] of columns)
      for (const time of ['infinity', '-infinity'])
        await expect(
          psql.query(`UPDATE tallybook."${table}" SET "${column}" = '${time}'`),
          `${table}.${column}`,
        ).rejects.toThrow();
    await psql.query(`SET tallybook.edited = 'infinity,infinity'`);
    await expect(psql.query(`UPDATE tallybook.student SET name = 'Endless' WHERE name = 'Li W'`)).rejects.toThrow();
    await psql.query('RESET tallybook.edited');
  });

  it.each(['infinity', '0044-03-15 12:00:00+00 BC', '294276-12-31 00:00:00+00'])(
    'count as not known when they are %s, and keep nobody from syncing',
    async (time) => {
      const { a, b } = both;
      const { rows } = await psql.query(
        `SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE conrelid::regclass::text LIKE 'tallybook.%' AND conname LIKE '%_check' AND pg_get_constraintdef(oid) LIKE '%isfinite%'`,
      );
      for (const [table, name] of rows) await psql.query(`ALTER TABLE ${table} DROP CONSTRAINT "${name}"`);
      await psql.query(`UPDATE tallybook.student SET name = name || '!' WHERE name LIKE 'Li W%'`);
      await b.award('Chen Yu', 1);
      for (const [table, column] of await timeColumns())
        await psql.query(`UPDATE tallybook."${table}" SET "${column}" = '${time}'`);
      await psql.query(`UPDATE tallybook.row_state SET xid = txid_current()`);
      await psql.query(`UPDATE tallybook.resolution_log SET xid = txid_current()`);
      expect(await b.sync()).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 } } });
      const { items } = await b.call('device.list', { connectionId: b.connectionId });
      expect(items).toHaveLength(2);
      await settle(a, b);
      await expectSame(a, b);
    },
  );
});
