import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { addNames, testClass, testFolder } from '../../tests/support/test-class.ts';
import { createBackups, listBackups } from './backups.ts';
import type { Backups } from './backups.ts';
import { openClassStore } from './class-store.ts';

/** A keeper of backups whose time is moved by hand. */
function keeper(folder: string): {
  readonly backups: Backups;
  readonly failures: unknown[];
  /** Moves the time on and runs what was due. */
  pass(ms: number): void;
} {
  let now = Date.parse('2026-11-20T08:00:00.000Z');
  const due = new Map<number, { readonly at: number; readonly run: () => void }>();
  const failures: unknown[] = [];
  let next = 0;
  const backups = createBackups({
    folder,
    now: () => new Date(now).toISOString(),
    later: (ms, run) => {
      const id = (next += 1);
      due.set(id, { at: now + ms, run });
      return () => due.delete(id);
    },
    undisturbed: async (_, copy) => await copy(),
    onFailure: (_, error) => failures.push(error),
  });
  return {
    backups,
    failures,
    pass(ms) {
      now += ms;
      for (const [id, { at, run }] of due) {
        if (at > now) continue;
        due.delete(id);
        run();
      }
    },
  };
}

const copies = (folder: string): number => listBackups(folder).length;

describe('P9: backups of a class', () => {
  it('are made when the class has been quiet for a minute, and are whole classes', async () => {
    const folder = testFolder();
    const store = testClass({ folder });
    const { backups, pass } = keeper(folder);
    addNames(store, 'Ada');
    backups.changed(store);
    pass(50_000);
    backups.changed(store);
    pass(50_000);
    expect(copies(folder)).toBe(0);
    pass(10_000);
    await vi.waitUntil(() => copies(folder) === 1);
    const [copy] = listBackups(folder);
    expect(copy).toMatchObject({ classId: store.classId, at: '2026-11-20T08:01:50.000Z' });
    expect(copy?.bytes).toBeGreaterThan(0n);
    const opened = openClassStore(copy?.file ?? '', { classId: store.classId });
    expect(opened.db.prepare('SELECT name FROM student').pluck().all()).toEqual(['Ada']);
    opened.close();
  });

  it('are made after ten minutes of a class that is never quiet', async () => {
    const folder = testFolder();
    const store = testClass({ folder });
    const { backups, pass } = keeper(folder);
    for (let second = 0; second < 600; second += 30) {
      backups.changed(store);
      pass(30_000);
    }
    await vi.waitUntil(() => copies(folder) === 1);
  });

  it('are made when the app closes, of what changed and has no copy', async () => {
    const folder = testFolder();
    const [changed, same] = [testClass({ folder }), testClass({ folder })];
    const { backups } = keeper(folder);
    backups.changed(changed);
    await backups.close();
    expect(listBackups(folder).map(({ classId }) => classId)).toEqual([changed.classId]);
    backups.changed(same);
    await backups.close();
    expect(copies(folder)).toBe(1);
  });

  it('tell a close that they get on, one that was begun before included', async () => {
    const folder = testFolder();
    const store = testClass({ folder });
    const { backups } = keeper(folder);
    addNames(store, ...Array.from({ length: 3_000 }, (_, index) => `Student ${index}`));
    const copy = backups.save(store);
    const told = vi.fn<() => void>();
    await backups.close(told);
    await copy;
    expect(told.mock.calls.length).toBeGreaterThan(1);
    expect(copies(folder)).toBe(1);
  });

  it('do not keep a point waiting, and hold what was there when they began', async () => {
    const folder = testFolder();
    const store = testClass({ folder });
    const { backups } = keeper(folder);
    addNames(store, ...Array.from({ length: 1_500 }, (_, index) => `Student ${index}`));
    const copy = backups.save(store);
    addNames(store, 'Late');
    await copy;
    const opened = openClassStore(listBackups(folder)[0]?.file ?? '', { classId: store.classId });
    expect(opened.db.prepare('SELECT count(*) FROM student').pluck().get()).toBeGreaterThanOrEqual(1_500);
    expect(opened.db.pragma('integrity_check', { simple: true })).toBe('ok');
    opened.close();
  });

  it('go by the rule: old ones leave, and what was cut short; others are left alone', async () => {
    const folder = testFolder();
    const store = testClass({ folder });
    const { backups, pass } = keeper(folder);
    const place = join(folder, 'backups', store.classId);
    mkdirSync(place, { recursive: true });
    const others = ['before-migration-from-1.db', 'before-migration-from-2.db.unfinished'];
    const cutShort = '2026-11-19T15-30-00.000Z.db.unfinished';
    for (const name of [...others, cutShort, `${cutShort}-journal`]) writeFileSync(join(place, name), 'a file');
    for (let copy = 0; copy < 12; copy += 1) {
      await backups.save(store);
      pass(60_000);
    }
    expect(copies(folder)).toBe(10);
    expect(listBackups(folder)[0]?.at).toBe('2026-11-20T08:11:00.000Z');
    expect(dirname(listBackups(folder)[0]?.file ?? '')).toBe(place);
    const left = readdirSync(place).filter((name) => !name.startsWith('2026-11-20'));
    expect(left.toSorted()).toEqual(others);
  });

  it('that fail are told and leave nothing half-made', async () => {
    const folder = testFolder();
    const store = testClass({ folder });
    writeFileSync(join(folder, 'backups'), 'a file where the folder should be');
    const { backups, failures } = keeper(folder);
    backups.changed(store);
    await backups.close();
    expect(failures).toHaveLength(1);
    expect(copies(folder)).toBe(0);
  });
});
