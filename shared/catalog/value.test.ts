import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnType } from './catalog.ts';
import { classroomCatalog } from './classroom.ts';
import { tableOf } from './catalog.ts';
import { canonicalCell, canonicalValue } from './value.ts';

/** What PostgreSQL prints or SQLite holds, and the one text of it. */
const accepted: readonly (readonly [ColumnType, string, string])[] = [
  ['uuid', '0190ABCD-0000-7000-8000-00000000000F', '0190abcd-0000-7000-8000-00000000000f'],
  ['text', ' José  \u{1f600}\u202e ', ' José  \u{1f600}\u202e '],
  ['text', '', ''],
  ['int4', '-2147483648', '-2147483648'],
  ['int4', '+07', '7'],
  ['int8', '9223372036854775807', '9223372036854775807'],
  ['numeric', '1.50', '1.5'],
  ['numeric', '-0.00', '0'],
  ['numeric', '0012.3400', '12.34'],
  ['numeric', '12e3', '12000'],
  ['numeric', '1.25E-3', '0.00125'],
  ['numeric', '100', '100'],
  [
    'numeric',
    '123456789012345678901234567890.123456789012345678901',
    '123456789012345678901234567890.123456789012345678901',
  ],
  ['numeric', 'NaN', 'NaN'],
  ['numeric', '-infinity', '-Infinity'],
  ['bool', 't', 'true'],
  ['bool', '0', 'false'],
  ['timestamptz', '2026-11-20 08:00:00+00', '2026-11-20T08:00:00.000Z'],
  ['timestamptz', '2026-11-20 08:00:00.12+00', '2026-11-20T08:00:00.120Z'],
  ['timestamptz', '2026-11-20 08:00:00.123456+00', '2026-11-20T08:00:00.123456Z'],
  ['timestamptz', '2026-11-20 08:00:00.123450+00', '2026-11-20T08:00:00.123450Z'],
  ['timestamptz', '2026-11-20 08:00:00.100000+00', '2026-11-20T08:00:00.100Z'],
  ['timestamptz', '2026-11-20T16:00:00+08:00', '2026-11-20T08:00:00.000Z'],
  ['timestamptz', '2026-11-20 01:30:00-0630', '2026-11-20T08:00:00.000Z'],
  ['timestamptz', '2000-02-29 23:59:59.999999+00', '2000-02-29T23:59:59.999999Z'],
  ['timestamptz', '0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
  ['jsonb', '{"b": 1.0, "a": [true, null, "x"], "b": 2}', '{"a":[true,null,"x"],"b":2}'],
  ['jsonb', '12345678901234567890.10', '12345678901234567890.1'],
  ['jsonb', '"\\u00e9\\/"', '"é/"'],
  ['bytea', '\\xDEADbeef', '\\xdeadbeef'],
  ['bytea', '\\x', '\\x'],
];

/** What would not survive the way to the other side and back. */
const refused: readonly (readonly [ColumnType, string])[] = [
  ['uuid', 'not an id'],
  ['text', 'a\0b'],
  ['text', 'half \ud83d'],
  ['int4', '2147483648'],
  ['int4', '1.0'],
  ['int4', ''],
  ['int8', '9223372036854775808'],
  ['int8', '9'.repeat(100_000)],
  ['numeric', '1e200000'],
  ['numeric', '.'],
  ['numeric', '0x10'],
  ['bool', 'yes'],
  ['timestamptz', 'infinity'],
  ['timestamptz', '2026-02-30 00:00:00+00'],
  ['timestamptz', '2026-11-20 08:00:00'],
  ['timestamptz', '0044-03-15 12:00:00+00 BC'],
  ['timestamptz', '10000-01-01 00:00:00+00'],
  ['timestamptz', '2026-11-20 08:00:00.1234567+00'],
  ['jsonb', '{"a": 1'],
  ['jsonb', '{a: 1}'],
  ['jsonb', '"\\u0000"'],
  ['jsonb', '"\\ud800"'],
  ['jsonb', '1 2'],
  ['jsonb', '"a\nb"'],
  ['jsonb', '['.repeat(10_000)],
  ['bytea', '\\xabc'],
  ['bytea', 'abcd'],
];

describe('the canonical text of a value', () => {
  it.each(accepted)('of %s %j is %j', (type, text, canonical) => {
    expect(canonicalValue(type, text)).toBe(canonical);
  });

  it.each(refused)('refuses %s %.40j', (type, text) => {
    expect(() => canonicalValue(type, text)).toThrow(expect.objectContaining({ code: 'value-refused' }));
  });

  it('is its own canonical text, for every type', () => {
    const ofType: Readonly<Record<ColumnType, fc.Arbitrary<string>>> = {
      uuid: fc.uuid(),
      text: fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
      int4: fc.integer().map(String),
      int8: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      numeric: fc
        .tuple(fc.bigInt(), fc.integer({ min: -30, max: 30 }))
        .map(([digits, exponent]) => `${digits}e${exponent}`),
      bool: fc.constantFrom('t', 'f', 'true', 'false', '0', '1'),
      timestamptz: fc
        .date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      jsonb: fc.jsonValue().map((value) => JSON.stringify(value).replaceAll('\\u0000', '')),
      bytea: fc.uint8Array().map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`),
    };
    for (const type of Object.keys(ofType) as ColumnType[]) {
      fc.assert(
        fc.property(ofType[type], (text) => {
          const canonical = canonicalValue(type, text);
          expect(canonicalValue(type, canonical)).toBe(canonical);
        }),
        { numRuns: 200 },
      );
    }
  });

  it('of a number keeps its value, whatever its size', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(20), fc.nat(5), (digits, scale, zeros) => {
        const [sign, plain] = digits < 0n ? ['-', (-digits).toString()] : ['', digits.toString()];
        const padded = plain.padStart(scale + 1, '0');
        const point = padded.length - scale;
        const written = `${sign}${'0'.repeat(zeros)}${padded.slice(0, point)}.${padded.slice(point)}${'0'.repeat(zeros)}`;
        const canonical = canonicalValue('numeric', written);
        const [whole = '', fraction = ''] = canonical.split('.');
        expect(BigInt(whole.replace('-', '') + fraction.padEnd(scale, '0'))).toBe(digits < 0n ? -digits : digits);
        expect(canonical.startsWith('-')).toBe(digits < 0n);
        expect(canonicalValue('numeric', `${digits}e-${scale}`)).toBe(canonical);
      }),
    );
  });

  it('of a JSON document does not depend on the order of its keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).toReversed());
        const text = (value: unknown): string => JSON.stringify(value).replaceAll('\\u0000', '');
        expect(canonicalValue('jsonb', text(object))).toBe(canonicalValue('jsonb', text(reversed)));
      }),
    );
  });

  it('of a time is the same instant', () => {
    const times = fc.date({
      min: new Date('1900-01-01T00:00:00Z'),
      max: new Date('2999-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(times, fc.integer({ min: -15, max: 15 }), (date, hours) => {
        const shifted = new Date(date.getTime() + hours * 3_600_000).toISOString().slice(0, 23).replace('T', ' ');
        const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}`;
        expect(canonicalValue('timestamptz', `${shifted}${zone}`)).toBe(date.toISOString());
      }),
    );
  });
});

describe('the canonical text of a cell', () => {
  const student = tableOf(classroomCatalog, 'student');
  const [, name, number] = student.columns;
  if (name === undefined || number === undefined) throw new Error('the catalog has changed');

  it('names the table and the column of a value that is refused', () => {
    expect(() => canonicalCell(student, name, 'a\0')).toThrow(
      expect.objectContaining({ code: 'value-refused', params: { table: 'student', column: 'name', type: 'text' } }),
    );
  });

  it('keeps NULL apart from empty text, and refuses it where the column takes none', () => {
    expect(canonicalCell(student, number, null)).toBeNull();
    expect(canonicalCell(student, number, '')).toBe('');
    expect(() => canonicalCell(student, name, null)).toThrow(expect.objectContaining({ code: 'value-refused' }));
  });
});
