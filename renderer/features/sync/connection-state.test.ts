import { expect, test } from 'vitest';
import { connectionState } from './connection-state.ts';

const pending = { up: 0, down: 0, conflicts: 0 };

test('a run whose end is not known yet is checking, whatever the status says', () => {
  for (const status of ['IDLE', 'IN_PROGRESS', 'COMPLETED', 'FAILED'] as const)
    expect(connectionState({ status, checking: true, pending })).toBe('checking');
});

test('each status has its own state', () => {
  expect(connectionState({ status: 'IDLE', checking: false, pending })).toBe('idle');
  expect(connectionState({ status: 'IN_PROGRESS', checking: false, pending })).toBe('busy');
  expect(connectionState({ status: 'COMPLETED', checking: false, pending })).toBe('completed');
  expect(connectionState({ status: 'FAILED', checking: false, pending })).toBe('failed');
});

test('a question comes before "done", and a failure before a question', () => {
  const asked = { ...pending, conflicts: 1 };
  expect(connectionState({ status: 'COMPLETED', checking: false, pending: asked })).toBe('needs-you');
  expect(connectionState({ status: 'FAILED', checking: false, pending: asked })).toBe('failed');
});

test('both sides are called the same only while nothing waits', () => {
  const completed = { status: 'COMPLETED', checking: false } as const;
  expect(connectionState({ ...completed, pending: { ...pending, up: 3 } })).toBe('waiting');
  expect(connectionState({ ...completed, pending: { ...pending, down: 1 } })).toBe('waiting');
});
