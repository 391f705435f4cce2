import { expect, it } from 'vitest';
import { pinWaitMs, withWrongPin, type WrongPins } from './wrong-pins.ts';

const none: WrongPins = { count: 0, lastMs: 0 };
const day = 24 * 3_600_000;
/** What is left to wait after so many wrong ones in a row at the same moment, in seconds. */
const waitAfter = (count: number): number => pinWaitMs({ count, lastMs: day }, day) / 1000;

it('two slips cost nothing, and from the third wrong PIN on the wait doubles up to a quarter of an hour', () => {
  expect([0, 1, 2, 3, 4, 5, 8, 9, 500].map(waitAfter)).toEqual([0, 0, 0, 30, 60, 120, 900, 900, 900]);
});

it('the wait passes with time, and setting the clock back does not shorten it', () => {
  const three: WrongPins = { count: 3, lastMs: day };
  expect(pinWaitMs(three, day + 29_000)).toBe(1_000);
  expect(pinWaitMs(three, day + 30_000)).toBe(0);
  expect(pinWaitMs(three, day - 3_600_000)).toBe(30_000);
});

it('counting begins anew after a day without a wrong one, and not before', () => {
  const [first, second] = [withWrongPin(none, day * 10), withWrongPin({ count: 1, lastMs: day * 10 }, day * 11)];
  expect([first.count, second.count]).toEqual([1, 2]);
  expect(withWrongPin(second, day * 12 + 1).count).toBe(1);
});
