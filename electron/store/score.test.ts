import { describe, expect, it } from 'vitest';
import { addNames, testClass, testStamp } from '../../tests/support/test-class.ts';
import { builtInReasons } from '../../shared/model/built-in-reasons.ts';
import type { ClassStore } from './class-store.ts';
import { addReason, changeReason, deleteReason, listReasons, reasonOf } from './reason.ts';
import { addEvents, eventsOf } from './score-event.ts';
import type { Award } from './score-event.ts';
import { countRecorded, listEvents } from './score-history.ts';
import { voidEvents } from './score-void.ts';
import { changeStudent, deleteStudents, studentOf } from './student.ts';
import { listTotals } from './totals.ts';

const stamp = testStamp();
const none = (): readonly string[] => [];

function give(store: ClassStore, studentId: string, award: Award, at = stamp.at, note: string | null = null): string {
  return addEvents(store, { studentIds: [studentId], award, note }, testStamp(at))[0] ?? '';
}

describe('points', () => {
  it('are recorded with what, when, where and by whom', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    const homework = listReasons(store)[0];
    const id = give(store, ada, { reasonId: homework?.id ?? '' }, stamp.at, ' neat ');
    expect(eventsOf(store, [id])).toEqual([
      {
        id,
        studentId: ada,
        student: 'Ada',
        reasonId: homework?.id,
        text: 'Homework',
        delta: 2,
        note: 'neat',
        at: stamp.at,
        by: null,
        device: 'Room 301',
        voided: false,
      },
    ]);
    expect(store.db.prepare('SELECT device_id FROM score_event').pluck().get()).toBe(stamp.deviceId);
  });

  it('keep the text and the points of the reason they were given with', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    const reason = addReason(store, { text: 'Tidy desk', delta: 3, category: 'Order' });
    const id = give(store, ada, { reasonId: reason });
    changeReason(store, reason, { text: 'Messy desk', delta: -3, category: null, sort: 0 });
    deleteReason(store, reason, stamp);
    expect(eventsOf(store, [id])).toMatchObject([{ text: 'Tidy desk', delta: 3 }]);
    expect(() => give(store, ada, { reasonId: reason })).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(listReasons(store).map((item) => item.id)).not.toContain(reason);
    expect(reasonOf(store, reason)).toMatchObject({ text: 'Messy desk', delta: -3, category: null });
  });

  it.each([0, -1, 2_147_483_647, -2_147_483_648])('of %d are recorded as given', (delta) => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    give(store, ada, { delta, text: '' });
    expect(studentOf(store, ada)).toMatchObject({ current: delta, allTime: delta });
  });

  it.each([
    [Number.NaN, 'delta-invalid'],
    [1.5, 'delta-invalid'],
    [2_147_483_648, 'delta-out-of-range'],
    [-2_147_483_649, 'delta-out-of-range'],
    [Number.POSITIVE_INFINITY, 'delta-out-of-range'],
    [1e300, 'delta-out-of-range'],
  ])('of %d are refused with %s, in an award and in a reason', (delta, code) => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    expect(() => give(store, ada, { delta, text: 'x' })).toThrow(expect.objectContaining({ code }));
    expect(() => addReason(store, { text: 'x', delta })).toThrow(expect.objectContaining({ code }));
    expect(listEvents(store, {}, none).total).toBe(0);
  });

  it('are given to all or to none, and to each student once', () => {
    const store = testClass();
    const [ada = '', ben = ''] = addNames(store, 'Ada', 'Ben');
    deleteStudents(store, [ben], stamp);
    const award = { delta: 1, text: 'x' };
    expect(() => addEvents(store, { studentIds: [ada, ben], award }, stamp)).toThrow(
      expect.objectContaining({ code: 'student-deleted', params: { name: 'Ben' } }),
    );
    expect(() => addEvents(store, { studentIds: [ada, 'none'], award }, stamp)).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    expect(listEvents(store, {}, none).total).toBe(0);
    expect(addEvents(store, { studentIds: [ada, ada], award }, stamp)).toHaveLength(1);
  });

  it('that are undone do not count, and are undone once', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    const [first, second] = [give(store, ada, { delta: 5, text: '' }), give(store, ada, { delta: 2, text: 'b' })];
    voidEvents(store, [first], stamp);
    expect(studentOf(store, ada)).toMatchObject({ current: 2, allTime: 2 });
    expect(eventsOf(store, [first, second]).map(({ voided }) => voided)).toEqual([true, false]);
    expect(() => voidEvents(store, [second, first], stamp)).toThrow(
      expect.objectContaining({ code: 'event-already-void' }),
    );
    expect(() => voidEvents(store, ['none'], stamp)).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(studentOf(store, ada).current).toBe(2);
  });

  it('refuse a text or a note that is too long', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    const tooLong: unknown = expect.objectContaining({ code: 'text-too-long' });
    expect(() => give(store, ada, { delta: 1, text: 'x'.repeat(201) })).toThrow(tooLong);
    expect(() => give(store, ada, { delta: 1, text: 'x' }, stamp.at, 'x'.repeat(2_001))).toThrow(tooLong);
    expect(() => give(store, ada, { delta: 1, text: 'x\0' })).toThrow(
      expect.objectContaining({ code: 'text-invalid' }),
    );
  });
});

describe('the history', () => {
  function filled(): {
    readonly store: ClassStore;
    readonly ids: readonly string[];
    readonly ada: string;
    readonly zhang: string;
  } {
    const store = testClass();
    const [ada = '', zhang = ''] = addNames(store, 'Ada Park', '张三');
    const ids = [
      give(store, ada, { delta: 1, text: 'Quiz' }, '2026-11-20T08:00:00.000Z', 'Page 42'),
      give(store, zhang, { reasonId: builtInReasons[0]?.id ?? '' }, '2026-11-21T08:00:00.000Z'),
      give(store, ada, { delta: -1, text: 'Late again' }, '2026-11-22T08:00:00.000Z'),
    ];
    return { store, ids, ada, zhang };
  }

  it('is newest first, a page at a time, with the number of all', () => {
    const { store, ids } = filled();
    expect(listEvents(store, {}, none).items.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(listEvents(store, { offset: 1, limit: 1 }, none)).toMatchObject({ items: [{ id: ids[1] }], total: 3 });
  });

  it.each([
    ['ada', [2, 0]],
    ['ap', [2, 0]],
    ['zs', [1]],
    ['张', [1]],
    ['LATE', [2]],
    ['page 42', [0]],
    ['作业', [1]],
    ['nothing', []],
    ['  ', [2, 1, 0]],
  ])('finds %j', (search, expected) => {
    const { store, ids } = filled();
    const shownAs = (text: string): readonly string[] => (text === 'Homework' ? ['作业'] : []);
    const found = listEvents(store, { search }, shownAs);
    expect(found.items.map(({ id }) => ids.indexOf(id))).toEqual(expected);
    expect(found.total).toBe(expected.length);
  });

  it('can be that of one student, and of what was undone or was not', () => {
    const { store, ids, ada } = filled();
    voidEvents(store, [ids[0] ?? ''], stamp);
    const found = (filter: Parameters<typeof listEvents>[1]): readonly number[] =>
      listEvents(store, filter, none).items.map(({ id }) => ids.indexOf(id));
    expect(found({ studentId: ada })).toEqual([2, 0]);
    expect(found({ voided: true })).toEqual([0]);
    expect(found({ studentId: ada, voided: false })).toEqual([2]);
  });

  it('hides the points of a deleted student, unless it is him who is looked at', () => {
    const { store, ids, zhang } = filled();
    deleteStudents(store, [zhang], stamp);
    expect(listEvents(store, {}, none).total).toBe(2);
    expect(listEvents(store, { studentId: zhang }, none).items.map(({ id }) => id)).toEqual([ids[1]]);
    expect(listTotals(store).map(({ name }) => name)).toEqual(['Ada Park']);
  });

  it('shows the name a student has now', () => {
    const { store, ada } = filled();
    changeStudent(store, ada, { change: { name: 'Ada Stone' } });
    expect(new Set(listEvents(store, { studentId: ada }, none).items.map(({ student }) => student))).toEqual(
      new Set(['Ada Stone']),
    );
  });

  it('counts what this device recorded since a time', () => {
    const { store } = filled();
    expect(countRecorded(store, stamp.deviceId, '2026-11-21T00:00:00.000Z')).toBe(2);
    expect(countRecorded(store, 'another device', '2026-11-21T00:00:00.000Z')).toBe(0);
  });
});
