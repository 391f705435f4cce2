import { afterEach, describe, expect, it } from 'vitest';
import { createServerCertificate } from '../builtin-server/certificate.ts';
import { fake, message, startFakeServer } from '../../tests/support/fake-postgres.ts';
import type { Conversation, FakeServer } from '../../tests/support/fake-postgres.ts';
import { scramLogin } from '../../tests/support/fake-scram.ts';
import type { ScramManner } from '../../tests/support/fake-scram.ts';
import { connect } from './connect.ts';
import { mapConnectError } from './error-mapping.ts';
import { neverAborted } from './limit.ts';
import type { LoginTrust } from './login-guard.ts';
import { login } from './login.ts';
import type { LoggedIn } from './login.ts';
import type { Endpoint } from './remote.ts';
import { openSocket } from './socket.ts';

const password = 'canary-77e1-geheim';
const stranger: LoginTrust = { verified: false, here: false, allowWeak: false };
const verified: LoginTrust = { ...stranger, verified: true };
const allowed: LoginTrust = { ...verified, allowWeak: true };

let server: FakeServer | undefined;
const open: LoggedIn[] = [];

afterEach(async () => {
  for (const { client } of open.splice(0)) client.connection.stream.destroy();
  await server?.close();
  server = undefined;
});

type Script = (talk: Conversation) => Promise<void> | void;

async function serve(script: Script): Promise<FakeServer> {
  server = await startFakeServer(async (talk) => {
    await script(talk);
    while ((await talk.next()) !== null);
  });
  return server;
}

function endpoint(port: number): Endpoint {
  return {
    host: '127.0.0.1',
    port,
    database: 'school',
    user: 'teacher',
    password,
    tls: 'disable',
    ca: null,
    fingerprint: null,
    applicationName: 'tallybook test',
  };
}

/** Logs in to a server that is known as well as `trust` says. */
async function attempt(script: Script, trust: LoginTrust): Promise<LoggedIn> {
  const at = await serve(script);
  const limit = { ms: 10_000, signal: neverAborted };
  const where = endpoint(at.port);
  const socket = await openSocket(
    { kind: 'tcp', port: at.port, addresses: [{ address: '127.0.0.1', family: 4 }] },
    limit,
  );
  try {
    const session = await login(socket, where, () => password, { tls: null, trust }, limit);
    open.push(session);
    return session;
  } catch (error) {
    throw mapConnectError(error, where);
  }
}

/** Asks for something, and lets in whoever answers. */
function asksFor(request: Buffer): Script {
  return async (talk) => {
    await talk.next();
    talk.send(request);
    await talk.next();
    talk.send(fake.authenticationOk, fake.backendKey, fake.ready);
  };
}

const scram =
  (manner: Partial<ScramManner> = {}): Script =>
  async (talk) =>
    void (await scramLogin(talk, { password, ...manner }));

const letsAnybodyIn: Script = async (talk) => {
  await talk.next();
  talk.send(fake.authenticationOk, fake.backendKey, fake.ready);
};

function sentPassword(): boolean {
  return server?.received().includes(password) === true;
}

describe('SCRAM', () => {
  it('lets in, when the server proved that it knows the password too', async () => {
    await expect(attempt(scram(), stranger)).resolves.toMatchObject({ backendPid: 4711 });
    expect(sentPassword()).toBe(false);
  });

  it.each([
    ['proves the wrong thing', { proof: 'false' }, 'password-downgrade'],
    ['leaves its proof out', { proof: 'none' }, 'server-unproven'],
    ['does not know the password', { password: 'another' }, 'password-downgrade'],
  ] as const)('gives no session to a server that %s, however well it is known', async (_what, manner, code) => {
    for (const trust of [stranger, allowed, { ...stranger, here: true }]) {
      await expect(attempt(scram(manner), trust)).rejects.toMatchObject({ code });
      await server?.close();
    }
  });

  it('is not answered with so few rounds that the answer gives the password away', async () => {
    const few = scram({ iterations: 4095 });
    await expect(attempt(few, stranger)).rejects.toMatchObject({
      code: 'password-downgrade',
      params: { method: 'scram-weak' },
    });
    // Nothing after "this is who I am": no proof anybody could guess at.
    expect(server?.received().includes('p=')).toBe(false);
    await server?.close();
    await expect(attempt(few, verified)).resolves.toBeDefined();
  });

  it('binds to the certificate where the server offers it, and says so where it does not', async () => {
    const identity = createServerCertificate({
      commonName: 'school',
      dnsNames: ['localhost'],
      addresses: ['127.0.0.1'],
      notBefore: new Date(Date.now() - 86_400_000),
      notAfter: new Date(Date.now() + 86_400_000),
    });
    for (const [mechanisms, flag] of [
      [['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'], 'p=tls-server-end-point,,'],
      [['SCRAM-SHA-256'], 'y,,'],
    ] as const) {
      let first = '';
      const at = await serve(async (talk) => {
        await talk.next();
        talk.send(Buffer.from('S'));
        talk.secure(identity);
        ({ first } = await scramLogin(talk, { password, mechanisms }));
        await talk.next();
        talk.send(fake.rowDescription, fake.row('180004'), fake.complete('SELECT 1'), fake.ready);
      });
      const session = await connect({ ...endpoint(at.port), tls: 'require' });
      expect(first).toContain(flag);
      await session.close();
      await at.close();
    }
  });
});

describe.each([
  ['in clear text', fake.asksCleartext, 'cleartext'],
  ['as MD5', fake.asksMd5, 'md5'],
] as const)('the password %s', (_how, request, method) => {
  it.each([
    ['a server nobody vouches for', stranger],
    ['a server nobody vouches for, although it was allowed', { ...stranger, allowWeak: true }],
    ['a server on this machine, although it was allowed', { ...stranger, here: true, allowWeak: true }],
    ['a server with a verified certificate, because nobody allowed it', verified],
  ])('does not go to %s', async (_who, trust) => {
    await expect(attempt(asksFor(request), trust)).rejects.toMatchObject({
      code: 'password-downgrade',
      params: { method },
    });
    // The start-up message, and not a byte after it.
    expect(server?.received().length).toBe(server?.received().readInt32BE(0));
  });

  it('goes to a server with a verified certificate when a person allowed it', async () => {
    await expect(attempt(asksFor(request), allowed)).resolves.toBeDefined();
    expect(server?.received().length).toBeGreaterThan(server?.received().readInt32BE(0) ?? 0);
  });

  it('never goes to a server that began with SCRAM, or asks once more', async () => {
    const halfWay: Script = async (talk) => {
      await talk.next();
      talk.send(fake.asksScram('SCRAM-SHA-256'));
      await talk.next();
      talk.send(request);
    };
    await expect(attempt(halfWay, allowed)).rejects.toMatchObject({ code: 'password-downgrade', params: { method } });
    await server?.close();
    const twice: Script = async (talk) => {
      await talk.next();
      talk.send(request);
      await talk.next();
      talk.send(fake.asksCleartext);
    };
    await expect(attempt(twice, allowed)).rejects.toMatchObject({ code: 'password-downgrade' });
  });
});

describe('a server that asks for nothing', () => {
  const skipsTheWord: Script = async (talk) => (
    await talk.next(),
    talk.send(fake.notice('hello'), fake.backendKey, fake.ready)
  );
  const brokenRequest: Script = async (talk) => {
    await talk.next();
    // A request for the password of the wrong length: pg takes it for "you are in".
    talk.send(message('R', Buffer.from([0, 0, 0, 3, 0])), fake.backendKey, fake.ready);
  };

  it.each([
    ['lets anybody in', letsAnybodyIn],
    ['sends a broken request', brokenRequest],
  ])('and %s gets no session when nothing proves who it is', async (_what, script) => {
    await expect(attempt(script, stranger)).rejects.toMatchObject({ code: 'server-unproven' });
    expect(server?.received().length).toBe(server?.received().readInt32BE(0));
  });

  it('gets no session when it does not even say that we are in', async () => {
    for (const trust of [stranger, allowed, { ...stranger, here: true }]) {
      await expect(attempt(skipsTheWord, trust)).rejects.toMatchObject({ code: 'server-unproven' });
      await server?.close();
    }
  });

  it('is believed on this machine, and where its certificate is verified', async () => {
    for (const trust of [verified, { ...stranger, here: true }]) {
      await expect(attempt(letsAnybodyIn, trust)).resolves.toBeDefined();
      await server?.close();
    }
  });
});

it.each([
  ['in clear text', fake.asksCleartext],
  ['as MD5', fake.asksMd5],
  ['by SCRAM', fake.asksScram('SCRAM-SHA-256')],
])('a server that asks for the password %s after the login loses the connection', async (_how, request) => {
  const script: Script = async (talk) => {
    await scramLogin(talk, { password });
    talk.send(request);
  };
  const { client, failure } = await attempt(script, allowed);
  await expect.poll(() => client.connection.stream.destroyed).toBe(true);
  // One of the two, depending on whether the request comes with the last words of the login or after them.
  expect(['connection-dropped', 'password-downgrade']).toContain(mapConnectError(failure(), endpoint(1)).code);
  expect(sentPassword()).toBe(false);
});
