import { expect, test } from 'vitest';
import { createSecrets } from './guard.ts';

test('a ticket is good for a minute', () => {
  let now = 0;
  const secrets = createSecrets(() => now);
  const ticket = secrets.newTicket();
  now = 60_001;
  expect(secrets.admits(new Set([`ticket.${ticket}`]))).toBeUndefined();
});

test('the tickets of an impatient person do not pile up', () => {
  const secrets = createSecrets(() => 0);
  const [first = '', ...others] = Array.from({ length: 17 }, () => secrets.newTicket());
  expect(secrets.admits(new Set([`ticket.${first}`]))).toBeUndefined();
  for (const ticket of others) expect(secrets.admits(new Set([`ticket.${ticket}`]))).toBe('ticket');
});

test('every start has a token of 256 bits of its own', () => {
  const [first, second] = [createSecrets(), createSecrets()];
  expect(first.token).toMatch(/^[\w-]{43}$/);
  expect(first.token).not.toBe(second.token);
  expect(first.admits(new Set([`token.${second.token}`]))).toBeUndefined();
  expect(first.admits(new Set(['tallybook.1', `token.${first.token}`]))).toBe('token');
});
