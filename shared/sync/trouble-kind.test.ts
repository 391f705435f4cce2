import { expect, test } from 'vitest';
import { errorExitCodes, type ErrorCode } from '../errors.ts';
import { isOffline } from './connection-state.ts';
import { troubleKind } from './trouble-kind.ts';

const codes = Object.keys(errorExitCodes) as ErrorCode[];

test('R5: a guard, a sign-in, the schema, an identity and refused data halt', () => {
  for (const code of ['guard-refused', 'password-wrong', 'password-missing', 'certificate-pinned-differs'] as const)
    expect(troubleKind(code)).toBe('halting');
  for (const code of ['schema-newer', 'schema-damaged', 'device-removed', 'constraint-failed', 'unexpected'] as const)
    expect(troubleKind(code)).toBe('halting');
  for (const code of codes) if ([6, 8].includes(errorExitCodes[code])) expect(troubleKind(code), code).toBe('halting');
});

test('R5: what the page calls offline passes by itself, as do a lock and a lost answer', () => {
  for (const code of codes) if (isOffline(code)) expect(troubleKind(code), code).toBe('passing');
  for (const code of ['lock-held', 'lock-held-by', 'checking', 'disk-full', 'server-stopped'] as const)
    expect(troubleKind(code)).toBe('passing');
});

test('a list that was overtaken, and work that gave way, is tried again soon', () => {
  for (const code of ['plan-stale', 'plan-used', 'concurrent-change', 'cancelled'] as const)
    expect(troubleKind(code)).toBe('overtaken');
});
