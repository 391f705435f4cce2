import { expect, test } from 'vitest';
import { createEventHub } from './event-hub.ts';

test('events are numbered from one and told to every subscriber', () => {
  const hub = createEventHub('s');
  const seqs: number[] = [];
  const stop = hub.subscribe(({ seq }) => seqs.push(seq));
  hub.emit('app.changed', {});
  hub.emit('app.changed', {});
  stop();
  hub.emit('app.changed', {});
  expect(seqs).toEqual([1, 2]);
  expect(hub.seq).toBe(3);
});

test('a caller gets what it missed, in order', () => {
  const hub = createEventHub('s');
  for (let count = 0; count < 5; count += 1) hub.emit('app.changed', {});
  expect(hub.since('s', 2)?.map(({ seq }) => seq)).toEqual([3, 4, 5]);
  expect(hub.since('s', 5)).toEqual([]);
  expect(hub.since('s', 0)).toHaveLength(5);
});

test('a caller that missed too many, or comes from another engine, cannot resume', () => {
  const hub = createEventHub('s', 3);
  for (let count = 0; count < 5; count += 1) hub.emit('app.changed', {});
  expect(hub.since('s', 2)).toHaveLength(3);
  expect(hub.since('s', 1)).toBeUndefined();
  expect(hub.since('other', 5)).toBeUndefined();
  expect(hub.since(null, 0)).toBeUndefined();
  expect(hub.since('s', 6)).toBeUndefined();
});
