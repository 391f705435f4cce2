import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addNames, testClass, testStamp } from '../../tests/support/test-class.ts';
import type { ClassStore } from './class-store.ts';
import { addEvents } from './score-event.ts';
import { voidEvents } from './score-void.ts';
import { uuidv7 } from './uuid.ts';

function close(store: ClassStore, events: readonly string[], at: string, id = uuidv7()): string {
  store.db.prepare(`INSERT INTO settlement VALUES (?, 'round', ?, NULL, 'Room 301')`).run(id, at);
  for (const event of events) store.db.prepare('INSERT INTO settlement_event VALUES (?, ?)').run(id, event);
  return id;
}

function reopen(store: ClassStore, settlement: string): void {
  store.db
    .prepare(`INSERT INTO settlement_void VALUES (?, ?, '2026-12-24T08:00:00.000Z', NULL)`)
    .run(uuidv7(), settlement);
}

function give(store: ClassStore, studentId: string, delta: number): string {
  return addEvents(store, { studentIds: [studentId], award: { delta, text: '' } }, testStamp())[0] ?? '';
}

const totalOf = (store: ClassStore, id: string): unknown =>
  store.db.prepare('SELECT current, all_time, spendable FROM student_total WHERE student_id = ?').get(id);
const roundOf = (store: ClassStore, event: string): unknown =>
  store.db.prepare('SELECT settlement_id FROM score_event_state WHERE id = ?').pluck().get(event);

describe('totals', () => {
  it('start again at zero when a round is closed, and go on when it is reopened', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    const first = give(store, ada, 10);
    const round = close(store, [first], '2026-11-21T08:00:00.000Z');
    give(store, ada, 2);
    expect(totalOf(store, ada)).toEqual({ current: 2, all_time: 12, spendable: 12 });
    reopen(store, round);
    expect(totalOf(store, ada)).toEqual({ current: 12, all_time: 12, spendable: 12 });
  });

  it('count an event in the earliest of its rounds that is not reopened, and the smaller id decides at the same time', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    const event = give(store, ada, 10);
    const late = close(store, [event], '2026-11-21T08:00:00.124Z', '0190abcd-0000-7000-8000-000000000001');
    const sameTime = close(store, [event], '2026-11-21T08:00:00.123456Z', '0190abcd-0000-7000-8000-000000000003');
    const micro = close(store, [event], '2026-11-21T08:00:00.123456Z', '0190abcd-0000-7000-8000-000000000002');
    const early = close(store, [event], '2026-11-21T08:00:00.123Z', '0190abcd-0000-7000-8000-000000000009');
    for (const round of [early, micro, sameTime, late]) {
      expect(roundOf(store, event)).toBe(round);
      reopen(store, round);
    }
    expect(roundOf(store, event)).toBeNull();
    expect(totalOf(store, ada)).toMatchObject({ current: 10 });
  });

  it('leave an event that arrives late in the open round', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    const known = give(store, ada, 1);
    close(store, [known], '2026-11-21T08:00:00.000Z');
    addEvents(
      store,
      { studentIds: [ada], award: { delta: 5, text: 'from the laptop' } },
      testStamp('2026-11-19T08:00:00.000Z'),
    );
    expect(totalOf(store, ada)).toMatchObject({ current: 5, all_time: 6 });
  });

  it('take off what was spent, and give it back when that is undone', () => {
    const store = testClass();
    const [ada = ''] = addNames(store, 'Ada');
    give(store, ada, 10);
    store.db
      .prepare(
        `INSERT INTO redemption VALUES ('r', ?, 'reward', 'Voucher', 7, NULL, NULL, '2026-11-21T08:00:00.000Z', NULL, 'Room 301')`,
      )
      .run(ada);
    expect(totalOf(store, ada)).toEqual({ current: 10, all_time: 10, spendable: 3 });
    store.db.exec(`INSERT INTO redemption_void VALUES ('v', 'r', '2026-11-22T08:00:00.000Z', NULL)`);
    expect(totalOf(store, ada)).toMatchObject({ spendable: 10 });
  });

  it('are the sum of the events that are not undone and in no closed round, whatever happened', () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('give'), delta: fc.integer({ min: -5, max: 5 }), student: fc.nat(2) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('void'), event: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('close'), minute: fc.nat(59) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen'), round: fc.nat() }) },
    );
    const store = testClass();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const students = addNames(store, 'Ada', 'Ben', 'Chen');
        const events: { id: string; student: string; delta: number; voided: boolean; rounds: Set<string> }[] = [];
        const rounds: string[] = [];
        const reopened = new Set<string>();
        const isOpen = (event: { rounds: Set<string> }): boolean =>
          [...event.rounds].every((round) => reopened.has(round));
        for (const action of steps) {
          if ('delta' in action) {
            const student = students[action.student] ?? '';
            events.push({
              id: give(store, student, action.delta),
              student,
              delta: action.delta,
              voided: false,
              rounds: new Set(),
            });
          } else if ('event' in action) {
            const event = events[action.event % Math.max(1, events.length)];
            if (event === undefined || event.voided) continue;
            voidEvents(store, [event.id], testStamp());
            event.voided = true;
          } else if ('minute' in action) {
            const members = events.filter((event) => isOpen(event));
            const at = `2026-11-21T08:${String(action.minute).padStart(2, '0')}:00.000Z`;
            const round = close(
              store,
              members.map(({ id }) => id),
              at,
            );
            rounds.push(round);
            for (const event of members) event.rounds.add(round);
          } else {
            const round = rounds[action.round % Math.max(1, rounds.length)];
            if (round === undefined) continue;
            reopen(store, round);
            reopened.add(round);
          }
        }
        for (const student of students) {
          const own = events.filter((event) => event.student === student && !event.voided);
          const sum = (list: readonly { delta: number }[]): number =>
            list.reduce((total, { delta }) => total + delta, 0);
          expect(totalOf(store, student)).toMatchObject({
            current: sum(own.filter((event) => isOpen(event))),
            all_time: sum(own),
          });
        }
      }),
      { numRuns: 20 },
    );
  });
});
