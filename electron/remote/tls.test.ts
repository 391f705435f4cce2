import { afterEach, describe, expect, it } from 'vitest';
import { createServerCertificate } from '../builtin-server/certificate.ts';
import { cancelRequest, fake, letIn, startFakeServer } from '../../tests/support/fake-postgres.ts';
import type { Conversation, FakeServer } from '../../tests/support/fake-postgres.ts';
import { connect } from './connect.ts';
import type { Endpoint } from './remote.ts';
import { normalFingerprint, parseCa } from './tls.ts';
import { certificateFingerprint } from '../builtin-server/certificate.ts';

const day = 86_400_000;
const now = Date.now();

function certificate(
  change: { commonName?: string; names?: string[]; addresses?: string[]; from?: number; to?: number } = {},
) {
  const {
    commonName = 'Test server',
    names = ['localhost'],
    addresses = ['127.0.0.1'],
    from = now - day,
    to = now + day,
  } = change;
  return createServerCertificate({
    commonName,
    dnsNames: names,
    addresses,
    notBefore: new Date(from),
    notAfter: new Date(to),
  });
}

const good = certificate();
const other = certificate();
const expired = certificate({ from: now - 2 * day, to: now - day });
const early = certificate({ from: now + day, to: now + 2 * day });
const stranger = certificate({ commonName: 'Somebody else' });
const elsewhere = certificate({ names: ['db.school.example'], addresses: ['10.9.9.9'] });

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function endpoint(change: Partial<Endpoint>, identity = good, inside = letIn): Promise<Endpoint> {
  server = await startFakeServer(async (talk) => {
    await talk.next();
    talk.send(Buffer.from('S'));
    talk.secure(identity);
    await inside(talk);
    while ((await talk.next()) !== null);
  });
  return {
    host: '127.0.0.1',
    port: server.port,
    database: 'school',
    user: 'teacher',
    password: 'canary-2b9d',
    tls: 'verify-full',
    ca: null,
    fingerprint: null,
    applicationName: 'tallybook test',
    ...change,
  };
}

/** Whether anything was said inside TLS before the connection was refused. */
function nothingWasSaid(): boolean {
  return server?.received().length === 8;
}

describe('a certificate is accepted', () => {
  it.each([
    ['by require, whoever it is, without being called verified', { tls: 'require' }, other, false],
    ['by verify-ca when the CA vouches for it', { tls: 'verify-ca', ca: good.certificate }, good, true],
    ['by verify-ca although it is for another host', { tls: 'verify-ca', ca: elsewhere.certificate }, elsewhere, true],
    ['by verify-full when it is also for this host', { tls: 'verify-full', ca: good.certificate }, good, true],
    ['by verify-full for a name', { tls: 'verify-full', ca: good.certificate, host: 'localhost' }, good, true],
    ['by verify-full with one of several CAs', { ca: `${stranger.certificate}\n${good.certificate}` }, good, true],
    ['by its fingerprint alone', { fingerprint: certificateFingerprint(other.certificate) }, other, true],
    [
      'by its fingerprint although it expired and is for another host',
      { tls: 'require', fingerprint: certificateFingerprint(expired.certificate).toLowerCase().replaceAll(':', '') },
      expired,
      true,
    ],
  ] satisfies [string, Partial<Endpoint>, typeof good, boolean][])('%s', async (_how, change, identity, verified) => {
    const session = await connect(await endpoint(change, identity));
    expect(session.tls).toMatchObject({
      protocol: 'TLSv1.3',
      verified,
      subject: 'Test server',
      fingerprint: certificateFingerprint(identity.certificate),
    });
    await session.close();
  });
});

describe('a certificate is refused before anything is said', () => {
  it.each([
    ['that nobody vouches for', { tls: 'verify-full' }, good, 'certificate-untrusted'],
    ['of another CA', { tls: 'verify-ca', ca: other.certificate }, good, 'certificate-untrusted'],
    ['for another host', { tls: 'verify-full', ca: elsewhere.certificate }, elsewhere, 'certificate-name'],
    ['that has expired', { tls: 'verify-full', ca: expired.certificate }, expired, 'certificate-expired'],
    ['that is not valid yet', { tls: 'verify-ca', ca: early.certificate }, early, 'certificate-expired'],
    [
      'other than the pinned one',
      { fingerprint: certificateFingerprint(other.certificate) },
      good,
      'certificate-pinned-differs',
    ],
    [
      'other than the pinned one, although the CA vouches for it',
      { ca: good.certificate, fingerprint: certificateFingerprint(other.certificate) },
      good,
      'certificate-pinned-differs',
    ],
  ] satisfies [string, Partial<Endpoint>, typeof good, string][])('%s', async (_what, change, identity, code) => {
    await expect(connect(await endpoint(change, identity))).rejects.toMatchObject({
      code,
      params: { host: '127.0.0.1', subject: 'Test server', fingerprint: certificateFingerprint(identity.certificate) },
    });
    expect(nothingWasSaid()).toBe(true);
  });

  it('and the names it is for are told', async () => {
    const refused = connect(await endpoint({ ca: elsewhere.certificate }, elsewhere));
    await expect(refused).rejects.toMatchObject({ params: { names: 'db.school.example, 10.9.9.9' } });
  });
});

describe('a text that is no certificate is refused before the connection is encrypted', () => {
  const broken = good.certificate.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
  it.each([
    ['nonsense', 'not a certificate', 'no-certificate'],
    ['a broken certificate', broken, 'unreadable'],
    ['a good one and a broken one', good.certificate + broken, 'unreadable'],
    ['a private key', good.certificate + good.key, 'private-key'],
  ])('%s', async (_what, ca, reason) => {
    for (const tls of ['require', 'verify-ca', 'verify-full'] as const) {
      await expect(connect(await endpoint({ tls, ca }))).rejects.toMatchObject({
        code: 'ca-invalid',
        params: { reason },
      });
      expect(server?.received().length).toBe(0);
      await server?.close();
    }
    expect(() => parseCa(ca)).toThrow(expect.objectContaining({ code: 'ca-invalid' }));
  });

  it('and verify-ca without any CA', async () => {
    const attempt = connect(await endpoint({ tls: 'verify-ca' }));
    await expect(attempt).rejects.toMatchObject({ code: 'ca-invalid', params: { reason: 'missing' } });
  });
});

it.each(['sha256:', 'SHA256=', ''])(
  'a fingerprint may be written with %j in front, in any case, with any separators',
  (start) => {
    const full = certificateFingerprint(good.certificate);
    expect(normalFingerprint(start + full.toLowerCase().replaceAll(':', ' '))).toBe(full);
    expect(() => normalFingerprint('AB:CD')).toThrow(expect.objectContaining({ code: 'invalid-params' }));
  },
);

describe('a request for the password in clear text', () => {
  const asks = async (talk: Conversation): Promise<void> => {
    await talk.next();
    talk.send(fake.asksCleartext);
    await talk.next();
    talk.send(fake.authenticationOk, fake.backendKey, fake.ready);
    await talk.next();
    talk.send(fake.rowDescription, fake.row('180004'), fake.complete('SELECT 1'), fake.ready);
  };

  it('is not answered even inside TLS to a server that proved who it is, because nobody opted in', async () => {
    const refused = connect(await endpoint({ ca: good.certificate }, good, asks));
    await expect(refused).rejects.toMatchObject({ code: 'password-downgrade' });
    expect(server?.received().includes('canary-2b9d')).toBe(false);
  });

  it('is answered inside TLS to a server that proved who it is when a person opted in', async () => {
    for (const proof of [
      { ca: good.certificate },
      { tls: 'require', fingerprint: certificateFingerprint(good.certificate) },
    ] as const) {
      const session = await connect(await endpoint({ ...proof, allowWeakPassword: true }, good, asks));
      expect(server?.received().includes('canary-2b9d')).toBe(true);
      await session.close();
      await server?.close();
    }
    const unproven = connect(await endpoint({ tls: 'require', allowWeakPassword: true }, good, asks));
    await expect(unproven).rejects.toMatchObject({ code: 'password-downgrade' });
  });

  it('is not answered inside TLS that anybody could offer', async () => {
    const refused = connect(await endpoint({ tls: 'require' }, good, asks));
    await expect(refused).rejects.toMatchObject({ code: 'password-downgrade' });
    expect(server?.received().includes('canary-2b9d')).toBe(false);
  });
});

it('a cancel request travels inside TLS too', async () => {
  let encrypted = false;
  const at = await endpoint({ tls: 'require' }, good, async (talk) => {
    const first = await talk.next();
    if (first?.equals(cancelRequest) === true) {
      encrypted = true;
      talk.socket.end();
      return;
    }
    talk.send(fake.authenticationOk, fake.backendKey, fake.ready);
    await talk.next();
    talk.send(fake.rowDescription, fake.row('180004'), fake.complete('SELECT 1'), fake.ready);
  });
  const session = await connect(at);
  await expect(session.query('select 1', [], { silenceMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  expect(encrypted).toBe(true);
  await session.close();
});
