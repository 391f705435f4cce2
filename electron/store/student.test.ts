import { countMembers } from './catalog-rows.ts';
import { describe, expect, it } from 'vitest';
import { addNames, testClass, testStamp } from '../../tests/support/test-class.ts';
import type { ClassStore } from './class-store.ts';
import { addGroup, changeGroup, deleteGroup, listGroups } from './group.ts';
import { addEvents } from './score-event.ts';
import { addStudents, changeStudent, deleteStudents, listStudents, restoreStudents, studentOf } from './student.ts';

const stamp = testStamp();
const names = (store: ClassStore, deleted = false): readonly string[] =>
  listStudents(store, { deleted }).map(({ name }) => name);

describe('students', () => {
  it('have their numbers, groups, tags and notes, in name order', () => {
    const store = testClass();
    addStudents(
      store,
      [
        { name: '张三', number: ' 12 ', group: 'Blue', tags: ['monitor', 'choir'], note: ' two\nlines ' },
        { name: '  Ada\tPark ', number: '', group: ' ', note: null },
        { name: 'Ben', group: 'Blue' },
      ],
      stamp,
    );
    const [ada, ben, zhang] = listStudents(store, { deleted: false });
    expect(ada).toMatchObject({
      name: 'Ada Park',
      number: null,
      group: null,
      groupId: null,
      tags: [],
      note: null,
      deleted: false,
    });
    expect(ben).toMatchObject({ name: 'Ben', group: 'Blue' });
    expect(zhang).toMatchObject({
      number: '12',
      group: 'Blue',
      tags: ['choir', 'monitor'],
      note: 'two\nlines',
      current: 0,
      allTime: 0,
    });
    expect(listGroups(store)).toMatchObject([{ name: 'Blue', students: 2 }]);
  });

  it.each([
    ['', 'blank-name', { field: 'name' }],
    [' \t\u3000\u200b\ufeff ', 'blank-name', { field: 'name' }],
    ['x'.repeat(201), 'name-too-long', { field: 'name', max: 200, length: 201 }],
    ['名'.repeat(300), 'name-too-long', { field: 'name', max: 200, length: 300 }],
    ['Li\0Wei', 'text-invalid', { field: 'name' }],
    ['Li \ud83d', 'text-invalid', { field: 'name' }],
  ])('are refused the name %.20j with %s', (name, code, params) => {
    const store = testClass();
    expect(() => addNames(store, 'Ada', name)).toThrow(expect.objectContaining({ code, params }));
    expect(countMembers(store)).toBe(0);
  });

  it.each([
    'O\'Brien "Bobby"; DROP TABLE student;--',
    '👩‍👩‍👧 Ana',
    'محمد علي',
    '\u202eabc',
    '😀'.repeat(200),
    '欧阳娜娜',
    'José',
  ])('keep the name %.30j as it is', (name) => {
    const store = testClass();
    const [id = ''] = addNames(store, name);
    expect(studentOf(store, id).name).toBe(name);
  });

  it('with the same name are two students', () => {
    const store = testClass();
    const ids = addNames(store, 'Li Wei', 'Li Wei');
    expect(new Set(ids).size).toBe(2);
    expect(names(store)).toEqual(['Li Wei', 'Li Wei']);
  });

  it('cannot have a number that another one has, and the error names who', () => {
    const store = testClass();
    addStudents(store, [{ name: 'Ada', number: '7' }], stamp);
    const [ben = ''] = addNames(store, 'Ben');
    const taken: unknown = expect.objectContaining({ code: 'number-taken', params: { number: '7', name: 'Ada' } });
    expect(() =>
      addStudents(
        store,
        [
          { name: 'Chen', number: '8' },
          { name: 'Dina', number: '7' },
        ],
        stamp,
      ),
    ).toThrow(taken);
    expect(() => changeStudent(store, ben, { change: { number: ' 7' } })).toThrow(taken);
    expect(names(store)).toEqual(['Ada', 'Ben']);
    expect(() => addStudents(store, [{ name: 'Eli', number: '9'.repeat(41) }], stamp)).toThrow(
      expect.objectContaining({ code: 'number-too-long' }),
    );
  });

  it('change only in what was said, and not at all when nothing differs', () => {
    const store = testClass();
    const [id = ''] = addStudents(
      store,
      [{ name: 'Ada', number: '1', note: 'n', group: 'Blue', tags: ['choir'] }],
      stamp,
    );
    store.db.exec(
      `INSERT INTO peer (id, system, database_oid, schema, scope, epoch, device, owner) VALUES ('p', 's', 'o', 'tallybook', 'c', 'e', 'd', 'd')`,
    );
    const marks = (): unknown => store.db.prepare('SELECT count(*) FROM dirty').pluck().get();
    changeStudent(store, id, {
      change: { name: 'Ada ', number: '1', note: ' n', group: 'Blue' },
      tag: ['choir'],
      untag: ['none'],
    });
    expect(marks()).toBe(0);
    changeStudent(store, id, { change: { note: null }, tag: ['monitor'], untag: ['choir'] });
    expect(studentOf(store, id)).toMatchObject({
      name: 'Ada',
      number: '1',
      group: 'Blue',
      note: null,
      tags: ['monitor'],
    });
    changeStudent(store, id, { change: { groupId: null, number: null } });
    expect(studentOf(store, id)).toMatchObject({ group: null, groupId: null, number: null });
  });

  it('go into a group by its name, which is made when it is new, or by its id', () => {
    const store = testClass();
    const [ada = '', ben = ''] = addNames(store, 'Ada', 'Ben');
    changeStudent(store, ada, { change: { group: 'Red' } });
    changeStudent(store, ben, { change: { group: ' Red ' } });
    const [red] = listGroups(store);
    expect(listGroups(store)).toHaveLength(1);
    expect(red).toMatchObject({ name: 'Red', students: 2 });
    const green = addGroup(store, { name: 'Green', color: '#00FF00' });
    changeStudent(store, ada, { change: { groupId: green, group: 'Red' } });
    expect(studentOf(store, ada).group).toBe('Green');
    expect(() => changeStudent(store, ada, { change: { groupId: '0190abcd-0000-7000-8000-000000000001' } })).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });

  it('of a deleted group count as having none', () => {
    const store = testClass();
    const [id = ''] = addStudents(store, [{ name: 'Ada', group: 'Red' }], stamp);
    const [red] = listGroups(store);
    deleteGroup(store, red?.id ?? '', stamp);
    expect(studentOf(store, id)).toMatchObject({ group: null, groupId: null });
    expect(listGroups(store)).toEqual([]);
    expect(() => changeGroup(store, red?.id ?? '', { name: 'x' })).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    changeStudent(store, id, { change: { group: 'Red' } });
    expect(listGroups(store)[0]?.id).not.toBe(red?.id);
  });

  it('are hidden when deleted, with who and when, and come back with all their points', () => {
    const store = testClass();
    const [ada = '', ben = ''] = addNames(store, 'Ada', 'Ben');
    addEvents(store, { studentIds: [ada], award: { delta: 5, text: '' } }, stamp);
    deleteStudents(store, [ada], stamp);
    deleteStudents(store, [ada], testStamp('2026-12-01T08:00:00.000Z'));
    expect(names(store)).toEqual(['Ben']);
    expect(listStudents(store, { deleted: true })).toMatchObject([
      { name: 'Ada', deleted: true, deletedAt: stamp.at, deletedBy: 'Room 301', current: 5 },
    ]);
    expect(() => changeStudent(store, ada, { change: { name: 'x' } })).toThrow(
      expect.objectContaining({ code: 'student-deleted', params: { name: 'Ada' } }),
    );
    restoreStudents(store, [ada, ben], undefined);
    expect(studentOf(store, ada)).toMatchObject({ deleted: false, deletedAt: null, deletedBy: null, current: 5 });
  });

  it('whose number was taken meanwhile come back with another number or none', () => {
    const store = testClass();
    const [ada = ''] = addStudents(store, [{ name: 'Ada', number: '7' }], stamp);
    deleteStudents(store, [ada], stamp);
    addStudents(store, [{ name: 'Ben', number: '7' }], stamp);
    expect(() => restoreStudents(store, [ada], undefined)).toThrow(
      expect.objectContaining({ code: 'number-taken', params: { number: '7', name: 'Ben' } }),
    );
    expect(studentOf(store, ada).deleted).toBe(true);
    restoreStudents(store, [ada], null);
    expect(studentOf(store, ada)).toMatchObject({ deleted: false, number: null });
  });

  it('that are not there are said to be', () => {
    const store = testClass();
    const missing: unknown = expect.objectContaining({ code: 'not-found' });
    expect(() => studentOf(store, 'none')).toThrow(missing);
    expect(() => changeStudent(store, 'none', { change: {} })).toThrow(missing);
    expect(() => deleteStudents(store, ['none'], stamp)).toThrow(missing);
    expect(() => restoreStudents(store, ['none'], undefined)).toThrow(missing);
  });
});
