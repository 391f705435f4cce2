import { describe, expect, it } from 'vitest';
import type { CatalogColumn, ColumnType } from './catalog.ts';
import { inferCondition, inferConditions, inferLimits } from './infer-rules.ts';

const types: readonly (readonly [string, ColumnType])[] = [
  ['n', 'int4'],
  ['big', 'int8'],
  ['price', 'numeric'],
  ['share', 'float8'],
  ['name', 'text'],
  ['Sort of', 'varchar'],
  ['open', 'bool'],
  ['image', 'bytea'],
];
const columns = new Map(
  types.map(([name, type]): readonly [string, CatalogColumn] => [
    name,
    { name, type, nullable: true, class: 'content', policy: 'ask' },
  ]),
);

describe("a server's rule about a table", () => {
  it('becomes bounds of a column where it is nothing else', () => {
    const bounds = (text: string): unknown => inferLimits(text, columns);
    expect(bounds('(n >= 0)')).toEqual({ column: 'n', limits: { min: 0 } });
    expect(bounds("((n > '-5'::integer) AND (n < 10))")).toEqual({ column: 'n', limits: { min: -4, max: 9 } });
    expect(bounds('((share >= (0)::double precision) AND (share <= (1)::double precision))')).toEqual({
      column: 'share',
      limits: { min: 0, max: 1 },
    });
    expect(bounds('(octet_length(image) <= 1000)')).toEqual({ column: 'image', limits: { maxBytes: 1000 } });
    for (const other of [
      '(share > (0)::double precision)',
      '((n >= 0) AND (big >= 0))',
      '((n >= 0) AND (n >= 5))',
      '(n >= 99999999999999999999)',
      "(name >= 'a'::text)",
      '((n % 2) = 0)',
      '((price)::integer >= 0)',
      '(octet_length(name) <= 5)',
      '(missing >= 0)',
    ])
      expect(bounds(other), other).toBeNull();
  });

  it('becomes the predicate of a unique rule where all of it is plain', () => {
    expect(inferConditions(null, columns)).toEqual([]);
    expect(inferConditions(`((name IS NULL) AND ("Sort of" = 'it''s'::text) AND open AND (n = 5))`, columns)).toEqual([
      { kind: 'null', column: 'name' },
      { kind: 'equals', column: 'Sort of', value: "it's" },
      { kind: 'equals', column: 'open', value: 'true' },
      { kind: 'equals', column: 'n', value: '5' },
    ]);
    expect(inferConditions('(NOT open)', columns)).toEqual([{ kind: 'equals', column: 'open', value: 'false' }]);
    for (const other of [
      '(name IS NOT NULL)',
      '((n = 1) OR (n = 2))',
      '(n > 5)',
      "(n = 'x'::text)",
      "(lower(name) = 'a'::text)",
    ])
      expect(inferConditions(other, columns), other).toBeNull();
  });

  it('becomes a condition of SQLite only where both judge alike', () => {
    expect(
      inferCondition(
        `(("Sort of")::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))`,
        columns,
      ),
    ).toBe(`("Sort of" IN ('a', 'b'))`);
    expect(inferCondition('((n < big) OR (name IS NULL) OR (NOT (char_length(name) >= 3)))', columns)).toBe(
      '(("n" < "big") OR ("name" IS NULL) OR (NOT (length("name") >= 3)))',
    );
    for (const other of [
      "(name < 'b'::text)",
      '(price > (0)::numeric)',
      "(name ~ '^a'::text)",
      "(name = 'a;b'::text)",
      'open',
      '(n = ANY (ARRAY[]))',
      "((name)::character varying(3) = 'abc'::text)",
    ])
      expect(inferCondition(other, columns), other).toBeNull();
  });

  it('is nothing where it cannot be read, however it is written', () => {
    for (const text of [
      '',
      '(',
      ')',
      "'",
      '"',
      '((n >= 0)',
      'n >=',
      'n >= 0 0',
      'ARRAY[',
      '\0',
      "E'\\n' = name",
      `${'('.repeat(2_000)}n${')'.repeat(2_000)}`,
      'x'.repeat(5_000),
      '::text',
      'n::',
      'NOT NOT',
    ])
      for (const read of [inferLimits, inferConditions, inferCondition])
        expect(read(text, columns), text.slice(0, 20)).toBeNull();
  });
});
