import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellTexts, simpleTypes } from '../../tests/support/cell-arbitraries.ts';
import type { ColumnType } from './catalog.ts';
import { classroomCatalog } from './classroom.ts';
import { tableOf } from './catalog.ts';
import { canonicalCell, canonicalValue } from './value.ts';

/** What PostgreSQL prints or SQLite holds, and the one text of it. */
const accepted: readonly (readonly [ColumnType, string, string])[] = [
  ['uuid', '0190ABCD-0000-7000-8000-00000000000F', '0190abcd-0000-7000-8000-00000000000f'],
  ['text', ' José  \u{1f600}\u202e ', ' José  \u{1f600}\u202e '],
  ['text', '', ''],
  ['text', 'e\u0301', 'e\u0301'],
  ['text', '\u00e9', '\u00e9'],
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
  ['varchar', ' a ', ' a '],
  ['char', ' a  ', ' a'],
  ['char', '   ', ''],
  ['enum', 'sad', 'sad'],
  ['int2', '-32768', '-32768'],
  ['float4', '1.10', '1.1'],
  ['float4', '16777217', '16777216'],
  ['float4', '1e-45', '1e-45'],
  ['float4', '123456.79', '123456.79'],
  ['float8', '1e+20', '100000000000000000000'],
  ['float8', '0.1000000000000000055511151231257827', '0.1'],
  ['float8', '-0', '0'],
  ['float8', 'nan', 'NaN'],
  ['float8', '-inf', '-Infinity'],
  ['float8', '5e-324', '5e-324'],
  ['date', '2000-02-29', '2000-02-29'],
  ['time', '08:00:00.500', '08:00:00.5'],
  ['time', '08:00', '08:00:00'],
  ['time', '24:00:00', '24:00:00'],
  ['timestamp', '2026-11-20 08:00:00', '2026-11-20T08:00:00.000'],
  ['timestamp', '2026-11-20 08:00:00.123456', '2026-11-20T08:00:00.123456'],
  ['interval', 'PT0S', 'PT0S'],
  ['interval', 'P1Y2M3DT4H5M6.5S', 'P1Y2M3DT4H5M6.5S'],
  ['interval', 'P14M', 'P1Y2M'],
  ['interval', 'P-1Y-2M3DT-4H-5M-6S', 'P-1Y-2M3DT-4H-5M-6S'],
  ['interval', 'PT-0.000001S', 'PT-0.000001S'],
  ['interval', 'PT3600S', 'PT1H'],
  ['interval', 'P1W', 'P7D'],
  ['json', '{"b": 1.0, "a": 2}', '{"a":2,"b":1}'],
  ['inet', '10.0.0.1/32', '10.0.0.1'],
  ['inet', '10.0.0.1/8', '10.0.0.1/8'],
  ['inet', '2001:DB8:0:0:1:0:0:0/128', '2001:db8:0:0:1::'],
  ['inet', '::ffff:1.2.3.4', '::ffff:102:304'],
  ['inet', '0:0:0:0:0:0:0:0/0', '::/0'],
  ['int4[]', '{}', '{}'],
  ['int4[]', '{1,NULL,-2}', '{1,NULL,-2}'],
  ['numeric[]', '{1.50,NaN}', '{1.5,NaN}'],
  ['text[]', '{"",NULL,"NULL","a b","\\"","\\\\",\u00a0}', '{"",NULL,"NULL","a b","\\"","\\\\",\u00a0}'],
  ['text[]', '{"plain"}', '{plain}'],
  ['bytea[]', '{"\\\\xDEAD"}', '{"\\\\xdead"}'],
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
  ['varchar', 'a\0'],
  ['char', '\ud83d'],
  ['int2', '32768'],
  ['float4', '1e39'],
  ['float4', '1e-60'],
  ['float8', '1e400'],
  ['float8', '1e-400'],
  ['float8', '0x10'],
  ['float8', ''],
  ['float8', '1_000'],
  ['date', 'infinity'],
  ['date', '2026-02-30'],
  ['date', '2026-11-20 08:00:00'],
  ['date', '0044-03-15 BC'],
  ['time', '24:00:01'],
  ['time', '25:00:00'],
  ['time', '08:00:00+01'],
  ['timestamp', '2026-11-20 08:00:00+00'],
  ['timestamp', '-infinity'],
  ['interval', 'P'],
  ['interval', 'P1DT'],
  ['interval', '1 day'],
  ['interval', 'P2147483648D'],
  ['interval', 'PT9223372036855S'],
  ['interval', 'infinity'],
  ['inet', '10.0.0.256'],
  ['inet', '10.0.0.1/33'],
  ['inet', '1::2::3'],
  ['inet', 'fe80::1%eth0'],
  ['inet', '1:2:3'],
  ['int4[]', '{1,x}'],
  ['int4[]', '{{1},{2}}'],
  ['int4[]', '[2:3]={1,2}'],
  ['int4[]', '{1,}'],
  ['int4[]', '1,2'],
  ['text[]', '{"a}'],
  ['text[]', '{"a\0"}'],
];

describe('the canonical text of a value', () => {
  it.each(accepted)('of %s %j is %j', (type, text, canonical) => {
    expect(canonicalValue(type, text)).toBe(canonical);
  });

  it.each(refused)('refuses %s %.40j', (type, text) => {
    expect(() => canonicalValue(type, text)).toThrow(expect.objectContaining({ code: 'value-refused' }));
  });

  it('is its own canonical text, for every type', () => {
    for (const type of [...simpleTypes, 'json', 'jsonb', 'text[]', 'numeric[]', 'timestamptz[]'] as const) {
      fc.assert(
        fc.property(cellTexts({ type }), (text) => {
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
