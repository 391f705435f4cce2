import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testFolder, testStamp } from '../../tests/support/test-class.ts';
import { openAppStore } from '../store/app-store.ts';
import type { AppStore, ClassEntry } from '../store/app-store.ts';
import { classFileOf } from '../store/class-files.ts';
import { openClassStore, readClassInfo } from '../store/class-store.ts';
import { listStudents } from '../store/student.ts';
import { makeClass } from './new-class.ts';
import type { NewClassInput } from './new-class.ts';

function installation(): { readonly app: AppStore; readonly folder: string; make(input: NewClassInput): ClassEntry } {
  const folder = testFolder();
  const app = openAppStore(folder);
  onTestFinished(() => app.close());
  return {
    app,
    folder,
    make: (input) => makeClass(app, folder, input, { stamp: testStamp(), language: 'en', catalog: classroomCatalog }),
  };
}

describe('a new class', () => {
  it('has the pasted names, without the blank lines', () => {
    const { app, folder, make } = installation();
    const made = make({ name: ' 5B ', students: ['Ada ', '', ' \t', '张三', 'D\'Arcy "Q" 😀'] });
    expect(made).toMatchObject({ name: '5B', students: 3, sample: false, archived: false });
    expect(app.classes()).toEqual([made]);
    const store = openClassStore(classFileOf(folder, made.id), { classId: made.id });
    expect(listStudents(store, { deleted: false }).map(({ name }) => name)).toEqual(['Ada', 'D\'Arcy "Q" 😀', '张三']);
    expect(readClassInfo(store.db)).toMatchObject({ id: made.id, name: '5B' });
    store.close();
  });

  it('is not made at all when one of the names cannot be taken', () => {
    const { app, folder, make } = installation();
    expect(() => make({ name: '5B', students: ['Ada', 'x'.repeat(300)] })).toThrow(
      expect.objectContaining({ code: 'name-too-long', params: { field: 'name', max: 200, length: 300 } }),
    );
    expect(() => make({ name: '  ' })).toThrow(expect.objectContaining({ code: 'blank-name' }));
    expect(app.classes()).toEqual([]);
    expect(readdirSync(join(folder, 'classes'))).toEqual([]);
  });

  it('cannot have the name of another one that is in use', () => {
    const { app, make } = installation();
    const first = make({ name: '5B' });
    expect(() => make({ name: '5B ' })).toThrow(
      expect.objectContaining({ code: 'class-exists', params: { name: '5B' } }),
    );
    app.archiveClass(first.id, true);
    expect(make({ name: '5B' }).name).toBe('5B');
  });

  it('can be a sample, as many times as someone likes', () => {
    const { make } = installation();
    expect(make({ name: 'Sample class', sample: true })).toMatchObject({
      name: 'Sample class',
      sample: true,
      students: 45,
    });
    expect(make({ name: 'Sample class', sample: true })).toMatchObject({ name: 'Sample class 2', students: 45 });
  });
});
