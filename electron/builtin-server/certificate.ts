import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  bitString,
  bool,
  context,
  integer,
  octetString,
  oid,
  primitive,
  sequence,
  set,
  utcOrGeneralizedTime,
  utf8,
} from './der.ts';

/** A private key and the self-signed certificate that belongs to it, both as PEM text. */
export interface ServerCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** Who a certificate is for and how long it holds. */
export interface CertificateSubject {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  /** IPv4 addresses. */
  readonly addresses: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

/**
 * Makes a P-256 key and a self-signed certificate (X.509 version 3) for a server that others trust by its fingerprint.
 * Node can read certificates and sign bytes, but not write certificates; hence the few structures here.
 */
export function createServerCertificate(subject: CertificateSubject): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const toBeSigned = certificateBody(subject, publicKey);
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, ecdsaWithSha256, bitString(signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: pem('CERTIFICATE', certificate),
  };
}

/** SHA-256 fingerprint of a certificate: upper-case hex pairs with colons. */
export function certificateFingerprint(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}

function certificateBody(subject: CertificateSubject, publicKey: KeyObject): Buffer {
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8(subject.commonName))));
  return sequence(
    context(0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    ecdsaWithSha256,
    name,
    sequence(utcOrGeneralizedTime(subject.notBefore), utcOrGeneralizedTime(subject.notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    context(3, sequence(...extensions(subject))),
  );
}

function extensions(subject: CertificateSubject): Buffer[] {
  const names = subject.dnsNames.map((name) => primitive(0x82, Buffer.from(name, 'ascii')));
  const addresses = subject.addresses.map((address) => primitive(0x87, Buffer.from(address.split('.').map(Number))));
  const critical = (id: string, value: Buffer): Buffer => sequence(oid(id), bool(true), octetString(value));
  return [
    // Basic constraints: not an authority. A client that pins it must not come to trust anything it signed.
    critical('2.5.29.19', sequence()),
    // Key usage: digital signature (the first of the nine bits, seven unused in its byte).
    critical('2.5.29.15', primitive(0x03, Buffer.from([7, 0x80]))),
    // Extended key usage: server authentication.
    sequence(oid('2.5.29.37'), octetString(sequence(oid('1.3.6.1.5.5.7.3.1')))),
    sequence(oid('2.5.29.17'), octetString(sequence(...names, ...addresses))),
  ];
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
