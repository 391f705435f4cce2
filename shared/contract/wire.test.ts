import { expect, test } from 'vitest';
import { parseToEngine } from './to-engine.ts';
import { decodeWire, encodeWire } from './wire.ts';

test.each([
  [{ bytes: 9_007_199_254_740_993n, text: '9007199254740993' }],
  [[-1n, 0n, 10n ** 30n]],
  [{ nested: { list: [{ value: 1n }] }, none: null, yes: true, n: 1.5 }],
])('what goes over a line comes out the same: %o', (value) => {
  expect(decodeWire(encodeWire(value))).toEqual(value);
});

test.each(['{"$bigint":"12x"}', '{"$bigint":12}', '{"$bigint":{"a":1}}', `{"$bigint":"${'9'.repeat(41)}"}`])(
  '%s is an object like any other',
  (text) => {
    expect(decodeWire(text)).toEqual(JSON.parse(text));
  },
);

test('an object with the key of a big integer cannot reach a prototype', () => {
  expect(decodeWire('{"__proto__":{"$bigint":"1"}}')).not.toHaveProperty('$bigint');
});

test.each([
  [{ kind: 'call', id: '1', method: 'class.list', params: { a: 1 } }],
  [{ kind: 'cancel', id: '1' }],
  [{ kind: 'hello', session: null, lastSeq: 0 }],
])('%o is a message', (message) => {
  expect(parseToEngine({ ...message, more: 'dropped' })).toEqual(message);
});

test.each([
  undefined,
  null,
  'hello',
  [],
  { kind: 'result', id: '1', result: 1 },
  { kind: 'call', id: '', method: 'class.list' },
  { kind: 'call', id: 1, method: 'class.list' },
  { kind: 'call', id: 'x'.repeat(65), method: 'class.list' },
  { kind: 'call', id: '1', method: 'x'.repeat(101) },
  { kind: 'hello', session: null, lastSeq: -1 },
  { kind: 'hello', session: 5, lastSeq: 0 },
])('%o is no message', (message) => {
  expect(parseToEngine(message)).toBeUndefined();
});
