import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backupRetention, backupsToKeep } from './backup-retention.ts';

const hour = 3_600_000;
const start = Date.parse('2026-09-01T08:00:00.000Z');
const at = (ms: number): string => new Date(start + ms).toISOString();

describe('P9: the copies that stay', () => {
  it('are the last ten, the last of seven days and the last of four weeks', () => {
    // A copy every hour for sixty days.
    const times = Array.from({ length: 60 * 24 }, (_, index) => at(index * hour));
    const kept = [...backupsToKeep(times)].toSorted().toReversed();
    expect(kept.slice(0, 10)).toEqual(times.slice(-10).toReversed());
    // The newest of five days before those ten, and of two weeks before those days.
    expect(kept.slice(10).map((time) => time.slice(5, 13))).toEqual([
      '10-29T23',
      '10-28T23',
      '10-27T23',
      '10-26T23',
      '10-25T23',
      '10-18T23',
      '10-11T23',
    ]);
  });

  it('outlive a holiday without copies', () => {
    const times = [at(0), at(24 * hour), at(60 * 24 * hour)];
    expect(backupsToKeep(times)).toEqual(new Set(times));
  });

  it('are never none, never the newest missing, and the same when asked again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 * 24 }), { minLength: 1, maxLength: 300 }), (hours) => {
        const times = hours.map((index) => at(index * hour));
        const kept = backupsToKeep(times);
        expect(kept.has(times.toSorted().at(-1) ?? '')).toBe(true);
        expect(kept.size).toBeLessThanOrEqual(backupRetention.latest + backupRetention.daily + backupRetention.weekly);
        expect(backupsToKeep([...kept])).toEqual(kept);
      }),
    );
  });
});
