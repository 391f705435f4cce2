import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** A PIN as it is kept: salted, and slow to try. Bytes as base64. */
export interface PinHash {
  readonly salt: string;
  readonly hash: string;
}

const bytes = 32;
/** 16 MB and some dozen milliseconds for each try (RFC 7914). */
const cost = { N: 2 ** 14, r: 8, p: 1, maxmem: 32 * 2 ** 20 } as const;

/** The hash of a new PIN, with a salt of its own. */
export async function hashPin(pin: string): Promise<PinHash> {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64'), hash: (await derive(pin, salt)).toString('base64') };
}

/** Whether a PIN is the one that was hashed; takes the same time whatever it is. */
export async function isPinOf({ salt, hash }: PinHash, pin: string): Promise<boolean> {
  const known = Buffer.from(hash, 'base64');
  const given = await derive(pin, Buffer.from(salt, 'base64'));
  return known.length === given.length && timingSafeEqual(known, given);
}

function derive(pin: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(pin, salt, bytes, cost, (error, key) => (error === null ? resolve(key) : reject(error))),
  );
}
