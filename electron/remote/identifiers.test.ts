import { expect, it } from 'vitest';
import { identifierList, quoteIdentifier, quoteLiteral, quoteLiteralOrNull } from './identifiers.ts';

it('quotes every identifier, so that reserved words and hostile names stay names', () => {
  expect(quoteIdentifier('group')).toBe('"group"');
  expect(quoteIdentifier('a"; drop table x; --')).toBe('"a""; drop table x; --"');
  expect(identifierList(['a', 'b'])).toBe('"a", "b"');
});

it('refuses identifiers that PostgreSQL would shorten or cannot hold', () => {
  expect(quoteIdentifier('n'.repeat(63))).toHaveLength(65);
  for (const name of ['', 'a\0b', 'n'.repeat(64), '组'.repeat(22)]) expect(() => quoteIdentifier(name)).toThrow();
});

it('quotes text constants without depending on a server setting', () => {
  expect(quoteLiteral("O'Neil")).toBe("'O''Neil'");
  expect(quoteLiteral('a\\b')).toBe(String.raw`E'a\\b'`);
  expect(quoteLiteral("\\' or 1=1")).toBe(String.raw`E'\\'' or 1=1'`);
  expect(quoteLiteralOrNull(null)).toBe('NULL');
  expect(() => quoteLiteral('a\0')).toThrow();
});
