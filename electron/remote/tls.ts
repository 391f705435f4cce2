import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, getCACertificates } from 'node:tls';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { AppError } from '../../shared/errors.ts';
import type { ErrorParams } from '../../shared/errors.ts';
import { within } from './limit.ts';
import type { Limit } from './limit.ts';
import type { Endpoint } from './remote.ts';

/** What is known about the encryption of a connection. `verified`: the server proved who it is, by CA or by pinned certificate. */
export interface TlsFacts {
  readonly protocol: string;
  readonly verified: boolean;
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
  /** SHA-256, upper-case hex pairs with colons. */
  readonly fingerprint: string;
}

/** What of an endpoint decides about TLS. */
export type TlsWish = Pick<Endpoint, 'host' | 'tls' | 'ca' | 'fingerprint'>;

const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Asks a PostgreSQL server for TLS and checks its certificate as the mode says, before a single byte of ours goes through. The modes are mapped
 * here, not by pg: require = encrypted, not verified; verify-ca = a certificate of the given CA; verify-full = also for this host; a fingerprint =
 * exactly this certificate, whoever issued it. Throws `tls-not-offered`, `not-postgres`, `connection-dropped`, the `certificate-…` codes, `ca-invalid`, `cancelled`, `timeout`
 * or the socket's own error.
 */
export async function secureSocket(
  socket: Socket,
  wish: TlsWish,
  limit: Limit,
): Promise<{ readonly socket: TLSSocket; readonly facts: TlsFacts }> {
  const pinned = wish.fingerprint === null ? null : normalFingerprint(wish.fingerprint);
  const ca = trustedCertificates(wish, pinned);
  const answer = await within(limit, readTlsAnswer(socket), () => socket.destroy());
  if (answer === 'N') {
    socket.destroy();
    throw new AppError('tls-not-offered', { host: wish.host });
  }
  if (answer === null) throw new AppError('connection-dropped', { host: wish.host });
  if (answer !== 'S' || socket.readableLength > 0) {
    socket.destroy();
    throw new AppError('not-postgres', { host: wish.host });
  }
  const bare = wish.host.replace(/^\[|\]$/g, '');
  const secure = connectTls({
    socket,
    // Verified by hand below: the certificate is wanted for the message also when it is refused.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    minVersion: 'TLSv1.2',
    ...(isName(bare) ? { servername: bare } : {}),
    ...(ca === null ? {} : { ca: [...ca] }),
  });
  secure.on('error', () => {});
  await within(limit, handshake(secure), () => secure.destroy());
  const certificate = secure.getPeerCertificate();
  try {
    checkCertificate(secure, certificate, { ...wish, host: bare }, pinned);
  } catch (error) {
    secure.destroy();
    throw error;
  }
  return { socket: secure, facts: factsOf(secure, certificate, wish.tls !== 'require' || pinned !== null) };
}

/** The certificates of a PEM text, each one readable. Throws `ca-invalid`: a text that is not one would be ignored silently. */
export function parseCa(pem: string): readonly string[] {
  const blocks = pem.match(/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?-----END [A-Z0-9 ]+-----/g) ?? [];
  if (blocks.length === 0) throw new AppError('ca-invalid', { reason: 'no-certificate' });
  for (const block of blocks) {
    if (block.includes('PRIVATE KEY')) throw new AppError('ca-invalid', { reason: 'private-key' });
    try {
      new X509Certificate(block);
    } catch {
      throw new AppError('ca-invalid', { reason: 'unreadable' });
    }
  }
  return blocks;
}

/** A SHA-256 fingerprint as upper-case hex pairs with colons, from any usual way to write it. Throws `invalid-params`. */
export function normalFingerprint(text: string): string {
  const hex = text
    .replace(/^sha-?256[:=\s]/i, '')
    .replace(/[\s:-]/g, '')
    .toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(hex)) throw new AppError('invalid-params', { field: 'fingerprint' });
  return (hex.match(/../g) ?? []).join(':');
}

function trustedCertificates(wish: TlsWish, pinned: string | null): readonly string[] | null {
  if (wish.ca !== null && wish.ca.trim() !== '') return parseCa(wish.ca);
  if (wish.tls === 'require' || pinned !== null) return null;
  // Without a CA of its own every certificate ever bought would pass a check that does not look at the name.
  if (wish.tls === 'verify-ca') throw new AppError('ca-invalid', { reason: 'missing' });
  return [...getCACertificates('default'), ...systemCertificates()];
}

function systemCertificates(): readonly string[] {
  try {
    return getCACertificates('system');
  } catch {
    return [];
  }
}

/** The one byte that answers the request for TLS; null where the line ends before it. */
async function readTlsAnswer(socket: Socket): Promise<string | null> {
  socket.write(sslRequest);
  for (;;) {
    const byte: unknown = socket.read(1);
    if (Buffer.isBuffer(byte)) return byte.toString('latin1');
    if (socket.readableEnded || socket.destroyed) return null;
    await readableOrEnd(socket);
  }
}

async function readableOrEnd(socket: Socket): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([
      once(socket, 'readable', { signal }),
      once(socket, 'end', { signal }),
      once(socket, 'close', { signal }),
    ]);
  } finally {
    settled.abort();
  }
}

async function handshake(secure: TLSSocket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    secure.once('secureConnect', resolve);
    secure.once('error', reject);
    secure.once('close', () => {
      reject(new AppError('connection-dropped'));
    });
  });
}

const expiredCodes = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

function checkCertificate(secure: TLSSocket, certificate: PeerCertificate, wish: TlsWish, pinned: string | null): void {
  const params = certificateParams(certificate, wish.host);
  if (pinned !== null) {
    if (certificate.fingerprint256 === pinned) return;
    throw new AppError('certificate-pinned-differs', params);
  }
  if (wish.tls === 'require') return;
  if (!secure.authorized) {
    const reason = String(secure.authorizationError);
    throw new AppError(expiredCodes.has(reason) ? 'certificate-expired' : 'certificate-untrusted', {
      ...params,
      reason,
    });
  }
  if (wish.tls === 'verify-full' && checkServerIdentity(wish.host, certificate) !== undefined) {
    throw new AppError('certificate-name', { ...params, names: certificateNames(certificate) });
  }
}

function factsOf(secure: TLSSocket, certificate: PeerCertificate, verified: boolean): TlsFacts {
  const { subject, issuer, validTo, fingerprint } = certificateParams(certificate, '');
  return { protocol: secure.getProtocol() ?? '', verified, subject, issuer, validTo, fingerprint };
}

function certificateParams(certificate: PeerCertificate, host: string) {
  return {
    host,
    subject: commonName(certificate.subject),
    issuer: commonName(certificate.issuer),
    validTo: isoTime(certificate.valid_to),
    fingerprint: certificate.fingerprint256,
  } satisfies ErrorParams;
}

/** A certificate is hostile input: names in it are clipped. Typed as present, absent in certificates without one. */
function commonName(name: PeerCertificate['subject'] | undefined): string {
  const text = name?.CN ?? name?.O ?? '';
  return String(text).slice(0, 200);
}

function certificateNames(certificate: PeerCertificate): string {
  const names = certificate.subjectaltname ?? `CN:${commonName(certificate.subject)}`;
  return names.replaceAll(/(DNS|IP Address|CN):/g, '').slice(0, 500);
}

function isoTime(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}

function isName(host: string): boolean {
  return !/^[\d.]+$/.test(host) && !host.includes(':');
}
