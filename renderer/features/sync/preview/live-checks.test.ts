import { expect, test } from 'vitest';
import { liveChecks } from './live-checks.ts';

test('each question on the way to a list is answered when the engine goes on to the next (P3)', () => {
  const states = (phase: string | null): string =>
    liveChecks(phase === null ? null : { phase })
      .map(({ id, state }) => `${id} ${state}`)
      .join(', ');
  expect(states(null)).toBe('reach running, tables waiting, read waiting, compare waiting');
  expect(states('connect')).toBe('reach running, tables waiting, read waiting, compare waiting');
  expect(states('observe')).toBe('reach ok, tables ok, read running, compare waiting');
  expect(states('plan')).toBe('reach ok, tables ok, read ok, compare running');
});
