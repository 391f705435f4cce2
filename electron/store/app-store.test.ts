import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../../tests/support/test-class.ts';
import { openAppStore } from './app-store.ts';

const five = { id: '0190abcd-0000-7000-8000-000000000001', name: '5B', sample: false, archived: false, students: 0 };
const at = '2026-11-20T08:00:00.000Z';

describe('the store of an installation', () => {
  it('gives the device an id once and for all, and no name until someone gives one', () => {
    const folder = testFolder();
    const first = openAppStore(folder);
    const { id, name } = first.device();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(name).toBeNull();
    first.setDeviceName('Room 301');
    first.close();
    const second = openAppStore(folder);
    expect(second.device()).toEqual({ id, name: 'Room 301' });
    second.close();
  });

  it('lists the classes in the order they were added, with what changed in them', () => {
    const app = openAppStore(testFolder());
    app.addClass(five, at);
    app.addClass({ ...five, id: '0190abcd-0000-7000-8000-000000000002', name: '5A', sample: true }, at);
    app.renameClass(five.id, '6B');
    app.setStudentCount(five.id, 30);
    app.archiveClass(five.id, true);
    expect(app.classes().map(({ name }) => name)).toEqual(['6B', '5A']);
    expect(app.classOf(five.id)).toEqual({ ...five, name: '6B', students: 30, archived: true });
    app.close();
  });

  it('refuses a class that is there already and says when one is not there', () => {
    const app = openAppStore(testFolder());
    app.addClass(five, at);
    expect(() => app.addClass(five, at)).toThrow(expect.objectContaining({ code: 'class-exists' }));
    expect(() => app.classOf('none')).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(() => app.renameClass('none', 'x')).toThrow(expect.objectContaining({ code: 'not-found' }));
    app.close();
  });

  it('remembers settings and forgets them', () => {
    const app = openAppStore(testFolder());
    expect(app.setting('theme')).toBeNull();
    app.setSetting('theme', 'dark');
    app.setSetting('theme', 'light');
    expect(app.setting('theme')).toBe('light');
    app.setSetting('theme', null);
    expect(app.setting('theme')).toBeNull();
    app.close();
  });

  it('refuses a file of a newer app and leaves it as it is', () => {
    const folder = testFolder();
    openAppStore(folder).close();
    const file = join(folder, 'app.db');
    const raw = new Database(file);
    raw.pragma('user_version = 999');
    raw.close();
    const before = readFileSync(file);
    expect(() => openAppStore(folder)).toThrow(expect.objectContaining({ code: 'store-newer' }));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('starts anew where a power cut left an empty file', () => {
    const folder = testFolder();
    writeFileSync(join(folder, 'app.db'), '');
    const app = openAppStore(folder);
    expect(app.classes()).toEqual([]);
    app.close();
  });
});
