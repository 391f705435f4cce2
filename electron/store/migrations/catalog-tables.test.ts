import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { classroomCatalog } from '../../../shared/catalog/classroom.ts';
import { reservedPrefixes, reservedTableNames } from '../../../shared/catalog/reserved-names.ts';
import { everyTypeCatalog } from '../../../tests/support/every-type-catalog.ts';
import { classMigrations } from './migrations.ts';

function migrated(catalog: typeof everyTypeCatalog): Database.Database {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  for (const migration of classMigrations(catalog)) migration.up(db);
  return db;
}

it('a catalog cannot have a table of the name of anything else in a class file', () => {
  for (const catalog of [classroomCatalog, everyTypeCatalog]) {
    const own = new Set(catalog.tables.map(({ name }) => name));
    const objects = migrated(catalog).prepare('SELECT type, name, tbl_name FROM sqlite_master').all() as readonly {
      readonly type: string;
      readonly name: string;
      readonly tbl_name: string;
    }[];
    // What belongs to the catalog's own tables is named after them.
    const names = objects
      .filter(({ type, tbl_name: table }) => type !== 'view' && !own.has(table))
      .flatMap(({ name }) => (reservedPrefixes.some((prefix) => name.startsWith(prefix)) ? [] : [name]));
    expect(names.filter((name) => !reservedTableNames.has(name))).toEqual([]);
  }
});

it('the tables of a catalog are STRICT, and hold what SQLite can check to the bounds of their columns', () => {
  const db = migrated(everyTypeCatalog);
  const loose = (db.pragma('table_list') as readonly { name: string; type: string; strict: number }[]).filter(
    ({ name, type, strict }) => type === 'table' && !name.startsWith('sqlite_') && strict === 0,
  );
  expect(loose).toEqual([]);
  const set = (column: string, value: string): void =>
    void db.exec(`INSERT INTO "every type" (id, ${column}) VALUES (abs(random() % 1000000), ${value})`);
  for (const [column, value] of [
    ['a_int2', '32768'],
    ['a_int4', '2147483648'],
    ['a_bool', '2'],
    ['a_char', "'123456789'"],
    ['a_mood', "'angry'"],
    ['a_int8', '1.5'],
  ] as const)
    expect(() => set(column, value), column).toThrow();
  set('a_mood', `'it''s "fine"'`);
  set('a_int2', '-32768');
});
