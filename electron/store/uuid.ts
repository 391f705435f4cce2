import { randomFillSync } from 'node:crypto';

/** A source of UUIDv7 ids: text order is the order they were made in. */
export type IdSource = (atMs?: number) => string;

/**
 * Makes a source of UUIDv7 ids (RFC 9562): 48 bits of time, a 12-bit counter, 62 random bits.
 * Within a millisecond, and when the clock steps back, the counter goes on from the last id, so ids of one source always grow.
 * An explicit time (rows of the past) stands outside that order.
 */
export function createIdSource(clock: () => number): IdSource {
  const random = Buffer.alloc(10);
  let lastMs = -1;
  let counter = 0;
  return (atMs) => {
    randomFillSync(random);
    const start = random.readUInt16BE(0) & 0x7ff;
    if (atMs !== undefined) return format(atMs, start, random);
    const now = clock();
    if (now > lastMs) {
      lastMs = now;
      counter = start;
    } else {
      counter += 1;
      if (counter > 0xfff) {
        lastMs += 1;
        counter = start;
      }
    }
    return format(lastMs, counter, random);
  };
}

/** A new UUIDv7 from the clock of this process. */
export const uuidv7: IdSource = createIdSource(Date.now);

function format(ms: number, counter: number, random: Buffer): string {
  const time = ms.toString(16).padStart(12, '0');
  const variant = ((random[2] ?? 0) & 0x3f) | 0x80;
  const tail = random.toString('hex', 3, 10);
  const high = `7${counter.toString(16).padStart(3, '0')}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${high}-${variant.toString(16)}${tail.slice(0, 2)}-${tail.slice(2)}`;
}
