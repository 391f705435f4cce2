import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ask, openLine } from '../../tests/support/bridge-requests.ts';
import { tempBridge } from '../../tests/support/temp-bridge.ts';

test('a message that is too large ends the line', async () => {
  const { bridge } = await tempBridge({ frameBytes: 10_000 });
  const socket = await openLine(bridge);
  socket.send(JSON.stringify({ kind: 'call', id: '1', method: 'class.create', params: { name: 'x'.repeat(20_000) } }));
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1009);
});

test.each([
  ['no JSON', 'hello'],
  ['no message', '{"kind":"other"}'],
  ['a call without id', '{"kind":"call","method":"class.list","params":{}}'],
  ['a very deep text', '['.repeat(200_000)],
])('%s ends the line', async (_what, text) => {
  const { bridge } = await tempBridge();
  const socket = await openLine(bridge);
  socket.send(text);
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1008);
});

test('a binary message ends the line', async () => {
  const { bridge } = await tempBridge();
  const socket = await openLine(bridge);
  socket.send(Buffer.from('{}'), { binary: true });
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1003);
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'class', 'class.', ''])(
  '"%s" is no method',
  async (method) => {
    const { bridge } = await tempBridge();
    const socket = await openLine(bridge);
    const answer = await ask(socket, { kind: 'call', id: '1', method, params: {} });
    expect(answer).toEqual({ kind: 'error', id: '1', error: { code: 'unknown-method', params: {} } });
    socket.terminate();
  },
);

test('parameters cannot reach a prototype', async () => {
  const { bridge } = await tempBridge();
  const socket = await openLine(bridge);
  const text =
    '{"kind":"call","id":"1","method":"class.list","params":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}';
  expect(await ask(socket, text)).toMatchObject({ kind: 'result', id: '1' });
  expect('polluted' in {}).toBe(false);
  socket.terminate();
});

test('an error says what was wrong and not what was sent, where it happened or how', async () => {
  const { bridge, dataFolder } = await tempBridge();
  const socket = await openLine(bridge);
  const secret = 'correct horse battery staple';
  const params = {
    connection: {
      name: 'n',
      host: 'h',
      port: 'no',
      database: 'd',
      user: 'u',
      password: { secret },
      tls: 'disable',
      mode: 'two-way',
    },
  };
  const answer = JSON.stringify(await ask(socket, { kind: 'call', id: '1', method: 'class.remote', params }));
  expect(answer).toContain('invalid-params');
  expect(answer).not.toContain(secret);
  expect(answer).not.toContain(dataFolder);
  expect(answer).not.toMatch(/\.ts|at \w+/);
  socket.terminate();
});
