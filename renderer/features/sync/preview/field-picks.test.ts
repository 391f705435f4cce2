import { expect, test } from 'vitest';
import { initialPicks, pickedCell, toFields, typedValue } from './field-picks.ts';
import { field } from '../../../../shared/contract/test-row.ts';

const name = field('name', { base: 'Li W', local: 'Li Wei', server: 'Li Wen', clash: true });
const number = field('number', { local: '1', server: '2', clash: true });
const merged = field('note', { server: 'x', result: 'x' });

test('a merge names every clashing field and no other', () => {
  const row = { fields: [name, number, merged] };
  expect(toFields(row, { name: 'local' })).toBeNull();
  expect(toFields(row, { name: 'local', number: { typed: ' 3 ' } })).toEqual({ name: 'local', number: { value: '3' } });
});

test('an emptied number is no number, an emptied name cannot be used', () => {
  expect(toFields({ fields: [number] }, { number: { typed: '' } })).toEqual({ number: { value: null } });
  expect(toFields({ fields: [name] }, { name: { typed: '  ' } })).toBeNull();
});

test('typed points are a whole number, with either minus sign', () => {
  expect(typedValue('delta', '−2')).toBe('-2');
  expect(typedValue('delta', '+3')).toBe('3');
  expect(typedValue('delta', '2.5')).toBeUndefined();
});

test('a decision made before is read off its result', () => {
  expect(initialPicks({ fields: [name], choice: null })).toEqual({});
  expect(initialPicks({ fields: [{ ...name, result: 'Li Wen' }], choice: 'merge' })).toEqual({ name: 'server' });
  expect(initialPicks({ fields: [{ ...name, result: 'Li Weng' }], choice: 'merge' })).toEqual({
    name: { typed: 'Li Weng' },
  });
  expect(initialPicks({ fields: [name], choice: 'skip' })).toEqual({});
});

test('the result of a pick is known before it is used', () => {
  expect(pickedCell(name, undefined)).toBeUndefined();
  expect(pickedCell(name, 'server')).toBe('Li Wen');
  expect(pickedCell(name, { typed: 'Li Weng' })).toBe('Li Weng');
});
