import fc from 'fast-check';
import { arrayText } from '../../shared/catalog/canonical-array.ts';
import type { ArrayType, CatalogColumn, ColumnType, SimpleType } from '../../shared/catalog/catalog.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !value.includes('\0'));
/** What breaks programs that put texts together: quotes, escapes, line ends, words that mean something, marks that turn the direction. */
const hostile = fc.constantFrom(
  '',
  ' ',
  "'",
  "O'Brien",
  '"',
  '\\',
  '\\\\',
  '\\N',
  '\\.',
  '\t',
  '\n',
  '\r\n',
  '\u{8}\u{c}\u{1b}\u{7f}',
  '\u{2028}\u{a0}\u{feff}',
  '\u{202e}abc',
  'e\u{301}',
  '\u{e9}',
  '\u{1f469}\u{200d}\u{1f680}',
  'NULL',
  'null',
  '{}',
  '{"a":1}',
  '{1,2}',
  '$1',
  '%s',
  '--',
  '/* */',
  ' leading and trailing ',
  'x'.repeat(3_000),
);
const time = fc.date({
  min: new Date('0001-01-02T00:00:00Z'),
  max: new Date('9999-12-30T00:00:00Z'),
  noInvalidDate: true,
});
const micros = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 0, max: 999_999 }).map((n) => `.${String(n).padStart(6, '0')}`),
);
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value).replaceAll('\\u0000', '')),
  fc.constantFrom('null', '""', '{}', '[]', '1e400', '-0', '12345678901234567890.10', '{"b":1,"a":{"d":[],"c":null}}'),
);
const small = (bits: bigint) =>
  fc.oneof(
    fc.bigInt({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }),
    fc.constantFrom(-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n, 0n, -1n),
  );

const simple: Readonly<Record<SimpleType, fc.Arbitrary<string>>> = {
  uuid: fc.uuid(),
  text: fc.oneof(text, hostile),
  int2: small(16n).map(String),
  int4: small(32n).map(String),
  int8: small(64n).map(String),
  float4: fc.oneof(
    fc.float({ noDefaultInfinity: false }).map(String),
    fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '1e-45', '3.4028235e38'),
  ),
  float8: fc.oneof(
    fc.double().map(String),
    fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '5e-324', '1.7976931348623157e308', '0.1', '1e21'),
  ),
  numeric: fc.oneof(
    fc
      .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: -40, max: 40 }))
      .map(([digits, exponent]) => `${digits}e${exponent}`),
    fc.constantFrom('NaN', '-0.00', '1.50', '0.000000000000000000000000000001', `1${'0'.repeat(200)}`),
  ),
  bool: fc.constantFrom('true', 'false'),
  date: fc.oneof(
    time.map((date) => date.toISOString().slice(0, 10)),
    fc.constantFrom('0001-01-01', '9999-12-31', '2000-02-29'),
  ),
  time: fc.oneof(
    fc.tuple(time, micros).map(([date, fraction]) => `${date.toISOString().slice(11, 19)}${fraction}`),
    fc.constantFrom('00:00:00', '24:00:00', '23:59:59.999999'),
  ),
  timestamp: fc.tuple(time, micros).map(([date, fraction]) => `${date.toISOString().slice(0, 19)}${fraction}`),
  timestamptz: fc.tuple(time, micros).map(([date, fraction]) => `${date.toISOString().slice(0, 19)}${fraction}Z`),
  interval: fc
    .tuple(fc.integer(), fc.integer(), fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }))
    .map(([months, days, micros]) => {
      // PostgreSQL reads the number of seconds as a double: only in hours, minutes and seconds is a long span exact.
      const size = micros < 0n ? -micros : micros;
      const sign = micros < 0n ? '-' : '';
      const seconds = `${(size / 1_000_000n) % 60n}.${String(size % 1_000_000n).padStart(6, '0')}`;
      return `P${months}M${days}DT${sign}${size / 3_600_000_000n}H${sign}${(size / 60_000_000n) % 60n}M${sign}${seconds}S`;
    }),
  inet: fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, bits]) => `${address}/${bits}`),
    fc.constantFrom('::', '::1', '::ffff:1.2.3.4', '2001:db8::/32', '1:0:0:2:0:0:0:3'),
  ),
  bytea: fc.uint8Array({ maxLength: 200 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`),
};

/** Texts of a column's type, hostile ones among them; not all of them canonical, and for bounded columns not all of them within the bounds. */
export function cellTexts(
  column: Pick<CatalogColumn, 'type' | 'length' | 'enum' | 'digits' | 'limits'>,
): fc.Arbitrary<string> {
  switch (column.type) {
    case 'char':
    case 'varchar': {
      const short = fc
        .string({ unit: 'binary', maxLength: column.length ?? 1 })
        .filter((value) => !value.includes('\0'));
      return fc.oneof(
        short,
        hostile.filter((value) => value.length <= (column.length ?? 1)),
      );
    }
    case 'enum':
      return fc.constantFrom(...(column.enum?.labels ?? ['']));
    case 'json':
    case 'jsonb':
      return json;
    case 'numeric':
      return column.digits === undefined
        ? simple.numeric
        : fc.oneof({ weight: 9, arbitrary: withDigits(column.digits) }, { weight: 1, arbitrary: simple.numeric });
    case 'float8':
      return column.limits === undefined
        ? simple.float8
        : fc.double({ min: column.limits.min ?? 0, max: column.limits.max ?? 1, noNaN: true }).map(String);
    default:
      return isArray(column.type) ? arrayTexts(column.type) : simple[column.type];
  }
}

function withDigits({
  precision,
  scale,
}: {
  readonly precision: number;
  readonly scale: number;
}): fc.Arbitrary<string> {
  const size = 10n ** BigInt(precision);
  return fc.bigInt({ min: 1n - size, max: size - 1n }).map((digits) => `${digits}e-${scale}`);
}

function isArray(type: ColumnType): type is ArrayType {
  return type.endsWith('[]');
}

function arrayTexts(type: ArrayType): fc.Arbitrary<string> {
  return fc.array(fc.option(simple[type.slice(0, -2) as SimpleType]), { maxLength: 5 }).map(arrayText);
}

/** Every simple type. */
export const simpleTypes = Object.keys(simple) as readonly SimpleType[];
