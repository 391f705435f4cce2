import { randomBytes } from 'node:crypto';

/** The placeholder in the page's `<meta name="csp-nonce">`. */
const noncePlace = '__CSP_NONCE__';

/** A nonce for one answer. */
export function newNonce(): string {
  return randomBytes(18).toString('base64url');
}

/** The page with the nonce that styles and scripts made at run time carry. */
export function withNonce(html: string, nonce: string): string {
  return html.replaceAll(noncePlace, nonce);
}

/**
 * What the page may do: load the files of the build, talk to the one address it needs, and nothing else. `connect` is that address
 * (the bridge's socket), or undefined where the page has a line of its own.
 */
export function contentSecurityPolicy(nonce: string, connect: string | undefined): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${connect ?? "'none'"}`,
    "manifest-src 'self'",
    "worker-src 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every answer, whatever it is. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
  'X-DNS-Prefetch-Control': 'off',
};
