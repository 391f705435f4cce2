import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { classFileOf, createClassFile } from '../../electron/store/class-files.ts';
import { openClassStore } from '../../electron/store/class-store.ts';
import type { ClassStore } from '../../electron/store/class-store.ts';
import type { Stamp } from '../../electron/store/stamp.ts';
import { addStudents } from '../../electron/store/student.ts';
import { uuidv7 } from '../../electron/store/uuid.ts';

/** A data folder that goes away with the test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A class in a file of its own, as the app makes it; closed and removed with the test. */
export function testClass(options: { readonly folder?: string; readonly empty?: boolean } = {}): ClassStore {
  const folder = options.folder ?? testFolder();
  const classId = uuidv7();
  createClassFile(folder, { id: classId, name: '5B', sample: false, empty: options.empty === true });
  const store = openClassStore(classFileOf(folder, classId), { classId });
  onTestFinished(() => store.close());
  return store;
}

const deviceId = uuidv7();

/** Who records something in a test; the time may be set. */
export function testStamp(at = '2026-11-20T08:00:00.000Z'): Stamp {
  return { at, deviceId, deviceName: 'Room 301', by: null };
}

/** Adds students by name and answers their ids. */
export function addNames(store: ClassStore, ...names: readonly string[]): readonly string[] {
  return addStudents(
    store,
    names.map((name) => ({ name })),
    testStamp(),
  );
}
