import { expect, test } from 'vitest';
import { createSlicer } from './slices.ts';

test('long work lets others in between its slices', async () => {
  let others = 0;
  const timer = setInterval(() => (others += 1), 1);
  const slicer = createSlicer(5);
  const until = performance.now() + 100;
  while (performance.now() < until) await slicer.pause();
  clearInterval(timer);
  expect(others).toBeGreaterThan(3);
});

test('work within one slice is not interrupted', async () => {
  let others = 0;
  setImmediate(() => (others += 1));
  const slicer = createSlicer(10_000);
  for (let count = 0; count < 100; count += 1) await slicer.pause();
  expect(others).toBe(0);
});

test('work that was cancelled ends at its next pause', async () => {
  await expect(createSlicer().pause(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
