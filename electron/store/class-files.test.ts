import Database from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tableOf } from '../../shared/catalog/catalog.ts';
import { builtInReasons } from '../../shared/model/built-in-reasons.ts';
import { addNames, testClass, testFolder } from '../../tests/support/test-class.ts';
import { openAppStore } from './app-store.ts';
import { countRows, eachRow } from './catalog-rows.ts';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { adoptClassFiles, classFileOf, createClassFile } from './class-files.ts';
import { openClassStore } from './class-store.ts';
import type { ClassStore } from './class-store.ts';
import { uuidv7 } from './uuid.ts';

const newClass = () => ({ id: uuidv7(), name: '5B', sample: false, empty: false });

/** Every row of every table that syncs. */
function content(store: ClassStore): unknown {
  return classroomCatalog.tables.map((table) => [table.name, [...eachRow(store, table)]]);
}

describe('the file of a new class', () => {
  it('holds the built-in reasons and nothing else, the very same in two fresh installs', () => {
    const [one, two] = [testClass(), testClass()];
    expect(content(one)).toEqual(content(two));
    const filled = classroomCatalog.tables.filter((table) => countRows(one, table) > 0);
    expect(filled.map(({ name }) => name)).toEqual(['reason']);
    expect(countRows(one, tableOf(classroomCatalog, 'reason'))).toBe(builtInReasons.length);
  });

  it('remembers which rows the app made by itself', () => {
    const store = testClass();
    const remembered = store.db.prepare('SELECT pk FROM factory_row ORDER BY pk').pluck().all();
    expect(remembered).toEqual([...eachRow(store, tableOf(classroomCatalog, 'reason'))].map(({ pk }) => pk));
  });

  it('is wholly empty when the class is joined', () => {
    const store = testClass({ empty: true });
    expect(classroomCatalog.tables.filter((table) => countRows(store, table) > 0)).toEqual([]);
  });

  it('appears whole or not at all', () => {
    const folder = testFolder();
    const { id, ...rest } = newClass();
    expect(() =>
      createClassFile(folder, { id, ...rest }, (store) => {
        addNames(store, 'Ada');
        throw new Error('no more');
      }),
    ).toThrow('no more');
    expect(readdirSync(join(folder, 'classes'))).toEqual([]);
    // A killed process leaves this behind; the next try must not trip over it.
    writeFileSync(`${classFileOf(folder, id)}.unfinished`, 'half');
    createClassFile(folder, { id, ...rest }, (store) => void addNames(store, 'Ada'));
    expect(readdirSync(join(folder, 'classes'))).toEqual([`${id}.db`]);
  });

  it('gets its name only when all of it lies in one file', () => {
    const folder = testFolder();
    const { id, ...rest } = newClass();
    let other: Database.Database | undefined;
    // Whoever reads keeps the write-ahead log from being moved, as a full disk does; closing a file says nothing of either.
    const make = () =>
      createClassFile(folder, { id, ...rest }, (store) => {
        store.db.pragma('busy_timeout = 0');
        other = new Database(`${classFileOf(folder, id)}.unfinished`);
        other.exec('BEGIN');
        other.prepare('SELECT count(*) FROM sqlite_schema').get();
        addNames(store, 'Ada');
      });
    expect(make).toThrow(expect.objectContaining({ code: 'disk-full' }));
    other?.close();
    expect(readdirSync(join(folder, 'classes'))).toEqual([]);
    createClassFile(folder, { id, ...rest }, (store) => void addNames(store, 'Ada'));
    expect(readdirSync(join(folder, 'classes'))).toEqual([`${id}.db`]);
  });

  it('never takes the place of another', () => {
    const folder = testFolder();
    const made = newClass();
    createClassFile(folder, made);
    expect(() => createClassFile(folder, made)).toThrow(expect.objectContaining({ code: 'class-exists' }));
  });
});

describe('class files the list does not know', () => {
  it.skipIf(process.platform === 'win32')('are not waited for when they are no files', () => {
    const folder = testFolder();
    const app = openAppStore(folder);
    const { id } = newClass();
    mkdirSync(join(folder, 'classes'), { recursive: true });
    execFileSync('mkfifo', [classFileOf(folder, id)]);
    expect(adoptClassFiles(app, folder, new Date().toISOString(), classroomCatalog)).toEqual([]);
    app.close();
  });

  it('are taken into it, except what cannot be opened, which stays where it is', () => {
    const folder = testFolder();
    const app = openAppStore(folder);
    const [known, lost] = [newClass(), { ...newClass(), name: '5A', sample: true }];
    createClassFile(folder, known);
    app.addClass({ ...known, archived: false, students: 0 }, '2026-11-20T08:00:00.000Z');
    createClassFile(folder, lost, (store) => void addNames(store, 'Ada', 'Ben'));
    const damaged = classFileOf(folder, uuidv7());
    writeFileSync(damaged, 'not a class');
    expect(adoptClassFiles(app, folder, '2026-11-20T08:00:00.000Z', classroomCatalog)).toEqual([lost.id]);
    expect(app.classOf(lost.id)).toEqual({ id: lost.id, name: '5A', sample: true, archived: false, students: 2 });
    expect(app.classes()).toHaveLength(2);
    expect(existsSync(damaged)).toBe(true);
    openClassStore(classFileOf(folder, lost.id), { classId: lost.id }).close();
    app.close();
  });

  it('are none in a new data folder', () => {
    const folder = testFolder();
    const app = openAppStore(folder);
    expect(adoptClassFiles(app, folder, '2026-11-20T08:00:00.000Z', classroomCatalog)).toEqual([]);
    app.close();
  });
});
