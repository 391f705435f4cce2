import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { inClassFile } from '../support/class-file.ts';
import type { Book } from '../support/device.ts';
import { pair } from '../support/pair.ts';

/** Rows an old list left behind, which go a few hundred at a time. */
const oldRows = 20_000;

/** Leaves behind a list nobody can see any more. */
function leaveOldList(book: Book): void {
  inClassFile(book, ({ db }) => {
    db.exec(`
INSERT INTO plan (id, connection_id, peer_id, made_at, seq, state, device_id, epoch, catalog_hash, plan_hash, first_contact, purpose, facts)
VALUES ('old', 'c', 'p', '', 0, 'removed', 'd', 'e', 'h', 'x', 0, 'sync', '{}');
WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${oldRows})
INSERT INTO plan_row (plan_id, ordinal, tbl, pk, label, kind, direction, at, sort_key, search, row) SELECT 'old', value, 'student', value, '', 'add', 'up', '', '', '', '{}' FROM n`);
  });
}

const countOldRows = (book: Book): number =>
  inClassFile(book, ({ db }) =>
    Number(db.prepare(`SELECT count(*) FROM plan_row WHERE plan_id = 'old'`).pluck().get()),
  );

/** The texts of the statements a class file is asked while something goes on. */
async function statementsOf(classId: string, work: () => Promise<unknown>): Promise<ReadonlySet<string>> {
  const statements = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1')) as Database.Statement;
  const spies = (['run', 'get', 'all', 'iterate'] as const).map((method) => vi.spyOn(statements, method));
  await work();
  const asked = spies.flatMap(({ mock }) => mock.contexts.map((context) => context as Database.Statement));
  for (const spy of spies) spy.mockRestore();
  return new Set(asked.filter(({ database }) => database.name.includes(classId)).map(({ source }) => source));
}

/** The tables a statement goes through from one end to the other; one that only takes the first rows of a table does not. */
function tablesScanned(db: Database.Database, sql: string): readonly string[] {
  if (sql.endsWith(' LIMIT ?') && !sql.includes(' WHERE ')) return [];
  const places = (sql.match(/\?/g) ?? []).map(() => null);
  const names = Object.fromEntries((sql.match(/@\w+/g) ?? []).map((name) => [name.slice(1), null]));
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...places, names) as { readonly detail: string }[];
  return steps.flatMap(({ detail }) => {
    const alias = /^SCAN (\w+)/.exec(detail)?.[1];
    if (alias === undefined) return [];
    return [new RegExp(`(\\w+)"? AS ${alias}\\b`).exec(sql)?.[1] ?? alias];
  });
}

/** What grows with the class. */
const largeTables: ReadonlySet<string> = new Set(
  classroomCatalog.tables
    .map(({ name }) => name)
    .filter((name) => name !== classroomCatalog.roles.erasure)
    .concat(
      'base remote dirty plan_row plan_link plan_claim plan_need plan_refused outbox_row run_row resolution recovery_bin draft_op'.split(
        ' ',
      ),
    ),
);

describe('a list of few changes in a large class', () => {
  it('looks at no table as a whole, except to count of how many records so many are changed', async () => {
    await using both = await pair();
    const { a } = both;
    await a.call('student.set', { id: (await a.student('Li W')).id, change: { note: 'tall' } });
    const asked = await statementsOf(a.classId, async () => await a.preview());
    const scans = inClassFile(a, ({ db }) =>
      [...asked].flatMap((sql) =>
        tablesScanned(db, sql).flatMap((table) => (largeTables.has(table) ? [`${table}: ${sql}`] : [])),
      ),
    );
    expect(asked.size).toBeGreaterThan(20);
    expect(scans).toEqual(['student: SELECT count(*) FROM "student" WHERE "deleted_at" IS NULL']);
  });

  it('lets nothing of an old list be taken away while it is made, or carried out', async () => {
    await using both = await pair();
    const { a } = both;
    leaveOldList(a);
    await a.call('student.set', { id: (await a.student('Li W')).id, change: { note: 'tall' } });
    const left: number[] = [];
    const onProgress = (): void => void left.push(countOldRows(a));
    const { classId, connectionId } = a;
    // Sweeping begins with the first of these lists.
    await a.preview();
    const { planId } = await a.device.client.call('sync.preview', { classId, connectionId }, { onProgress });
    expect(new Set(left).size).toBe(1);
    expect(left[0]).toBeGreaterThan(0);
    left.length = 0;
    await a.device.client.call('sync.run', { classId, planId, mode: 'apply' }, { onProgress });
    expect(new Set(left).size).toBe(1);
    await expect.poll(() => countOldRows(a), { timeout: 30_000 }).toBe(0);
  });
});
