import { expect, it } from 'vitest';
import { testClass } from '../../tests/support/test-class.ts';
import { checkStore } from './check-store.ts';

it('a file is sound as it was made, and damaged where a byte of the text of a table, a view, an index or a trigger changed', () => {
  const store = testClass();
  const { db } = store;
  expect(checkStore(store)).toMatchObject({ findings: 0, lostReferences: 0 });
  const objects = db
    .prepare(`SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'`)
    .all() as {
    type: string;
    name: string;
    sql: string;
  }[];
  expect([...new Set(objects.map(({ type }) => type))].toSorted()).toEqual(['index', 'table', 'trigger', 'view']);
  db.unsafeMode(true);
  db.pragma('writable_schema = ON');
  const write = db.prepare('UPDATE sqlite_schema SET sql = ? WHERE type = ? AND name = ?');
  for (const { type, name, sql } of objects) {
    const at = Math.floor(sql.length / 2);
    write.run(`${sql.slice(0, at)}\u0001${sql.slice(at + 1)}`, type, name);
    expect(checkStore(store).findings, `${type} ${name}`).toBe(1);
    write.run(sql, type, name);
  }
  expect(checkStore(store).findings).toBe(0);
});
