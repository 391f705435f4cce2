import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { managedDatabase, type ManagedDatabase } from '../support/managed-database.ts';

/** What somebody may do to the columns of the table of students, as psql would. */
const changes = {
  'drops a column': 'DROP COLUMN note',
  'drops every column that may be dropped': 'DROP COLUMN note, DROP COLUMN name CASCADE, DROP COLUMN number CASCADE',
  'adds a column': 'ADD COLUMN shoe_size int4 DEFAULT 36',
  'renames a column': 'RENAME COLUMN note TO remark',
  'gives a column a type without equality': 'ALTER COLUMN note TYPE json USING to_json(note)',
  'gives a column another type': 'ALTER COLUMN note TYPE text[] USING ARRAY[note]',
  'drops the timestamp': 'DROP COLUMN updated_at',
  'renames the timestamp': 'RENAME COLUMN updated_at TO touched_at',
  'gives the timestamp another type': 'ALTER COLUMN updated_at DROP DEFAULT, ALTER COLUMN updated_at TYPE int4 USING 0',
  'renames the key': 'RENAME COLUMN id TO student_id',
  'renames the class': 'RENAME COLUMN class_id TO school_class',
  'drops the key': 'DROP COLUMN id CASCADE',
  'drops the primary key': 'DROP CONSTRAINT student_pkey CASCADE',
  'renames the table': 'RENAME TO pupil',
  'moves the table to another schema': 'SET SCHEMA public',
} as const;

/** Changes after which rows cannot be told apart any more. */
const blind = new Set(['renames the key', 'renames the class', 'drops the key', 'drops the primary key']);

let db: ManagedDatabase;
beforeAll(async () => {
  db = await managedDatabase();
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
});

describe('whoever writes with another program is never kept from it by the journal', () => {
  it.each(Object.entries(changes))('when somebody %s', async (what, change) => {
    const { owner, classId } = db;
    await owner.query('BEGIN');
    try {
      const id = randomUUID();
      await owner.query(
        `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $2, 'Li Wei', now()), ($1, md5($2::text)::uuid, 'Ana', now())`,
        [classId, id],
      );
      await owner.query(`ALTER TABLE tallybook.student ${change}`);
      const table = { 'renames the table': 'tallybook.pupil', 'moves the table to another schema': 'public.student' };
      const student = what in table ? table[what as keyof typeof table] : 'tallybook.student';
      const noted = async (): Promise<readonly unknown[]> => {
        const { rows } = await owner.query(
          `SELECT sum(ver), count(*) FILTER (WHERE deleted), (SELECT horizon > txid_current() FROM tallybook.gc_horizon WHERE class_id = $1) FROM tallybook.row_state WHERE scope = $1`,
          [classId],
        );
        return rows[0] ?? [];
      };
      const steps = [
        `UPDATE ${student} SET created_at = created_at + interval '1 day'`,
        `INSERT INTO ${student} SELECT * FROM ${student} WHERE false`,
        `CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT * FROM ${student}`,
        `DELETE FROM ${student}`,
        `INSERT INTO ${student} SELECT * FROM copy`,
        `UPDATE ${student} SET created_at = created_at + interval '1 day'`,
        `TRUNCATE ${student} CASCADE`,
      ];
      const seen: (readonly unknown[])[] = [await noted()];
      for (const step of steps) {
        await owner.query(step);
        seen.push(await noted());
      }
      const [first, ...later] = seen;
      if (blind.has(what)) {
        // Every device reads everything once more.
        expect(later.map(([, , horizon]) => horizon)).toEqual(steps.map(() => 't'));
        expect(later.at(-1)?.slice(0, 2)).toEqual(first?.slice(0, 2));
        return;
      }
      expect(first).toEqual(['2', '0', 'f']);
      expect(seen.map(([versions]) => Number(versions))).toEqual([2, 4, 4, 4, 6, 8, 10, 12]);
      expect(seen.map(([, deleted]) => Number(deleted))).toEqual([0, 0, 0, 0, 2, 0, 0, 2]);
    } finally {
      await owner.query('ROLLBACK');
    }
  });

  it('and a change of a column the catalog does not know is no change', async () => {
    const { owner, classId } = db;
    await owner.query('BEGIN; ALTER TABLE tallybook.student ADD COLUMN shoe_size int4');
    await owner.query(
      `INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $1, 'Li Wei', now())`,
      [classId],
    );
    await owner.query(`UPDATE tallybook.student SET shoe_size = 36`);
    const { rows } = await owner.query(`SELECT sum(ver) FROM tallybook.row_state WHERE scope = $1`, [classId]);
    expect(rows).toEqual([['1']]);
    await owner.query('ROLLBACK');
  });
});
