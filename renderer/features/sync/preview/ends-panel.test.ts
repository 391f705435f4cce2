import { expect, test } from 'vitest';
import { isForServer } from './ends-panel.tsx';

test('P3: only a check about the server is handed on to whoever looks after it; what speaks of pupils stays here', () => {
  for (const line of ['reach', 'tables', 'constraints', 'lock', 'verify', 'lost', 'hidden', 'drift'] as const)
    expect(isForServer(line)).toBe(true);
  for (const line of ['clock', 'rules', 'erasure', 'unsent', 'others'] as const) expect(isForServer(line)).toBe(false);
});
