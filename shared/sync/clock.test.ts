import { describe, expect, it } from 'vitest';
import { clocksTrusted, editSpan, laterEdit, type ClockContact, type ClockReading } from './clock.ts';

const hour = 3_600_000;
const reading = (at: number, wallAhead = 0, bootId = 'one'): ClockReading => ({
  wallMs: 1_000_000_000 + at + wallAhead,
  monotonicMs: at,
  bootId,
});
/** The server's clock stands at the monotonic one's value plus 5,000,000. */
const contact = (
  at: number,
  more: { wallAhead?: number; serverAhead?: number; bootId?: string } = {},
): ClockContact => ({
  ...reading(at, more.wallAhead ?? 0, more.bootId ?? 'one'),
  serverMs: 5_000_000 + at + (more.serverAhead ?? 0),
  uncertaintyMs: 10,
});

describe('when an edit was made, in the time of the server', () => {
  it('follows from the monotonic clock, whatever the wall clock says', () => {
    for (const off of [0, hour, 24 * hour, 10 * 365 * 24 * hour, -hour])
      expect(editSpan(reading(1000, off), [contact(2000, { wallAhead: off })])).toEqual({
        fromMs: 5_001_000 - 10.2,
        toMs: 5_001_000 + 10.2,
      });
  });

  it('grows less certain by 200 ppm, before a contact and after it', () => {
    const span = editSpan(reading(0), [contact(24 * hour)]);
    expect((span?.toMs ?? 0) - (span?.fromMs ?? 0)).toBeCloseTo(2 * (10 + 24 * hour * 200e-6));
    const after = editSpan(reading(24 * hour), [contact(0)]);
    expect((after?.toMs ?? 0) - (after?.fromMs ?? 0)).toBeCloseTo(2 * (10 + 24 * hour * 200e-6));
  });

  it('comes from the nearest contact', () => {
    expect(editSpan(reading(hour), [contact(0), contact(hour + 1), contact(9 * hour)])?.toMs).toBeCloseTo(
      5_000_000 + hour + 10.0002,
    );
  });

  it('is unknown across a clock that was set, a sleep, another start of the computer, and a jump of the server', () => {
    expect(editSpan(reading(0), [contact(1000, { wallAhead: hour })])).toBeNull();
    expect(editSpan(reading(0), [contact(1000, { wallAhead: -hour })])).toBeNull();
    expect(editSpan(reading(0), [contact(1000, { bootId: 'two' })])).toBeNull();
    expect(editSpan(reading(500), [contact(0), contact(1000, { serverAhead: hour })])).toBeNull();
    expect(editSpan(null, [contact(0)])).toBeNull();
    expect(editSpan(reading(0), [])).toBeNull();
  });

  it('is still known from a contact on the same side of the jump', () => {
    expect(editSpan(reading(500), [contact(0), contact(1000, { wallAhead: hour })])?.fromMs).toBeCloseTo(5_000_489.9);
  });
});

describe('the later of two edits', () => {
  const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });
  it('is told only where both spans are known and have nothing in common', () => {
    expect(laterEdit(span(10, 20), span(0, 9))).toEqual({ side: 'local' });
    expect(laterEdit(span(0, 9), span(10, 20))).toEqual({ side: 'server' });
    expect(laterEdit(span(0, 10), span(10, 20))).toEqual({ side: null, why: 'clocks-overlap' });
    expect(laterEdit(span(10, 20), span(0, 10))).toEqual({ side: null, why: 'clocks-overlap' });
    expect(laterEdit(span(5, 15), span(0, 10))).toEqual({ side: null, why: 'clocks-overlap' });
    expect(laterEdit(span(0, 10), span(5, 15))).toEqual({ side: null, why: 'clocks-overlap' });
    expect(laterEdit(null, span(0, 1))).toEqual({ side: null, why: 'clock-unknown' });
    expect(laterEdit(span(0, 1), null)).toEqual({ side: null, why: 'clock-unknown' });
  });
});

describe('the clocks since the last contact', () => {
  it('are trusted unless one of them jumped', () => {
    expect(clocksTrusted(undefined, contact(0))).toBe(true);
    expect(clocksTrusted(contact(0, { bootId: 'two', wallAhead: hour }), contact(0))).toBe(true);
    expect(clocksTrusted(contact(0), contact(hour))).toBe(true);
    expect(clocksTrusted(contact(0), contact(hour, { wallAhead: hour }))).toBe(false);
    expect(clocksTrusted(contact(0), contact(hour, { serverAhead: -hour }))).toBe(false);
  });
});
