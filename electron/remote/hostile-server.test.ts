import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import {
  cancelRequest,
  fake,
  int32,
  letIn,
  message,
  sslRequest,
  startFakeServer,
} from '../../tests/support/fake-postgres.ts';
import type { Conversation, FakeServer } from '../../tests/support/fake-postgres.ts';
import { connect } from './connect.ts';
import type { ConnectTimeouts } from './connect.ts';
import type { PgSession } from './pg-session.ts';
import type { Endpoint } from './remote.ts';

const password = 'canary-4f1d-Päßwort';
const patient: ConnectTimeouts = { name: 10_000, tcp: 10_000, tls: 10_000, login: 10_000 };
const impatient: ConnectTimeouts = { name: 150, tcp: 150, tls: 150, login: 150 };

let server: FakeServer | undefined;
let session: PgSession | undefined;

afterEach(async () => {
  await session?.close();
  await server?.close();
  session = undefined;
  server = undefined;
});

async function serve(script: (talk: Conversation) => Promise<void> | void): Promise<FakeServer> {
  server = await startFakeServer(script);
  return server;
}

function endpoint(at: { readonly port: number }, tls: Endpoint['tls'] = 'disable'): Endpoint {
  return {
    host: '127.0.0.1',
    port: at.port,
    database: 'school',
    user: 'teacher',
    password,
    tls,
    ca: null,
    fingerprint: null,
    applicationName: 'tallybook test',
  };
}

async function loggedIn(at: FakeServer): Promise<PgSession> {
  session = await connect(endpoint(at), { timeouts: patient });
  return session;
}

const http = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';
const strangers: readonly (readonly [string, (talk: Conversation) => Promise<void> | void])[] = [
  ['a web server', async (talk) => (await talk.next(), talk.socket.end(http))],
  ['a web server that keeps the line open', async (talk) => (await talk.next(), talk.send(Buffer.from(http)))],
  ['an SSH server', (talk) => talk.send(Buffer.from('SSH-2.0-OpenSSH_9.9\r\n'))],
  ['a mail server', (talk) => talk.send(Buffer.from('220 mail.school.edu ESMTP\r\n'))],
  ['a MySQL server', (talk) => talk.send(Buffer.concat([Buffer.from([0x4a, 0, 0, 0, 0x0a]), Buffer.from('8.4.0\0')]))],
  ['a MySQL server whose greeting begins like an error of PostgreSQL', (talk) => talk.send(message('E', '8.4.0\0\0'))],
  ['a server whose error has no end', (talk) => talk.send(message('E', 'abcd\0'))],
  [
    'a server whose notice has no end',
    async (talk) => (await talk.next(), talk.send(message('v', 'abcd'), message('N', 'abcd'))),
  ],
  ['a server whose error is nothing at all', (talk) => talk.send(message('E', ''))],
  ['zeros', async (talk) => (await talk.next(), talk.send(Buffer.alloc(4096)))],
];

/** Lines that end before anything was heard that no PostgreSQL says: nobody knows who is there. */
const cuts: readonly (readonly [string, (talk: Conversation) => Promise<void> | void])[] = [
  ['closes at once', (talk) => void talk.socket.end()],
  ['resets', (talk) => void talk.socket.resetAndDestroy()],
  ['closes when it is spoken to', async (talk) => (await talk.next(), void talk.socket.end())],
  ['resets when it is spoken to', async (talk) => (await talk.next(), void talk.socket.resetAndDestroy())],
];

describe.each(['disable', 'require'] as const)('with TLS mode %s', (tls) => {
  it.each(cuts)('a server that %s without a byte is a line that was cut', async (_name, script) => {
    const at = await serve(script);
    await expect(connect(endpoint(at, tls), { timeouts: patient })).rejects.toMatchObject({
      code: 'connection-dropped',
      params: { host: '127.0.0.1', port: at.port },
    });
  });

  it.each(strangers)('%s is not PostgreSQL', async (_name, script) => {
    const at = await serve(script);
    await expect(connect(endpoint(at, tls), { timeouts: patient })).rejects.toMatchObject({
      code: 'not-postgres',
      params: { host: '127.0.0.1', port: at.port },
    });
  });

  it('random bytes are not PostgreSQL, whatever they are', async () => {
    const at = await serve(async (talk) => {
      await talk.next();
      // Neither of the letters that mean something here.
      talk.send(Buffer.from([0xff]), randomBytes(4096));
    });
    await expect(connect(endpoint(at, tls), { timeouts: patient })).rejects.toMatchObject({ code: 'not-postgres' });
  });

  it('a server that never answers is given up in time', async () => {
    const at = await serve((talk) => void talk.socket.resume());
    const begun = performance.now();
    await expect(connect(endpoint(at, tls), { timeouts: impatient })).rejects.toMatchObject({
      code: 'timeout',
      params: { host: '127.0.0.1', port: at.port },
    });
    expect(performance.now() - begun).toBeLessThan(2_000);
    await expect.poll(() => at.connections().open).toBe(0);
  });

  it('an attempt is cancelled at once and leaves no socket', async () => {
    const stop = new AbortController();
    const at = await serve(() => stop.abort());
    await expect(connect(endpoint(at, tls), { signal: stop.signal, timeouts: patient })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect.poll(() => at.connections().open).toBe(0);
  });
});

it('a closed port is refused', async () => {
  const at = await serve(() => {});
  await at.close();
  await expect(connect(endpoint(at), { timeouts: patient })).rejects.toMatchObject({ code: 'refused' });
});

it('a folder without the socket of a server is refused', async () => {
  const nowhere = { ...endpoint({ port: 5432 }), host: '/nowhere/at/all' };
  await expect(connect(nowhere)).rejects.toMatchObject({ code: 'refused' });
});

it('a name that no name server knows is not found', async () => {
  const nowhere = { ...endpoint({ port: 5432 }), host: 'a..b' };
  await expect(connect(nowhere)).rejects.toMatchObject({ code: 'host-not-found', params: { host: 'a..b' } });
});

it.each([
  ['in clear text', fake.asksCleartext, 'cleartext'],
  ['as MD5', fake.asksMd5, 'md5'],
])('a server that asks for the password %s does not get it', async (_how, request, method) => {
  const at = await serve(async (talk) => {
    await talk.next();
    talk.send(request);
    while ((await talk.next()) !== null);
  });
  await expect(connect(endpoint(at), { timeouts: patient })).rejects.toMatchObject({
    code: 'password-downgrade',
    params: { method },
  });
  await expect.poll(() => at.connections().open).toBe(0);
  // The start-up message, and not a byte after it.
  const sent = at.received();
  expect(sent.length).toBe(sent.readInt32BE(0));
  expect(sent.includes(password)).toBe(false);
});

it('a server that asks for SCRAM first and for clear text then does not get the password either', async () => {
  const at = await serve(async (talk) => {
    await talk.next();
    talk.send(fake.asksScram('SCRAM-SHA-256'));
    await talk.next();
    talk.send(fake.asksCleartext);
    while ((await talk.next()) !== null);
  });
  await expect(connect(endpoint(at), { timeouts: patient })).rejects.toMatchObject({ code: 'password-downgrade' });
  expect(at.received().includes(password)).toBe(false);
});

it.each([
  [
    'offers no mechanism we know',
    async (talk: Conversation) => (await talk.next(), talk.send(fake.asksScram('PLAIN'))),
  ],
  [
    'wants the password hashed for minutes',
    async (talk: Conversation) => {
      await talk.next();
      talk.send(fake.asksScram('SCRAM-SHA-256'));
      const nonce = /r=(.+)$/.exec(String(await talk.next()))?.[1] ?? '';
      talk.send(fake.scramContinue(`r=${nonce}x,s=c2FsdA==,i=2147483647`));
    },
  ],
  [
    'cannot prove that it knows the password',
    async (talk: Conversation) => {
      await talk.next();
      talk.send(fake.asksScram('SCRAM-SHA-256'));
      const nonce = /r=(.+)$/.exec(String(await talk.next()))?.[1] ?? '';
      talk.send(fake.scramContinue(`r=${nonce}x,s=c2FsdA==,i=4096`));
      await talk.next();
      talk.send(fake.scramFinal('v=c2FsdA=='), fake.authenticationOk, fake.backendKey, fake.ready);
    },
  ],
])('a server that %s gets no session', async (_what, script) => {
  const at = await serve(script);
  await expect(connect(endpoint(at), { timeouts: patient })).rejects.toMatchObject({ code: 'password-downgrade' });
  expect(at.received().includes(password)).toBe(false);
});

it('a server without TLS is told nothing when TLS is wanted', async () => {
  const at = await serve(async (talk) => (await talk.next(), talk.send(Buffer.from('N')), void (await talk.next())));
  await expect(connect(endpoint(at, 'require'), { timeouts: patient })).rejects.toMatchObject({
    code: 'tls-not-offered',
  });
  expect(at.received()).toEqual(sslRequest);
});

it('bytes slipped in before the encryption are not taken for the server', async () => {
  const at = await serve(async (talk) => (await talk.next(), talk.send(Buffer.from('S'), fake.authenticationOk)));
  await expect(connect(endpoint(at, 'require'), { timeouts: patient })).rejects.toMatchObject({ code: 'not-postgres' });
  expect(at.received()).toEqual(sslRequest);
});

it.each([
  ['closes', (talk: Conversation) => void talk.socket.end()],
  ['resets', (talk: Conversation) => void talk.socket.resetAndDestroy()],
])('a server that offers encryption and then %s is a line that was cut', async (_how, cut) => {
  const at = await serve(async (talk) => {
    await talk.next();
    talk.send(Buffer.from('S'));
    await talk.next();
    cut(talk);
  });
  await expect(connect(endpoint(at, 'require'), { timeouts: patient })).rejects.toMatchObject({
    code: 'connection-dropped',
  });
});

it('a server that asks for the password and then closes is a line that was cut', async () => {
  const at = await serve(async (talk) => {
    await talk.next();
    talk.send(fake.asksScram('SCRAM-SHA-256'));
    await talk.next();
    talk.socket.end();
  });
  await expect(connect(endpoint(at), { timeouts: patient })).rejects.toMatchObject({ code: 'connection-dropped' });
});

it('a handshake that breaks off is said to be one', async () => {
  const at = await serve(async (talk) => {
    await talk.next();
    talk.send(Buffer.from('S'));
    await talk.next();
    talk.send(Buffer.from(http));
  });
  await expect(connect(endpoint(at, 'require'), { timeouts: patient })).rejects.toMatchObject({ code: 'tls-failed' });
});

it('notices by the million before the login end it', async () => {
  const at = await serve(async (talk) => {
    await talk.next();
    await flood(talk, fake.notice('x'.repeat(200)));
  });
  await expect(connect(endpoint(at), { timeouts: patient })).rejects.toMatchObject({ code: 'not-postgres' });
});

it('notices by the million instead of an answer end the connection', async () => {
  const at = await serve(async (talk) => {
    await letIn(talk);
    await talk.next();
    await flood(talk, fake.notice('x'.repeat(200)));
  });
  const answer = (await loggedIn(at)).query('select 1', [], { maxBytes: 1_000_000 });
  await expect(answer).rejects.toMatchObject({ code: 'connection-dropped', params: { reason: 'too-much-data' } });
});

it('notices by the million that nobody asked for end the connection', async () => {
  const at = await serve(async (talk) => {
    await letIn(talk);
    await flood(talk, fake.notice('x'.repeat(200)));
  });
  const db = await loggedIn(at);
  await expect.poll(() => at.connections().open).toBe(0);
  await expect(db.query('select 1')).rejects.toMatchObject({ code: 'connection-dropped' });
});

it('rows without end are cut off by number and by size', async () => {
  const at = await serve(async (talk) => {
    await letIn(talk);
    await talk.next();
    talk.send(fake.rowDescription);
    await flood(talk, fake.row('x'.repeat(100)));
  });
  const tooMany = (await loggedIn(at)).query('select 1', [], { maxRows: 500 });
  await expect(tooMany).rejects.toMatchObject({ code: 'connection-dropped', params: { reason: 'too-much-data' } });
  const tooMuch = (await loggedIn(at)).query('select 1', [], { maxBytes: 50_000 });
  await expect(tooMuch).rejects.toMatchObject({ code: 'connection-dropped', params: { reason: 'too-much-data' } });
});

it('one value of a gigabyte is not waited for', async () => {
  const at = await serve(async (talk) => {
    await letIn(talk);
    await talk.next();
    talk.send(fake.rowDescription, Buffer.from('D'), int32(0x3fffffff), Buffer.from([0, 1]), int32(0x3ffffff0));
    await flood(talk, Buffer.alloc(65_536));
  });
  const answer = (await loggedIn(at)).query('select 1', [], { maxBytes: 5_000_000 });
  await expect(answer).rejects.toMatchObject({ code: 'connection-dropped', params: { reason: 'too-much-data' } });
});

it('a server that falls silent is asked to stop, and then left', async () => {
  const at = await serve(async (talk) => {
    const first = await talk.next();
    if (first?.readInt32BE(4) === 80877102) return void talk.socket.end();
    talk.send(fake.authenticationOk, fake.backendKey, fake.ready);
    await talk.next();
    talk.send(fake.rowDescription, fake.row('180004'), fake.complete('SELECT 1'), fake.ready);
    await talk.next();
    await talk.next();
  });
  const answer = (await loggedIn(at)).query('select 1', [], { silenceMs: 80 });
  await expect(answer).rejects.toMatchObject({ code: 'timeout', params: { host: '127.0.0.1', port: at.port } });
  expect(at.received().includes(cancelRequest)).toBe(true);
  await expect.poll(() => at.connections().open).toBe(0);
});

it('nonsense in the middle of an answer ends the connection', async () => {
  const at = await serve(async (talk) => {
    await letIn(talk);
    await talk.next();
    talk.send(fake.rowDescription, message('D', Buffer.from([0x7f, 0xff, 1])), message('?', 'what'));
  });
  await expect((await loggedIn(at)).query('select 1')).rejects.toMatchObject({ code: 'connection-dropped' });
});

it('neither the password nor what a server says is found in an error', async () => {
  const at = await serve(async (talk) => {
    await talk.next();
    talk.send(fake.error('28P01', 'auth_failed', `no ${password} for Li Wei`));
  });
  const error: unknown = await connect(endpoint(at), { timeouts: patient }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'password-wrong', params: { user: 'teacher', sqlstate: '28P01' } });
  const shown = `${JSON.stringify(error)} ${String(error)} ${error instanceof Error ? String(error.stack) + String(error.cause) : ''}`;
  expect(shown).not.toContain(password);
  expect(shown).not.toContain('Li Wei');
});

/** Sends the same message until the client has had enough. */
async function flood(talk: Conversation, one: Buffer): Promise<void> {
  const many = Buffer.concat(Array.from({ length: Math.ceil(65_536 / one.length) }, () => one));
  while (!talk.socket.destroyed) {
    if (talk.socket.write(many)) await new Promise((resolve) => setImmediate(resolve));
    else await new Promise<void>((resolve) => talk.socket.once('drain', resolve).once('close', () => resolve()));
  }
}

it('a name that would smuggle in start-up parameters never leaves', async () => {
  const at = await serve((talk) => void talk.socket.resume());
  const smuggler = { ...endpoint(at), user: 'teacher\0options\0-c role=postgres' };
  await expect(connect(smuggler)).rejects.toMatchObject({ code: 'invalid-params', params: { field: 'user' } });
  expect(at.received().length).toBe(0);
  await expect.poll(() => at.connections().open).toBe(0);
});
