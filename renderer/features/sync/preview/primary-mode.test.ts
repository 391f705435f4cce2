import { expect, test } from 'vitest';
import { modesOf, primaryMode } from './primary-mode.ts';

const ready = (apply: number, pull: number) => ({ apply, pull, sync: apply + pull, leave: 0 });

test('sync is the main button of a shared class', () => {
  expect(primaryMode({ ready: ready(3, 4), firstContact: false }, 'two-way')).toBe('sync');
  expect(primaryMode({ ready: ready(0, 4), firstContact: false }, 'two-way')).toBe('sync');
});

test('a device that just joined gets', () => {
  expect(primaryMode({ ready: ready(0, 4), firstContact: true }, 'two-way')).toBe('pull');
});

test('a connection that works one way offers that way only', () => {
  expect(primaryMode({ ready: ready(3, 4), firstContact: false }, 'push-only')).toBe('apply');
  expect(primaryMode({ ready: ready(3, 4), firstContact: false }, 'pull-only')).toBe('pull');
  expect(modesOf('push-only')).toEqual(['apply']);
});
