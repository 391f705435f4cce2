import { describe, expect, it } from 'vitest';
import { addNames, testClass, testStamp } from '../../tests/support/test-class.ts';
import { addEvents } from './score-event.ts';
import { voidEvents } from './score-void.ts';
import { closeRound, listSettlements, reopenRound } from './settlement.ts';
import { studentOf } from './student.ts';

const stamp = testStamp();

describe('closing a round', () => {
  it('starts the running totals again at zero and keeps the totals of all time', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    const give = (delta: number): string =>
      addEvents(store, { studentIds: [ada], award: { delta, text: '' } }, stamp)[0] ?? '';
    const first = give(10);
    voidEvents(store, [give(100)], stamp);
    const round = closeRound(store, ' First term ', stamp);
    give(2);
    expect(studentOf(store, ada)).toMatchObject({ current: 2, allTime: 12 });
    expect(store.db.prepare('SELECT event_id FROM settlement_event').pluck().all()).toEqual([first]);
    expect(store.db.prepare('SELECT name FROM settlement').pluck().get()).toBe('First term');
    expect(listSettlements(store)).toEqual([
      { id: round, name: 'First term', at: stamp.at, by: null, device: 'Room 301', events: 1, reopened: false },
    ]);
    reopenRound(store, round ?? '', stamp);
    reopenRound(store, round ?? '', stamp);
    expect(listSettlements(store)).toMatchObject([{ events: 0, reopened: true }]);
    expect(studentOf(store, ada)).toMatchObject({ current: 12, allTime: 12 });
    expect(store.db.prepare('SELECT count(*) FROM settlement_void').pluck().get()).toBe(1);
  });

  it('writes nothing when no point is open', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    expect(closeRound(store, 'Empty', stamp)).toBeNull();
    addEvents(store, { studentIds: [ada], award: { delta: 1, text: '' } }, stamp);
    expect(closeRound(store, 'Full', stamp)).not.toBeNull();
    expect(closeRound(store, 'Again', stamp)).toBeNull();
    expect(listSettlements(store).map(({ name }) => name)).toEqual(['Full']);
  });

  it('needs a name, and reopening needs a round', () => {
    const store = testClass();
    expect(() => closeRound(store, ' ', stamp)).toThrow(expect.objectContaining({ code: 'blank-name' }));
    expect(() => reopenRound(store, 'none', stamp)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});
