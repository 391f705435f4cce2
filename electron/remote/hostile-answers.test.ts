import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { fake, int32, letIn, message, startFakeServer } from '../../tests/support/fake-postgres.ts';
import type { Conversation, FakeServer } from '../../tests/support/fake-postgres.ts';
import { connect } from './connect.ts';
import type { ConnectTimeouts } from './connect.ts';
import { copyRows } from './copy-text.ts';
import type { PgSession } from './pg-session.ts';
import type { Endpoint } from './remote.ts';

const patient: ConnectTimeouts = { name: 10_000, tcp: 10_000, tls: 10_000, login: 10_000 };
/** What may be said of a server that does not keep the rules. */
const expectedCodes = new Set([
  'not-postgres',
  'connection-dropped',
  'password-downgrade',
  'server-unproven',
  'timeout',
  'query-timeout',
]);

let server: FakeServer | undefined;
let session: PgSession | undefined;
afterEach(async () => {
  await session?.close();
  await server?.close();
  session = undefined;
  server = undefined;
});

type Script = (talk: Conversation) => Promise<void> | void;

async function opened(script: Script, timeouts = patient): Promise<PgSession> {
  server = await startFakeServer(async (talk) => {
    await script(talk);
    while ((await talk.next()) !== null);
  });
  const endpoint: Endpoint = {
    host: '127.0.0.1',
    port: server.port,
    database: 'school',
    user: 'teacher',
    password: 'canary-21c0',
    tls: 'disable',
    ca: null,
    fingerprint: null,
    applicationName: 'tallybook test',
  };
  session = await connect(endpoint, { timeouts });
  return session;
}

/** Sends the same bytes until the client has had enough. */
async function flood({ socket }: Conversation, one: Buffer): Promise<void> {
  const many = Buffer.concat(Array.from({ length: Math.ceil(65_536 / one.length) }, () => one));
  while (!socket.destroyed) {
    if (socket.write(many)) await new Promise((resolve) => setImmediate(resolve));
    else await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', () => resolve()));
  }
}

/** Sends a little, now and then, and never an end. */
async function drip({ socket }: Conversation, one: Buffer, everyMs: number): Promise<void> {
  while (!socket.destroyed) {
    socket.write(one);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

const huge = (letter: string): Buffer => Buffer.concat([Buffer.from(letter), int32(0x7fffffff), Buffer.from([0, 1])]);

/** Everything that is no answer. */
const nonsense: readonly (readonly [what: string, say: Script])[] = [
  ['random bytes', (talk) => talk.send(Buffer.from([0x07]), randomBytes(2048))],
  ['zeros', (talk) => talk.send(Buffer.alloc(2048))],
  ['a letter of another protocol', (talk) => talk.send(message('W', Buffer.from([0, 0, 0])))],
  ['a message shorter than its own length', (talk) => talk.send(Buffer.from('C\0\0\0\x03'))],
  ['a message of two gigabytes', (talk) => talk.send(huge('S'))],
  ['a row of two gigabytes', (talk) => talk.send(huge('D'))],
  ['a row that counts more cells than it has', (talk) => talk.send(message('D', Buffer.from([0x7f, 0xff, 1])))],
  ['half a message and the end', (talk) => void talk.socket.end(Buffer.from('T\0\0\0\x40ab'))],
  ['the end', (talk) => void talk.socket.end()],
  ['a reset', (talk) => void talk.socket.resetAndDestroy()],
  ['a request for the password', (talk) => talk.send(fake.asksCleartext)],
  ['that we are in, once more', (talk) => talk.send(fake.authenticationOk, message('C', 'X'))],
  ['an error without an end', (talk) => talk.send(message('E', 'SERROR\0'))],
  [
    'a notice without an end, byte by byte',
    (talk) => [...message('N', 'abcd')].forEach((byte) => talk.send(Buffer.from([byte]))),
  ],
  ['an error without a code', (talk) => talk.send(message('E', 'S\0\0'))],
  ['only parameters', async (talk) => await flood(talk, message('S', 'a\0', 'b'.repeat(100), '\0'))],
  ['only notices', async (talk) => await flood(talk, fake.notice('x'))],
  ['only notifications', async (talk) => await flood(talk, message('A', int32(1), 'a\0b\0'))],
];

/** Places in a conversation at which a server may begin to talk nonsense; each ends by asking something. */
const states: readonly (readonly [where: string, say: (nonsense: Script) => Promise<unknown>])[] = [
  ['after the start-up message', async (say) => await opened(async (talk) => (await talk.next(), await say(talk)))],
  [
    'in the middle of the login',
    async (say) =>
      await opened(async (talk) => {
        await talk.next();
        talk.send(fake.asksScram('SCRAM-SHA-256'));
        await talk.next();
        await say(talk);
      }),
  ],
  [
    'between the login and the first question',
    async (say) =>
      await opened(async (talk) => {
        await talk.next();
        talk.send(fake.authenticationOk);
        await say(talk);
      }),
  ],
  [
    'instead of answering the settings',
    async (say) =>
      await opened(async (talk) => {
        await talk.next();
        talk.send(fake.authenticationOk, fake.backendKey, fake.ready);
        await talk.next();
        await say(talk);
      }),
  ],
  [
    'instead of an answer',
    async (say) =>
      await (
        await opened(async (talk) => {
          await letIn(talk);
          await talk.next();
          await say(talk);
        })
      ).query('select 1', [], { maxBytes: 1_500_000 }),
  ],
  [
    'instead of one answer of several',
    async (say) =>
      await (
        await opened(async (talk) => {
          await letIn(talk);
          await talk.next();
          talk.send(message('1'), message('2'), message('n'), fake.complete('BEGIN'), fake.ready);
          await say(talk);
        })
      ).pipeline([{ sql: 'begin', params: [] }, { sql: 'select 1' }], { maxBytes: 1_500_000 }),
  ],
  [
    'in the middle of rows',
    async (say) =>
      await (
        await opened(async (talk) => {
          await letIn(talk);
          await talk.next();
          talk.send(fake.rowDescription, fake.row('x'));
          await say(talk);
        })
      ).query('select 1', [], { maxBytes: 1_500_000 }),
  ],
  [
    'in the middle of a COPY to us',
    async (say) =>
      await buffer(
        (
          await opened(async (talk) => {
            await letIn(talk);
            await talk.next();
            talk.send(message('H', Buffer.from([0, 0, 0])), message('d', 'x\n'));
            await say(talk);
          })
        ).copyOut('copy t to stdout', { maxBytes: 1_500_000 }),
      ),
  ],
  [
    'in the middle of a COPY from us',
    async (say) => {
      const copy = (
        await opened(async (talk) => {
          await letIn(talk);
          await talk.next();
          talk.send(message('G', Buffer.from([0, 0, 0])));
          await talk.next();
          await say(talk);
        })
      ).copyIn('copy t from stdin', { maxBytes: 1_500_000 });
      await new Promise((_resolve, reject) => {
        copy.once('error', reject).once('close', () => reject(new Error('closed without an error')));
        copy.end('x\n');
      });
    },
  ],
];

describe.each(states)('nonsense %s', (_where, ask) => {
  it.each(nonsense)('(%s) is a clear error and the end of the connection', async (_what, say) => {
    const error: unknown = await ask(say).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AppError);
    expect(expectedCodes).toContain((error as AppError).code);
    expect(JSON.stringify(error)).not.toContain('canary');
    await expect.poll(() => server?.connections().open).toBe(0);
  });
});

describe('what is no answer although every message is one', () => {
  it('"ready" without having said what was done is not taken for done', async () => {
    const db = await opened(async (talk) => {
      await letIn(talk);
      await talk.next();
      talk.send(fake.ready);
    });
    await expect(db.query('COMMIT')).rejects.toMatchObject({ code: 'connection-dropped' });
    await expect(db.query('COMMIT')).rejects.toMatchObject({ code: 'connection-dropped' });
  });

  it('a row with other columns than announced is not read', async () => {
    const db = await opened(async (talk) => {
      await letIn(talk);
      await talk.next();
      talk.send(fake.rowDescription, message('D', Buffer.from([0, 0])), fake.complete('SELECT 1'), fake.ready);
    });
    await expect(db.query('select 1')).rejects.toMatchObject({ code: 'connection-dropped' });
  });

  it.each([
    ['says more rows than it sent', [message('c'), fake.complete('COPY 2'), fake.ready]],
    ['is said to be a query', [message('c'), fake.complete('SELECT 1'), fake.ready]],
    ['was never said to be done', [fake.ready]],
  ])('a COPY that %s is not half a table', async (_what, end) => {
    const db = await opened(async (talk) => {
      await letIn(talk);
      await talk.next();
      talk.send(message('H', Buffer.from([0, 0, 0])), message('d', 'a\n'), ...end);
    });
    await expect(buffer(db.copyOut('copy t to stdout'))).rejects.toMatchObject({
      code: 'connection-dropped',
      params: { reason: 'unreadable' },
    });
  });

  it.each([
    ['bytes that are no text', Buffer.from([0x61, 0xff, 0xfe, 0x0a])],
    ['half a row', Buffer.from('a row without an end')],
  ])('a COPY with %s is not read', async (_what, bytes) => {
    const db = await opened(async (talk) => {
      await letIn(talk);
      await talk.next();
      talk.send(message('H', Buffer.from([0, 0, 0])), message('d', bytes), message('c'), fake.complete('COPY 1'));
      talk.send(fake.ready);
    });
    const read = async (): Promise<unknown> => {
      const all: unknown[] = [];
      for await (const rows of copyRows(db.copyOut('copy t to stdout'), 10)) all.push(...rows);
      return all;
    };
    await expect(read()).rejects.toMatchObject({ code: 'connection-dropped', params: { reason: 'unreadable' } });
  });
});

describe('a server that never comes to an end', () => {
  const answering =
    (say: Script): Script =>
    async (talk) => {
      await letIn(talk);
      await talk.next();
      await say(talk);
    };

  it.each([
    ['notices now and then', fake.notice('still thinking'), 'timeout'],
    ['a parameter now and then', message('S', 'a\0b\0'), 'timeout'],
    ['a byte now and then', Buffer.from('T'), 'timeout'],
    ['a row now and then', fake.row('x'), 'query-timeout'],
  ])('but sends %s is given up', async (_what, one, code) => {
    let first = true;
    const say: Script = async (talk) => {
      if (code === 'query-timeout') talk.send(fake.rowDescription);
      // A byte is the beginning of one long message: what follows belongs to it.
      if (one.length === 1) talk.send(Buffer.from('T\0\0\x10\0'));
      first = false;
      await drip(talk, one, 20);
    };
    const db = await opened(answering(say));
    await expect(db.query('select 1', [], { silenceMs: 100 })).rejects.toMatchObject({ code });
    expect(first).toBe(false);
    await expect.poll(() => server?.connections().open).toBe(0);
  });

  it('and drips bytes into the login is given up', async () => {
    const slow: ConnectTimeouts = { ...patient, login: 200 };
    const login = opened(async (talk) => {
      await talk.next();
      talk.send(Buffer.from('S\0\0\x10\0'));
      await drip(talk, Buffer.from('x'), 20);
    }, slow);
    await expect(login).rejects.toMatchObject({ code: 'timeout' });
  });

  it('a COPY without an end is cut off by rows and by bytes', async () => {
    const rows = answering(async (talk) => {
      talk.send(message('H', Buffer.from([0, 0, 0])));
      await flood(talk, message('d', 'x\n'));
    });
    const byRows = (await opened(rows)).copyOut('copy t to stdout', { maxRows: 5_000 });
    await expect(buffer(byRows)).rejects.toMatchObject({
      code: 'connection-dropped',
      params: { reason: 'too-much-data' },
    });
    await server?.close();
    const byBytes = (await opened(rows)).copyOut('copy t to stdout', { maxBytes: 500_000 });
    await expect(buffer(byBytes)).rejects.toMatchObject({
      code: 'connection-dropped',
      params: { reason: 'too-much-data' },
    });
  });

  it('is cut off within the usual budgets before memory runs out, and the next server is served', async () => {
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
    const kinds: readonly Buffer[] = [
      fake.row('x'.repeat(1000)),
      fake.row('x'),
      fake.notice('x'.repeat(500)),
      message('S', 'a\0', 'b'.repeat(500), '\0'),
    ];
    for (const one of kinds) {
      const db = await opened(answering(async (talk) => (talk.send(fake.rowDescription), await flood(talk, one))));
      await expect(db.query('select 1')).rejects.toMatchObject({ params: { reason: 'too-much-data' } });
      await server?.close();
    }
    const long = answering(async (talk) => {
      talk.send(fake.rowDescription, Buffer.from('D'), int32(64 * 1024 * 1024 - 100), Buffer.from([0, 1]), int32(6e7));
      await flood(talk, Buffer.alloc(65_536));
    });
    await expect((await opened(long)).query('select 1')).rejects.toMatchObject({
      params: { reason: 'too-much-data' },
    });
    clearInterval(watch);
    expect((peak - before) / 1024 / 1024).toBeLessThan(700);
    await server?.close();
    const well = await opened(
      answering((talk) => talk.send(fake.rowDescription, fake.row('7'), fake.complete('SELECT 1'), fake.ready)),
    );
    expect((await well.query('select 7')).rows).toEqual([['7']]);
  });
});
