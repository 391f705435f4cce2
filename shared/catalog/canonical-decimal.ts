/** The most digits PostgreSQL's numeric holds before and after the point. */
const maxWhole = 131_072;
const maxFraction = 16_383;

/**
 * A number of any size by its value: no exponent, no plus, no zeros in front or behind, no minus before zero. Digits stay text throughout.
 * `undefined` for what is no decimal number or is larger than PostgreSQL's numeric.
 */
export function canonicalDecimal(text: string): string | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,7}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', before = '', after = '', exponentText = '0'] = match;
  if (before === '' && after === '') return undefined;
  const exponent = Number(exponentText);
  const digits = (before + after).replace(/^0+/, '');
  if (digits === '') return '0';
  // Where the point stands, counted from the left end of the significant digits.
  const point = digits.length - after.length + exponent;
  const significant = digits.replace(/0+$/, '');
  if (point > maxWhole || significant.length - point > maxFraction) return undefined;
  const whole = point <= 0 ? '0' : significant.slice(0, point).padEnd(point, '0');
  const fraction = point < 0 ? '0'.repeat(-point) + significant : significant.slice(Math.max(point, 0));
  return `${sign === '-' ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
