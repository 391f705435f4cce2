import { describe, expect, it } from 'vitest';
import { createIdSource, uuidv7 } from './uuid.ts';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

describe('an id', () => {
  it('is a UUIDv7 of now', () => {
    const before = Date.now();
    const id = uuidv7();
    expect(id).toMatch(pattern);
    expect(timeOf(id)).toBeGreaterThanOrEqual(before);
  });

  it('is larger than the one before, also within a millisecond and when the clock steps back', () => {
    let now = 1_800_000_000_000;
    const next = createIdSource(() => now);
    const ids: string[] = [];
    for (let index = 0; index < 10_000; index += 1) {
      if (index === 6_000) now -= 3_600_000;
      ids.push(next());
    }
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => pattern.test(id))).toBe(true);
  });

  it('of a row of the past carries that time and does not move the others', () => {
    const next = createIdSource(() => 1_800_000_000_000);
    const first = next();
    expect(timeOf(next(1_700_000_000_000))).toBe(1_700_000_000_000);
    expect(next() > first).toBe(true);
  });
});
