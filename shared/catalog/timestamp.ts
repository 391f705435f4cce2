const pattern =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d(?::?\d\d)?(?::?\d\d)?)$/i;
const localPattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)$/;
const timePattern = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?$/;

/**
 * A point in time as `YYYY-MM-DDTHH:MM:SS.mmmZ`, with microseconds where they are not zero, from ISO text with any offset.
 * `undefined` for text without an offset, days that are none, the infinities, and years outside 0001 to 9999, which ISO text of this width cannot hold.
 */
export function canonicalTimestamp(text: string): string | undefined {
  if (isUsual(text)) return text;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', fraction = '', zone = 'Z'] = match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const wall = Date.parse(local);
  // A day that is none (30 February) is moved on by some engines and refused by others: only a date that comes back as written counts.
  if (Number.isNaN(wall) || new Date(wall).toISOString() !== local) return undefined;
  const utc = new Date(wall - offsetMs(zone));
  if (utc.getUTCFullYear() < 1 || utc.getUTCFullYear() > 9999) return undefined;
  const micros = fraction.padEnd(6, '0');
  const shown = micros.endsWith('000') ? micros.slice(0, 3) : micros;
  return `${utc.toISOString().slice(0, 19)}.${shown}Z`;
}

/** Of these nothing has to be worked out: every month has 28 days. */
const usual = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Whether it is what nearly all are: canonical already, with milliseconds. Told without taking it apart. */
function isUsual(text: string): boolean {
  if (text.length !== 24 || text.startsWith('0000')) return false;
  if (usual.test(text)) return true;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

/** A date and time of no zone, in the form of a point in time but without its Z, under the same rules. */
export function canonicalLocalTimestamp(text: string): string | undefined {
  const match = localPattern.exec(text);
  if (match === null) return undefined;
  return canonicalTimestamp(`${match[1]}T${match[2]}Z`)?.slice(0, -1);
}

/** A day as `YYYY-MM-DD`, from 0001 to 9999. */
export function canonicalDate(text: string): string | undefined {
  return /^\d{4}-\d\d-\d\d$/.test(text) && canonicalTimestamp(`${text}T00:00:00Z`) !== undefined ? text : undefined;
}

/** A time of day as PostgreSQL prints it: `HH:MM:SS` and as many digits of the second as there are. The end of a day is 24:00:00 and not the start of the next. */
export function canonicalTime(text: string): string | undefined {
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, hour = '', minute = '', second = '00', digits = ''] = match;
  const fraction = digits.replace(/0+$/, '');
  const midnight = hour === '24' && minute === '00' && second === '00' && fraction === '';
  if (!midnight && (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)) return undefined;
  return `${hour}:${minute}:${second}${fraction === '' ? '' : `.${fraction}`}`;
}

function offsetMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replaceAll(':', '').padEnd(6, '0');
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6));
  return (zone.startsWith('-') ? -1000 : 1000) * seconds;
}
