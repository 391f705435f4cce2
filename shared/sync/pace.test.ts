import { describe, expect, test } from 'vitest';
import { isDue, paceAfter, sleepMs, type Pace } from './pace.ts';

const minute = 60_000;
const facts = { now: 1_000_000, everyMs: 5 * minute, random: 0.5 };
const calm: Pace = { nextAt: 0, failures: 0 };

describe('R5: when continuous sync runs next', () => {
  test('after the interval, counted from the end of the last round', () => {
    expect(paceAfter({ failures: 3 }, 'done', facts)).toEqual({ nextAt: facts.now + 5 * minute, failures: 0 });
  });

  test('twice as late after each failure in a row, up to a limit, and at once as usual after a success', () => {
    const pauses: number[] = [];
    let pace = calm;
    for (let round = 0; round < 12; round += 1) {
      pace = paceAfter(pace, 'failed', facts);
      pauses.push(pace.nextAt - facts.now);
    }
    expect(pauses.slice(0, 5)).toEqual([15_000, 30_000, 60_000, 120_000, 240_000]);
    expect(pauses.slice(-3)).toEqual([30 * minute, 30 * minute, 30 * minute]);
    expect(pace.failures).toBe(12);
    expect(paceAfter(pace, 'done', facts)).toEqual({ nextAt: facts.now + 5 * minute, failures: 0 });
  });

  test('PCs that lost the server together do not come back together', () => {
    const at = (random: number): number => paceAfter(calm, 'failed', { ...facts, random }).nextAt - facts.now;
    expect([at(0), at(0.5), at(0.999)]).toEqual([11_250, 15_000, 18_743]);
  });

  test('soon again where somebody is at the list or was quicker, which is no failure', () => {
    expect(paceAfter({ failures: 2 }, 'waits', facts)).toEqual({ nextAt: facts.now + 30_000, failures: 2 });
    expect(paceAfter({ failures: 2 }, 'again', facts)).toEqual({ nextAt: facts.now + 10_000, failures: 2 });
  });

  test('once, however late a timer fires, and not once for every round that was missed', () => {
    const pace = { nextAt: facts.now, failures: 0 };
    const woken = facts.now + 9 * 60 * minute;
    expect(isDue(pace, woken, facts.everyMs)).toBe(true);
    const after = paceAfter(pace, 'done', { ...facts, now: woken });
    expect(after.nextAt).toBe(woken + facts.everyMs);
    expect(isDue(after, woken, facts.everyMs)).toBe(false);
  });

  test('not for hours after the clock was set back', () => {
    const pace = { nextAt: facts.now + facts.everyMs, failures: 0 };
    expect(isDue(pace, facts.now, facts.everyMs)).toBe(false);
    expect(isDue(pace, facts.now - 3 * 60 * minute, facts.everyMs)).toBe(true);
  });

  test('by a timer that looks at the clock at least twice a minute, and not at all where nothing is to be done', () => {
    expect(sleepMs([], facts.now)).toBe(null);
    expect(
      sleepMs(
        [
          { nextAt: facts.now + 12_000, failures: 0 },
          { nextAt: facts.now + minute, failures: 0 },
        ],
        facts.now,
      ),
    ).toBe(12_000);
    expect(sleepMs([{ nextAt: facts.now + 60 * minute, failures: 0 }], facts.now)).toBe(30_000);
    expect(sleepMs([{ nextAt: facts.now - minute, failures: 0 }], facts.now)).toBe(0);
  });
});
