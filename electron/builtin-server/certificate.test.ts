import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateFingerprint, createServerCertificate } from './certificate.ts';
import type { CertificateSubject } from './certificate.ts';
import { integer, oid, primitive } from './der.ts';

const subject: CertificateSubject = {
  commonName: 'Tallybook 积分册',
  dnsNames: ['localhost'],
  addresses: ['127.0.0.1'],
  notBefore: new Date('2020-01-01T00:00:00Z'),
  notAfter: new Date('9999-12-31T23:59:59Z'),
};

describe('createServerCertificate', () => {
  it('makes a certificate that is read back with the names, addresses and times it was made with', () => {
    const made = createServerCertificate(subject);
    const read = new X509Certificate(made.certificate);
    expect(read.subject).toBe('CN=Tallybook 积分册');
    expect(read.issuer).toBe(read.subject);
    expect(read.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
    expect(read.validFromDate).toEqual(subject.notBefore);
    expect(read.validToDate).toEqual(subject.notAfter);
    expect(read.ca).toBe(false);
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('is signed by its own key, and the key in PEM is that key', () => {
    const made = createServerCertificate(subject);
    const read = new X509Certificate(made.certificate);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
  });

  it('gives every certificate another serial number and fingerprint', () => {
    const [one, two] = [createServerCertificate(subject), createServerCertificate(subject)];
    expect(new X509Certificate(one.certificate).serialNumber).not.toBe(
      new X509Certificate(two.certificate).serialNumber,
    );
    expect(certificateFingerprint(one.certificate)).not.toBe(certificateFingerprint(two.certificate));
    expect(certificateFingerprint(one.certificate)).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it('serves a TLS 1.3 connection that a client verifies against it', async () => {
    const made = createServerCertificate(subject);
    const server = createServer({ key: made.key, cert: made.certificate }, (socket) => socket.end('hello'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const client: TLSSocket = connect({
      host: '127.0.0.1',
      port: address.port,
      ca: made.certificate,
      minVersion: 'TLSv1.3',
    });
    await once(client, 'secureConnect');
    expect(client.authorized).toBe(true);
    expect(client.getPeerCertificate().fingerprint256).toBe(certificateFingerprint(made.certificate));
    client.destroy();
    server.close();
  });
});

describe('the DER elements', () => {
  it('write a number without superfluous zeros and never as a negative one', () => {
    expect(integer(Buffer.from([0, 0, 1])).toString('hex')).toBe('020101');
    expect(integer(Buffer.from([0x80])).toString('hex')).toBe('02020080');
    expect(integer(Buffer.from([0])).toString('hex')).toBe('020100');
  });

  it('write object identifiers as the standard shows them', () => {
    expect(oid('1.2.840.113549').toString('hex')).toBe('06062a864886f70d');
  });

  it('write every length so that it is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70_000 }), (size) => {
        const element = primitive(0x04, Buffer.alloc(size));
        const first = element[1] ?? 0;
        const header = first < 0x80 ? 2 : 2 + (first - 0x80);
        const length = first < 0x80 ? first : Number.parseInt(element.subarray(2, header).toString('hex'), 16);
        return length === size && element.length === header + size;
      }),
    );
  });
});
