import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../../shared/catalog/classroom.ts';
import { domainTables } from './0001-domain-tables.ts';

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}

const sqliteTypes = { int4: 'INTEGER', int8: 'INTEGER', bool: 'INTEGER', bytea: 'BLOB' } as const;

function migrated(): Database.Database {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  domainTables.up(db);
  return db;
}

describe('the domain tables', () => {
  it('have exactly the columns, types and keys of the classroom catalog', () => {
    const db = migrated();
    for (const table of classroomCatalog.tables) {
      const found = db.pragma(`table_info("${table.name}")`) as readonly ColumnInfo[];
      expect(
        found.map(({ name, type, notnull }) => ({ name, type, nullable: notnull === 0 })),
        table.name,
      ).toEqual(
        table.columns.map((column) => ({
          name: column.name,
          type: column.type in sqliteTypes ? sqliteTypes[column.type as keyof typeof sqliteTypes] : 'TEXT',
          nullable: column.nullable,
        })),
      );
      const key = found.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
      expect(
        key.map(({ name }) => name),
        table.name,
      ).toEqual(table.key);
    }
  });

  it('are STRICT and hold no other table than those of the catalog and what the class is', () => {
    const list = (migrated().pragma('table_list') as readonly { name: string; type: string; strict: number }[]).filter(
      ({ name, type }) => type === 'table' && !name.startsWith('sqlite_'),
    );
    expect(list.filter(({ strict }) => strict === 0)).toEqual([]);
    expect(new Set(list.map(({ name }) => name))).toEqual(
      new Set(['class_info', ...classroomCatalog.tables.map(({ name }) => name)]),
    );
  });

  it('have the constraints of the catalog as foreign keys without actions, and none for soft references', () => {
    const db = migrated();
    for (const table of classroomCatalog.tables) {
      const found = db.pragma(`foreign_key_list("${table.name}")`) as readonly {
        table: string;
        from: string;
        on_delete: string;
        on_update: string;
      }[];
      const hard = table.foreignKeys.filter(({ soft }) => !soft);
      expect(new Set(found.map(({ from, table: target }) => `${from} → ${target}`))).toEqual(
        new Set(hard.map(({ columns, references }) => `${columns.join()} → ${references}`)),
      );
      expect(found.every(({ on_delete, on_update }) => on_delete === 'NO ACTION' && on_update === 'NO ACTION')).toBe(
        true,
      );
    }
  });

  it('refuse what does not fit the type of a column', () => {
    const db = migrated();
    const insert = db.prepare(`INSERT INTO reason VALUES (?, 'text', ?, NULL, 0, ?, NULL, NULL)`);
    expect(() => insert.run('a', 1.5, 0n)).toThrow();
    expect(() => insert.run('a', 2n ** 31n, 0n)).toThrow();
    expect(() => insert.run('a', 1n, 2n)).toThrow();
    expect(insert.run('a', -(2n ** 31n), 1n).changes).toBe(1);
  });
});
