import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { addNames, testClass, testFolder } from '../../tests/support/test-class.ts';
import { openClassStore, readClassInfo } from './class-store.ts';
import type { ClassStore } from './class-store.ts';

/** Closes a class and answers its file. */
function closed(store: ClassStore): { readonly file: string; readonly classId: string } {
  store.close();
  return { file: store.file, classId: store.classId };
}

function opening({ file, classId }: { readonly file: string; readonly classId: string }): () => void {
  return () => openClassStore(file, { classId }).close();
}

describe('a class file', () => {
  it('is opened with every setting that keeps points safe', () => {
    const { db } = testClass();
    const setting = (name: string): unknown => db.pragma(name, { simple: true });
    expect(setting('journal_mode')).toBe('wal');
    // 2 is FULL: a commit is on the disk when it returns.
    expect(setting('synchronous')).toBe(2);
    expect(setting('foreign_keys')).toBe(1);
    expect(setting('recursive_triggers')).toBe(1);
    expect(setting('trusted_schema')).toBe(0);
    expect(setting('busy_timeout')).toBe(5000);
  });

  it('keeps these settings when it is opened a second time', () => {
    const again = openClassStore(...(({ file, classId }) => [file, { classId }] as const)(closed(testClass())));
    expect(again.db.pragma('synchronous', { simple: true })).toBe(2);
    expect(readClassInfo(again.db)).toMatchObject({ id: again.classId, name: '5B', sample: false });
    again.close();
  });

  it('undoes all of a transaction that fails, and a nested one alone', () => {
    const store = testClass();
    const names = (): unknown => store.db.prepare('SELECT name FROM student ORDER BY name').pluck().all();
    expect(() =>
      store.transaction(() => {
        addNames(store, 'Ada');
        throw new Error('power cut');
      }),
    ).toThrow('power cut');
    expect(names()).toEqual([]);
    store.transaction(() => {
      addNames(store, 'Ben');
      expect(() => addNames(store, 'Chen', ' ')).toThrow();
    });
    expect(names()).toEqual(['Ben']);
  });

  it('refuses a transaction that would wait for something', () => {
    const store = testClass();
    expect(() => store.transaction(() => Promise.resolve())).toThrow(TypeError);
  });

  it('is refused, and left as it is, when bytes in it are damaged', () => {
    const store = testClass();
    addNames(store, ...Array.from({ length: 300 }, (_, index) => `Student ${index}`));
    const target = closed(store);
    const bytes = readFileSync(target.file);
    bytes.fill(0xa5, 4096 * 3, 4096 * 12);
    writeFileSync(target.file, bytes);
    expect(opening(target)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
    expect(readFileSync(target.file).equals(bytes)).toBe(true);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 5000)],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('not a database, but long enough to look into'.repeat(50))],
  ])('is refused, and left as it is, when it is %s', (_, change) => {
    const target = closed(testClass());
    const damaged = change(readFileSync(target.file));
    writeFileSync(target.file, damaged);
    expect(opening(target)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
    expect(readFileSync(target.file).equals(damaged)).toBe(true);
  });

  it('is refused when it belongs to another app or another class', () => {
    const target = closed(testClass());
    expect(opening({ ...target, classId: 'another' })).toThrow(expect.objectContaining({ code: 'store-damaged' }));
    const foreign = join(testFolder(), 'other.db');
    const raw = new Database(foreign);
    raw.exec('CREATE TABLE users (id)');
    raw.close();
    expect(opening({ file: foreign, classId: target.classId })).toThrow(
      expect.objectContaining({ code: 'store-damaged' }),
    );
  });

  it('is refused, and left as it is, when a newer app wrote it', () => {
    const target = closed(testClass());
    const raw = new Database(target.file);
    raw.pragma('user_version = 999');
    raw.close();
    const before = readFileSync(target.file);
    expect(opening(target)).toThrow(expect.objectContaining({ code: 'store-newer' }));
    expect(readFileSync(target.file).equals(before)).toBe(true);
  });

  it('that is not there is not made', () => {
    const file = join(testFolder(), 'none.db');
    expect(opening({ file, classId: 'none' })).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(existsSync(file)).toBe(false);
  });

  it('keeps what was recorded when the app dies without closing it', () => {
    const store = testClass();
    addNames(store, 'Ada');
    // What a killed process leaves: the file and its write-ahead log, with no orderly end.
    const folder = testFolder();
    const copy = join(folder, basename(store.file));
    for (const name of readdirSync(dirname(store.file)).filter((file) => !file.endsWith('-shm'))) {
      writeFileSync(join(folder, name), readFileSync(join(dirname(store.file), name)));
    }
    const again = openClassStore(copy, { classId: store.classId });
    expect(again.db.prepare('SELECT name FROM student').pluck().all()).toEqual(['Ada']);
    again.close();
  });
});
