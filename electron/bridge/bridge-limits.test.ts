import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ask, get, openLine, upgrade, upgradeHeaders } from '../../tests/support/bridge-requests.ts';
import { openSocket, requestText } from '../../tests/support/raw-http.ts';
import { tempBridge } from '../../tests/support/temp-bridge.ts';
import { newToken } from '../engine/token.ts';

test('a sender that does not finish its headers is sent away', async () => {
  const { bridge } = await tempBridge({ headersMs: 300, requestMs: 400 });
  const socket = await openSocket(bridge.port);
  socket.write('GET / HTTP/1.1\r\nHost: ');
  await once(socket, 'close');
});

test('a page that dribbles one message is sent away', async () => {
  const { bridge } = await tempBridge({ silenceMs: 300 });
  const socket = await openSocket(bridge.port);
  socket.write(requestText('GET /line', upgradeHeaders(bridge)));
  await once(socket, 'data');
  // The head of a masked text message of 100 bytes, of which a single one comes.
  socket.write(Buffer.from([0x81, 0x80 + 100, 0, 0, 0, 0, 0x7b]));
  await once(socket, 'close');
});

test('too many pages are refused', async () => {
  const { bridge } = await tempBridge({ pages: 2 });
  const open = [await openLine(bridge), await openLine(bridge)];
  expect(await upgrade(bridge, {})).toMatchObject({ status: 503 });
  for (const socket of open) socket.terminate();
});

test('too many connections are not taken', async () => {
  const { bridge } = await tempBridge({ connections: 2 });
  const open = [await openSocket(bridge.port), await openSocket(bridge.port)];
  // Node takes the third one and hangs up at once.
  const third = connect(bridge.port, '127.0.0.1');
  third.on('error', () => undefined);
  await once(third, 'close');
  for (const socket of open) socket.destroy();
});

test('too many requests in a moment are refused', async () => {
  const { bridge } = await tempBridge({ requests: 3, windowMs: 60_000 });
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await get(bridge, '/')).status);
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
});

test('what another page asks for does not use up what our own may', async () => {
  const { bridge } = await tempBridge({ requests: 3, windowMs: 60_000 });
  const foreign = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' };
  for (let count = 0; count < 5; count += 1) expect((await get(bridge, '/', foreign)).status).toBe(403);
  expect((await get(bridge, '/')).status).toBe(200);
});

test('too many tries to open a socket are refused, also with the right token', async () => {
  const { bridge } = await tempBridge({ upgrades: 2, windowMs: 60_000 });
  const wrong = { 'Sec-WebSocket-Protocol': `tallybook.1, token.${newToken()}` };
  expect((await upgrade(bridge, wrong)).status).toBe(401);
  expect((await upgrade(bridge, wrong)).status).toBe(401);
  expect((await upgrade(bridge, {})).status).toBe(429);
});

test('a page that sends too many messages in a moment is sent away', async () => {
  const { bridge } = await tempBridge({ messages: 10, windowMs: 60_000 });
  const socket = await openLine(bridge);
  for (let count = 0; count < 11; count += 1) socket.send('{"kind":"cancel","id":"1"}');
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1008);
});

test('a page keeps its line when this PC was asleep or busy for longer than a page may be silent', async () => {
  const { bridge } = await tempBridge({ silenceMs: 100 });
  const socket = await openLine(bridge);
  await once(socket, 'ping');
  // It has answered; nobody here reads that before the time is up.
  const until = performance.now() + 200;
  while (performance.now() < until);
  expect(await ask(socket, { kind: 'call', id: '1', method: 'class.list', params: {} })).toMatchObject({
    kind: 'result',
  });
  socket.terminate();
});

test('a page that stays and answers pings keeps its line', async () => {
  const { bridge } = await tempBridge({ silenceMs: 100 });
  const socket = await openLine(bridge);
  for (let count = 0; count < 4; count += 1) await once(socket, 'ping');
  expect(await ask(socket, { kind: 'call', id: '1', method: 'class.list', params: {} })).toMatchObject({
    kind: 'result',
  });
  socket.terminate();
});
