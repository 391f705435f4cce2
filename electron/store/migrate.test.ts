import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../../tests/support/test-class.ts';
import { appMigrations } from './app-migrations/app-migrations.ts';
import type { Migration } from './migration.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { classMigrations } from './migrations/migrations.ts';
import { createDatabase, openDatabase } from './open-database.ts';
import type { FileKind } from './open-database.ts';

const one: Migration = { version: 1, name: 'one', up: (db) => db.exec('CREATE TABLE a (x TEXT) STRICT') };
const two: Migration = {
  version: 2,
  name: 'two',
  up: (db) => db.exec(`ALTER TABLE a ADD COLUMN y TEXT; INSERT INTO a VALUES ('x', 'y')`),
};
const broken: Migration = {
  version: 2,
  name: 'broken',
  up: (db) => {
    db.exec(`INSERT INTO a VALUES ('half')`);
    throw new Error('a defect');
  },
};

function kindOf(folder: string, ...migrations: readonly Migration[]): FileKind {
  return { applicationId: 7, migrations, backupFile: (version) => join(folder, 'backups', `from-${version}.db`) };
}

describe('migrations of a file', () => {
  it.each([
    ['class files', classMigrations(classroomCatalog)],
    ['app.db', appMigrations],
  ])('of %s are numbered from 1 without gaps', (_, migrations) => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_migration, index) => index + 1));
  });

  it('run once each, and a copy of the file is made before the first', () => {
    const folder = testFolder();
    const file = join(folder, 'file.db');
    createDatabase(file, kindOf(folder, one)).close();
    expect(existsSync(join(folder, 'backups'))).toBe(false);
    for (const time of ['first', 'second']) {
      const db = openDatabase(file, kindOf(folder, one, two));
      expect(db.prepare('SELECT x, y FROM a').all(), time).toEqual([{ x: 'x', y: 'y' }]);
      db.close();
    }
    const copy = new Database(join(folder, 'backups', 'from-1.db'), { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(1);
    expect(copy.pragma('application_id', { simple: true })).toBe(7);
    expect(copy.prepare('SELECT count(*) FROM a').pluck().get()).toBe(0);
    copy.close();
  });

  it('that fail change nothing, and can be run again by a mended app', () => {
    const folder = testFolder();
    const file = join(folder, 'file.db');
    createDatabase(file, kindOf(folder, one)).close();
    expect(() => openDatabase(file, kindOf(folder, one, broken))).toThrow('a defect');
    const db = openDatabase(file, kindOf(folder, one, two));
    expect(db.prepare('SELECT x FROM a').pluck().all()).toEqual(['x']);
    db.close();
  });

  it('that leave a reference to nothing are undone', () => {
    const folder = testFolder();
    const file = join(folder, 'file.db');
    const references: Migration = {
      version: 2,
      name: 'references',
      up: (db) =>
        db.exec(
          `CREATE TABLE p (id TEXT PRIMARY KEY) STRICT; CREATE TABLE c (p TEXT REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED) STRICT; INSERT INTO c VALUES ('none')`,
        ),
    };
    createDatabase(file, kindOf(folder, one)).close();
    const before = readFileSync(file);
    expect(() => openDatabase(file, kindOf(folder, one, references))).toThrow('broken references');
    openDatabase(file, kindOf(folder, one)).close();
    expect(readFileSync(file).length).toBe(before.length);
  });
});
