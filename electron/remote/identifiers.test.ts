import { expect, it } from 'vitest';
import { identifierList, quoteLiteral } from './identifiers.ts';

it('quotes every identifier of a list, so that reserved words stay names', () => {
  expect(identifierList(['group', 'a"b'])).toBe('"group", "a""b"');
});

it('quotes text constants without depending on a server setting', () => {
  expect(quoteLiteral("O'Neil")).toBe("'O''Neil'");
  expect(quoteLiteral('a\\b')).toBe(String.raw`E'a\\b'`);
  expect(quoteLiteral("\\' or 1=1")).toBe(String.raw`E'\\'' or 1=1'`);
  expect(() => quoteLiteral('a\0')).toThrow();
});
