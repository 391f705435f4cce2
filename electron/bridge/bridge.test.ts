import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { get, upgrade, upgradeHeaders } from '../../tests/support/bridge-requests.ts';
import { openSocket, requestText, sendRaw } from '../../tests/support/raw-http.ts';
import { tempBridge } from '../../tests/support/temp-bridge.ts';
import type { Engine } from '../engine/engine.ts';
import { newToken } from '../engine/token.ts';
import type { Bridge } from './bridge.ts';

test('the page is served with a policy that lets nothing foreign in', async () => {
  const { bridge } = await tempBridge();
  const page = await get(bridge, '/');
  expect(page.status).toBe(200);
  const policy = /content-security-policy: (.*)/i.exec(page.head)?.[1] ?? '';
  const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1] ?? 'none';
  expect(page.body).toContain(`content="${nonce}"`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${bridge.port};`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(page.head).toMatch(/x-content-type-options: nosniff/i);
  expect(page.head).toMatch(/referrer-policy: no-referrer/i);
  expect(page.head).toMatch(/cross-origin-resource-policy: same-origin/i);
  expect(page.head).not.toMatch(/access-control|x-powered-by|server:/i);
  expect(page.body).not.toContain(bridge.token);
});

test('every page has a nonce of its own', async () => {
  const { bridge } = await tempBridge();
  const [first, second] = [await get(bridge, '/'), await get(bridge, '/')];
  expect(first.body).not.toBe(second.body);
});

test('files of the build are served with their type', async () => {
  const { bridge } = await tempBridge();
  const script = await get(bridge, '/assets/page.js?v=1');
  expect(script).toMatchObject({ status: 200, body: 'document.title = "Tallybook";' });
  expect(script.head).toMatch(/content-type: text\/javascript/i);
});

test.each([
  ['another name that points here', 'tallybook.example:PORT'],
  ['localhost by name', 'localhost:PORT'],
  ['another port', '127.0.0.1:1'],
  ['no port', '127.0.0.1'],
  ['a longer name that begins like ours', '127.0.0.1:PORT.example'],
  ['an empty host', ''],
  ['no host', undefined],
])('a request whose Host is %s is refused', async (_what, host) => {
  const { bridge } = await tempBridge();
  const text = host?.replace('PORT', String(bridge.port));
  const answer = await get(bridge, '/', { Host: text });
  expect(answer).toMatchObject({ status: 421, body: '{"status":421}' });
  expect(await upgrade(bridge, { Host: text })).toMatchObject({ status: 421, body: '' });
});

test('a request with two Hosts is refused', async () => {
  const { bridge } = await tempBridge();
  const own = `127.0.0.1:${bridge.port}`;
  const answer = await sendRaw(
    bridge.port,
    `GET / HTTP/1.1\r\nHost: ${own}\r\nHost: tallybook.example\r\nConnection: close\r\n\r\n`,
  );
  expect(answer.status).not.toBe(200);
});

test.each([
  ['another site', 'http://tallybook.example'],
  ['another port of this PC', 'http://127.0.0.1:1'],
  ['the same address over TLS', 'https://127.0.0.1:PORT'],
  ['a page without origin', 'null'],
  ['our address with something behind it', 'http://127.0.0.1:PORT.example'],
])('a request from %s is refused', async (_what, origin) => {
  const { bridge } = await tempBridge();
  const text = origin.replace('PORT', String(bridge.port));
  expect(await get(bridge, '/', { Origin: text })).toMatchObject({ status: 403 });
  expect(await upgrade(bridge, { Origin: text })).toMatchObject({ status: 403, body: '' });
});

test('a socket without Origin is refused', async () => {
  const { bridge } = await tempBridge();
  expect(await upgrade(bridge, { Origin: undefined })).toMatchObject({ status: 403 });
});

test('another site cannot load our files, a person can follow a link to us', async () => {
  const { bridge } = await tempBridge();
  const foreign = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' };
  expect(await get(bridge, '/assets/page.js', foreign)).toMatchObject({ status: 403 });
  const link = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
  expect(await get(bridge, '/', link)).toMatchObject({ status: 200 });
  const frame = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' };
  expect(await get(bridge, '/', frame)).toMatchObject({ status: 403 });
});

test.each([
  ['a wrong token', () => `tallybook.1, token.${newToken()}`],
  ['a token that is cut off', ({ token }: Bridge) => `tallybook.1, token.${token.slice(0, -1)}`],
  ['the bare token', ({ token }: Bridge) => `tallybook.1, ${token}`],
  ['an unknown ticket', () => `tallybook.1, ticket.${newToken()}`],
  ['the token as a ticket', ({ token }: Bridge) => `tallybook.1, ticket.${token}`],
  ['only the protocol', () => 'tallybook.1'],
  ['nothing', () => undefined],
])('a socket with %s is refused', async (_what, protocol) => {
  const { bridge } = await tempBridge();
  expect(await upgrade(bridge, { 'Sec-WebSocket-Protocol': protocol(bridge) })).toMatchObject({
    status: 401,
    body: '',
  });
});

test('a page whose socket did not open is told whether its secret is one of this app, and uses nothing up by asking', async () => {
  const { bridge } = await tempBridge();
  const ticket = /#ticket=([\w-]+)$/.exec(bridge.ticketAddress())?.[1] ?? '';
  const statusFor = async (secret: string | undefined, headers = {}): Promise<number> =>
    (await get(bridge, '/line', { 'X-Tallybook-Secret': secret, ...headers })).status;
  for (const known of [`token.${bridge.token}`, `ticket.${ticket}`, `ticket.${ticket}`])
    expect(await statusFor(known)).toBe(200);
  for (const unknown of ['', 'token.', bridge.token, ticket, `token.${newToken()}`, `ticket.${newToken()}`])
    expect(await statusFor(unknown)).toBe(401);
  expect(await statusFor(`token.${bridge.token}`, { Origin: 'http://evil.example' })).toBe(403);
});

test('the token in the address does not open a socket', async () => {
  const { bridge } = await tempBridge();
  const line = `GET /line?token=${bridge.token}`;
  expect(await upgrade(bridge, { 'Sec-WebSocket-Protocol': 'tallybook.1' }, line)).toMatchObject({ status: 404 });
});

test('the answer to a socket does not repeat the token', async () => {
  const { bridge } = await tempBridge();
  const socket = await openSocket(bridge.port);
  socket.write(requestText('GET /line', upgradeHeaders(bridge)));
  const [head] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(head.toString()).toMatch(/^HTTP\/1\.1 101/);
  expect(head.toString()).not.toContain(bridge.token);
});

test('a ticket lets one page in, once, and gives it the token', async () => {
  const { bridge } = await tempBridge();
  const ticket = /#ticket=([\w-]+)$/.exec(bridge.ticketAddress())?.[1] ?? '';
  const origin = `http://127.0.0.1:${bridge.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${bridge.port}/line`, ['tallybook.1', `ticket.${ticket}`], { origin });
  const [data] = (await once(socket, 'message')) as [Buffer];
  expect(JSON.parse(data.toString())).toEqual({ kind: 'token', token: bridge.token });
  expect(await upgrade(bridge, { 'Sec-WebSocket-Protocol': `tallybook.1, ticket.${ticket}` })).toMatchObject({
    status: 401,
  });
  socket.terminate();
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused and changes nothing', async (method) => {
  const { bridge, engine } = await tempBridge();
  const body = 'kind=call&id=1&method=class.create&params=5B';
  const headers = {
    Host: `127.0.0.1:${bridge.port}`,
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': String(body.length),
  };
  const answer = await sendRaw(bridge.port, requestText(`${method} /line`, headers, body));
  expect(answer).toMatchObject({ status: 405, body: '{"status":405}' });
  expect(answer.head).not.toMatch(/access-control/i);
  expect(await listClasses(engine)).toEqual([]);
});

test('a form that another site posts is refused before anything else', async () => {
  const { bridge } = await tempBridge();
  const headers = {
    Host: `127.0.0.1:${bridge.port}`,
    Origin: 'http://tallybook.example',
    'Content-Type': 'text/plain',
    'Content-Length': '2',
  };
  expect(await sendRaw(bridge.port, requestText('POST /line', headers, '{}'))).toMatchObject({ status: 403 });
});

test.each(['/line', '/class.create?name=5B', '/api/class.create', '/call?method=class.create'])(
  'GET %s has no effect',
  async (path) => {
    const { bridge, engine } = await tempBridge();
    expect((await get(bridge, path)).status).toBe(404);
    expect(await listClasses(engine)).toEqual([]);
  },
);

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '//secret.txt',
  '/assets/%00page.js',
  '/etc/passwd',
  '/__proto__',
  '/constructor',
  '/index.html/',
])('%s is not a file of the page', async (path) => {
  const { bridge } = await tempBridge();
  const answer = await get(bridge, path);
  expect([400, 404]).toContain(answer.status);
  expect(answer.body).not.toContain('outside');
});

test('an absolute address in the request line is no way around the host', async () => {
  const { bridge } = await tempBridge();
  expect((await get(bridge, 'http://tallybook.example/')).status).toBe(404);
});

test('a body on a GET is refused unread', async () => {
  const { bridge } = await tempBridge();
  expect(await get(bridge, '/', { 'Content-Length': '1000000000' })).toMatchObject({ status: 413 });
  expect(await get(bridge, '/', { 'Transfer-Encoding': 'chunked' })).toMatchObject({ status: 413 });
  expect(await get(bridge, '/', { 'Content-Length': '9', Expect: '100-continue' })).toMatchObject({ status: 413 });
});

test.each([
  ['headers that are too long', `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
  ['no HTTP at all', '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'],
  [
    'a length and chunks at once',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
])('%s ends the connection without an answer', async (_what, text) => {
  const { bridge } = await tempBridge();
  expect(await sendRaw(bridge.port, text)).toMatchObject({ head: '' });
});

test('nothing listens on any other address of this PC', async () => {
  const { bridge } = await tempBridge();
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of others) {
    const socket = connect({ port: bridge.port, host: address });
    const refused = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code);
    const outcome = await Promise.race([
      refused,
      once(socket, 'connect').then(() => 'connected'),
      wait(2000, 'silent', { ref: false }),
    ]);
    socket.destroy();
    expect(outcome).not.toBe('connected');
  }
});

async function listClasses(engine: Engine): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  const line = engine.connect((message) => {
    if (message.kind === 'result') answer.resolve(message.result);
  });
  line.receive({ kind: 'call', id: '1', method: 'class.list', params: {} });
  const { items } = (await answer.promise) as { readonly items: unknown };
  line.close();
  return items;
}
