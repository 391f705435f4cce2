import { expect, test } from 'vitest';
import { errorExitCodes, type ErrorCode } from '../../../../shared/errors.ts';
import { failedChecks, liveChecks } from './live-checks.ts';
import { preChecks } from './plan-checks.ts';

const before = 'connect ok, tls ok, version ok, database ok, rights ok, tables ok';

test('P3: each of the nine checks is answered when the engine goes on to the next', () => {
  const states = (phase: string | null): string =>
    liveChecks(phase === null ? null : { phase })
      .map(({ id, state }) => `${id} ${state}`)
      .join(', ');
  const unknown = `connect running, ${preChecks
    .slice(1)
    .map((id) => `${id} waiting`)
    .join(', ')}`;
  expect(states(null)).toBe(unknown);
  expect(states('connect')).toBe(unknown);
  expect(states('observe')).toBe(`${before}, constraints waiting, lock running, clock waiting`);
  // One turning sign, not two for one thing that goes on.
  for (const phase of [null, 'connect', 'observe', 'verify', 'plan', 'decide'])
    expect(states(phase).match(/running/g)).toHaveLength(1);
  expect(states('plan')).toBe(`${before}, constraints running, lock ok, clock ok`);
});

test('P3: an error marks the check it is about as failed; those before it had passed, and those after it wait', () => {
  const failed = (code: ErrorCode): string | undefined =>
    failedChecks(code)?.find(({ state }) => state === 'failed')?.id;
  expect(failed('password-wrong')).toBe('connect');
  expect(failed('certificate-untrusted')).toBe('tls');
  expect(failed('right-missing')).toBe('rights');
  expect(failed('lock-held-by')).toBe('lock');
  expect(
    failedChecks('schema-missing')
      ?.map(({ state }) => state)
      .join(' '),
  ).toBe('ok ok ok ok ok failed waiting waiting waiting');
  // What a person has to say, or did, fails no check.
  for (const code of ['cancelled', 'plan-stale', 'class-choice-needed', 'guard-refused'] as const)
    expect(failedChecks(code)).toBeNull();
  for (const code of Object.keys(errorExitCodes) as ErrorCode[])
    expect(failedChecks(code)?.length ?? preChecks.length).toBe(preChecks.length);
});
