import { expect, test } from 'vitest';
import { isGlanceDue, isLookDue, type LookFacts } from './look-due.ts';

const minute = 60_000;
const now = Date.UTC(2026, 10, 20, 10, 42);
const calm: LookFacts = { now, checkedAt: now, triedAt: Number.NEGATIVE_INFINITY, failures: 0 };
const ago = (minutes: number): number => now - minutes * minute;

test('R3: a page looks every five minutes, and never while what is known is young', () => {
  expect(isLookDue('time', calm)).toBe(false);
  expect(isLookDue('time', { ...calm, checkedAt: ago(4) })).toBe(false);
  expect(isLookDue('time', { ...calm, checkedAt: ago(5) })).toBe(true);
  expect(isLookDue('time', { ...calm, checkedAt: ago(60), triedAt: ago(1) })).toBe(false);
});

test('R3: somebody who comes back to the window knows more after two minutes', () => {
  expect(isLookDue('return', { ...calm, checkedAt: ago(1) })).toBe(false);
  expect(isLookDue('return', { ...calm, checkedAt: ago(2) })).toBe(true);
  expect(isLookDue('return', { ...calm, checkedAt: ago(60), triedAt: ago(1) })).toBe(false);
});

test('R3: while the server does not answer the pauses grow up to half an hour, and end when the network is back', () => {
  const failed = { ...calm, checkedAt: ago(600) };
  for (const [failures, minutes] of [
    [1, 10],
    [2, 20],
    [3, 30],
    [9, 30],
  ] as const) {
    expect(isLookDue('time', { ...failed, failures, triedAt: ago(minutes - 1) })).toBe(false);
    expect(isLookDue('time', { ...failed, failures, triedAt: ago(minutes) })).toBe(true);
  }
  expect(isLookDue('return', { ...failed, failures: 3, triedAt: ago(4) })).toBe(false);
  expect(isLookDue('network', { ...failed, failures: 3, triedAt: ago(0) })).toBe(true);
});

test('a clock that was set back by a year does not stop the looks', () => {
  const later = now + 365 * 24 * 60 * minute;
  expect(isLookDue('time', { ...calm, checkedAt: later, triedAt: later })).toBe(true);
});

test('R3: the server inside this app is glanced at every few seconds, seldom while it does not answer', () => {
  const calmly = { now, triedAt: now - 5_000, failures: 0 };
  expect(isGlanceDue(calmly)).toBe(true);
  expect(isGlanceDue({ ...calmly, triedAt: now - 1_000 })).toBe(false);
  expect(isGlanceDue({ ...calmly, failures: 3 })).toBe(false);
  expect(isGlanceDue({ ...calmly, failures: 30, triedAt: ago(5) })).toBe(true);
  expect(isGlanceDue({ ...calmly, triedAt: now + minute })).toBe(true);
});
