import { expect, test } from 'vitest';
import type { TestStep } from '../../../shared/contract/connection.ts';
import { createTexts } from '../../../shared/text/text.ts';
import { formatFor } from '../../format.ts';
import { stepFact, stepText } from './step-facts.ts';

const { t } = createTexts('en');
const format = formatFor('en');
const step = (change: Partial<TestStep>): TestStep => ({
  id: 'name',
  state: 'ok',
  code: null,
  params: {},
  ms: 1,
  ...change,
});
const fact = (change: Partial<TestStep>): string => stepFact(step(change), t, format);
const text = (change: Partial<TestStep>): string => stepText(step(change), { port: '5432' }, t);

test('each step ends with its own fact', () => {
  expect(fact({ id: 'name', params: { address: '10.2.0.14' } })).toBe('10.2.0.14');
  expect(fact({ id: 'tcp', ms: 4 })).toBe('4 ms');
  expect(fact({ id: 'tls', params: { issuer: 'School CA', protocol: 'TLSv1.3' } })).toBe('School CA');
  expect(fact({ id: 'version', params: { version: '16.4' } })).toBe('16.4');
});

test('a clock tells which way this PC is off', () => {
  expect(fact({ id: 'clock', params: { offsetMs: -2100 } })).toBe('this PC 2 s ahead');
  expect(fact({ id: 'clock', params: { offsetMs: 12 } })).toBe('this PC 12 ms behind');
  expect(fact({ id: 'clock', params: { offsetMs: 0 } })).toBe('0 ms');
});

test('S2: a failed step shows no code: that stands in the details for whoever looks it up', () => {
  expect(fact({ id: 'login', state: 'failed', code: 'password-wrong', params: { sqlstate: '28P01' } })).toBe('');
  expect(fact({ id: 'tcp', state: 'failed', code: 'refused' })).toBe('');
});

test('a step that waits or was not reached has no fact', () => {
  expect(fact({ id: 'version', state: 'waiting', params: { version: '16' } })).toBe('');
  expect(fact({ id: 'version', state: 'skipped' })).toBe('');
});

test('words follow the state: what is to come, what was found, what can be done later', () => {
  expect(text({ id: 'tcp', state: 'waiting' })).toBe('Answer on port 5432');
  expect(text({ id: 'tcp' })).toBe('Something answers on port 5432');
  expect(text({ id: 'schema', state: 'warning', code: 'schema-missing' })).toContain('after saving');
  expect(text({ id: 'tls', state: 'skipped', ms: 0 })).toBe('Not encrypted');
  expect(text({ id: 'tls', state: 'skipped', ms: null })).toBe('Encryption');
});
