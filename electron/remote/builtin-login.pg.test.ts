import { afterAll, beforeAll, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { prepareBuiltinServers } from '../../tests/support/builtin-servers.ts';
import type { BuiltinServers } from '../../tests/support/builtin-servers.ts';
import { startFakeServer } from '../../tests/support/fake-postgres.ts';
import { createServerCertificate } from '../builtin-server/certificate.ts';
import type { ServerInfo } from '../builtin-server/server-start.ts';
import { connect } from './connect.ts';
import { testConnection } from './connection-test.ts';
import { neverAborted } from './limit.ts';
import type { Endpoint } from './remote.ts';
import { openSocket, resolveHost } from './socket.ts';
import { secureSocket } from './tls.ts';

let servers: BuiltinServers;
let info: ServerInfo;
const applicationName = 'tallybook test';
const limit = { ms: 5_000, signal: neverAborted };

beforeAll(async () => {
  servers = await prepareBuiltinServers();
  info = await servers.build().start();
  const admin = await connect({ ...info.admin, applicationName });
  await admin.query("create role guest login password 'guest'; grant connect on database tallybook to guest");
  await admin.close();
});

afterAll(async () => {
  await servers.end();
});

function guest(change: Partial<Endpoint> = {}): Endpoint {
  const { host, port, database } = info;
  const login = { user: 'guest', password: 'guest', tls: 'require', ca: null, fingerprint: null } as const;
  return { host, port, database, ...login, applicationName, ...change };
}

it('logs in over the socket without a password, because the system says who we are', async ({ skip }) => {
  skip(process.platform === 'win32', 'this system has no peer login');
  const session = await connect({ ...info.owner, applicationName });
  expect((await session.query('select current_user')).rows).toEqual([['tallybook_owner']]);
  expect(session.tls).toBeNull();
  expect(session.address).toContain('.s.PGSQL.');
  await session.close();
});

it('logs in with TLS to the one certificate that was pinned', async () => {
  const session = await connect(guest({ fingerprint: info.fingerprint }));
  expect(session.tls).toMatchObject({ verified: true, fingerprint: info.fingerprint });
  const { rows } = await session.query('select ssl, version from pg_catalog.pg_stat_ssl where pid = pg_backend_pid()');
  expect(rows).toEqual([['t', session.tls?.protocol]]);
  await session.close();
});

it('gives no session to somebody in between who passes everything on, even where the certificate is not verified', async () => {
  const identity = createServerCertificate({
    commonName: 'In between',
    dnsNames: ['localhost'],
    addresses: ['127.0.0.1'],
    notBefore: new Date(Date.now() - 1_000),
    notAfter: new Date(Date.now() + 3_600_000),
  });
  const between = await startFakeServer(async (talk) => {
    await talk.next();
    talk.send(Buffer.from('S'));
    talk.secure(identity);
    const plain = await openSocket(await resolveHost(info.host, info.port, limit), limit);
    const { socket } = await secureSocket(plain, guest(), limit);
    talk.socket.pipe(socket).pipe(talk.socket);
  });
  await expect(connect(guest({ port: between.port }))).rejects.toMatchObject({ code: 'certificate-untrusted' });
  await between.close();
});

it('stops a statement over TLS', async () => {
  const session = await connect(guest());
  const stop = new AbortController();
  const waiting = session.query('select pg_catalog.pg_sleep(600)', [], { signal: stop.signal });
  setImmediate(() => stop.abort());
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  expect((await session.query('select 1')).rows).toEqual([['1']]);
  await session.close();
});

it('says that encryption is required where it is, and shows it at that field', async () => {
  const plain = guest({ tls: 'disable' });
  await expect(connect(plain)).rejects.toMatchObject({ code: 'tls-required', params: { sqlstate: '28000' } });
  // Even with the wrong password: the server lets nobody get as far as that.
  await expect(connect({ ...plain, password: 'wrong' })).rejects.toMatchObject({ code: 'tls-required' });
  const { ok, steps } = await testConnection(plain, {
    catalog: classroomCatalog,
    readOnly: false,
    now: () => Date.now(),
  });
  expect(ok).toBe(false);
  expect(steps.filter(({ state }) => state === 'failed')).toMatchObject([{ id: 'tls', code: 'tls-required' }]);
});

it('says that an account may not come from here where encryption would not help', async () => {
  const owner = guest({ user: 'tallybook_owner' });
  await expect(connect(owner)).rejects.toMatchObject({ code: 'not-allowed-from-here' });
  await expect(connect({ ...owner, tls: 'disable' })).rejects.toMatchObject({ code: 'not-allowed-from-here' });
});

it('warns of encryption that proves nothing', async () => {
  const { steps } = await testConnection(guest(), {
    catalog: classroomCatalog,
    readOnly: false,
    now: () => Date.now(),
  });
  expect(steps[2]).toMatchObject({
    id: 'tls',
    state: 'warning',
    code: 'not-verified',
    params: { fingerprint: info.fingerprint },
  });
});
