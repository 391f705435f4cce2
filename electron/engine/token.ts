import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A fresh 256-bit secret in URL-safe text, 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether the given text is the token, in a time that says nothing about how much of it was right. */
export function isToken(token: string, given: string): boolean {
  return timingSafeEqual(digest(token), digest(given));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
