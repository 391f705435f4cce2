import { describe, expect, it } from 'vitest';
import { addNames, testClass, testStamp } from '../../tests/support/test-class.ts';
import { addEvents } from './score-event.ts';
import { voidEvents } from './score-void.ts';
import { closeRound, reopenRound } from './settlement.ts';
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
    reopenRound(store, round, stamp);
    reopenRound(store, round, stamp);
    expect(studentOf(store, ada)).toMatchObject({ current: 12, allTime: 12 });
    expect(store.db.prepare('SELECT count(*) FROM settlement_void').pluck().get()).toBe(1);
  });

  it('needs a name, and reopening needs a round', () => {
    const store = testClass();
    expect(() => closeRound(store, ' ', stamp)).toThrow(expect.objectContaining({ code: 'blank-name' }));
    expect(() => reopenRound(store, 'none', stamp)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});
