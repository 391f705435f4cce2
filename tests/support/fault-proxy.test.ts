import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';

const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).pipe(socket));
let proxy: FaultProxy;

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startFaultProxy({ target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } });
});

afterEach(async () => {
  await proxy.stop();
  server.close();
});

/** A client of the echo behind the proxy that remembers what it heard and how it ended. */
async function dial(): Promise<{
  socket: Socket;
  heard: () => string;
  hears: (text: string) => Promise<void>;
  end: Promise<string>;
}> {
  const socket = connect({ host: proxy.host, port: proxy.port, allowHalfOpen: true });
  let heard = '';
  socket.setEncoding('latin1').on('data', (text: string) => (heard += text));
  const end = new Promise<string>((done) => {
    socket.once('end', () => done('FIN')).once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
  });
  await once(socket, 'connect');
  const hears = async (text: string): Promise<void> => {
    while (!heard.includes(text)) await once(socket, 'data');
  };
  return { socket, heard: () => heard, hears, end };
}

it('lets everything pass at first', async () => {
  const { socket, hears } = await dial();
  socket.write('hello');
  await hears('hello');
  expect(proxy.connections()).toBe(1);
});

it('delivers exactly the bytes before a cut, then resets both sides', async () => {
  const { socket, heard, end } = await dial();
  await proxy.mode({ kind: 'cut-after-bytes', direction: 'to-client', bytes: 7 });
  socket.write('hello ');
  socket.write('world');
  expect(await end).toBe('ECONNRESET');
  await proxy.faulted();
  expect(heard()).toBe('hello w');
  const next = await dial();
  next.socket.write('again');
  await next.hears('again');
});

it('cuts before the n-th message of a type, wherever the pieces are divided', async () => {
  const { socket, heard, end } = await dial();
  const message = (type: string, body: string): string => `${type}\0\0\0${String.fromCharCode(4 + body.length)}${body}`;
  const stream = message('T', 'one') + message('D', 'first') + message('D', 'second') + message('C', '');
  await proxy.mode({ kind: 'cut-at-message', message: 2, type: 'D' });
  for (let at = 0; at < stream.length; at += 4) socket.write(stream.slice(at, at + 4), 'latin1');
  expect(await end).toBe('ECONNRESET');
  expect(heard()).toBe(message('T', 'one') + message('D', 'first'));
});

it('refuses while told to, and takes connections on the same port afterwards', async () => {
  const existing = await dial();
  await proxy.mode({ kind: 'refuse' });
  await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  existing.socket.write('still here');
  await existing.hears('still here');
  await proxy.mode({ kind: 'pass' });
  const { socket, hears } = await dial();
  socket.write('back');
  await hears('back');
});

it('takes connections without answering in a black hole', async () => {
  await proxy.mode({ kind: 'black-hole' });
  const { socket, heard } = await dial();
  socket.write('hello');
  await proxy.mode({ kind: 'pass' });
  const other = await dial();
  other.socket.write('hello');
  await other.hears('hello');
  expect(heard()).toBe('');
});

it('holds everything back while frozen and loses nothing of it', async () => {
  const { socket, heard, hears } = await dial();
  await proxy.mode({ kind: 'freeze' });
  socket.write('one');
  socket.write('two');
  const other = await dial();
  expect(heard()).toBe('');
  await proxy.mode({ kind: 'pass' });
  await hears('onetwo');
  other.socket.write('x');
  await other.hears('x');
});

it('freezes with the piece that has as many bytes as were to pass, and says so', async () => {
  const { socket, heard, hears } = await dial();
  await proxy.mode({ kind: 'freeze-after-bytes', bytes: 6 });
  socket.write('one');
  await hears('one');
  socket.write('two');
  await proxy.faulted();
  expect(heard()).toBe('one');
  await proxy.mode({ kind: 'pass' });
  await hears('onetwo');
});

it('tells a fault that met somebody from one nobody noticed', async () => {
  const { socket, hears } = await dial();
  const after = async (mode: Parameters<FaultProxy['mode']>[0], text: string): Promise<boolean> => {
    await proxy.mode(mode);
    socket.write(text);
    await hears(text);
    return proxy.struck();
  };
  expect(await after({ kind: 'cut-at-message', message: 3 }, '')).toBe(false);
  // A line that was there before goes on past a black hole.
  expect(await after({ kind: 'black-hole' }, 'on')).toBe(false);
  await dial();
  expect(proxy.struck()).toBe(true);
  expect(await after({ kind: 'loss', percent: 20, ms: 1 }, '1')).toBe(false);
  expect(await after({ kind: 'loss', percent: 100, ms: 1 }, '2')).toBe(true);
  expect(await after({ kind: 'latency', ms: 1 }, '3')).toBe(true);
  expect(await after({ kind: 'pass' }, '4')).toBe(false);
  await proxy.mode({ kind: 'half-close' });
  expect(proxy.struck()).toBe(true);
});

it('ends only the direction to the client when half closed', async () => {
  const { socket, end } = await dial();
  await proxy.mode({ kind: 'half-close' });
  expect(await end).toBe('FIN');
  expect(socket.writable).toBe(true);
  expect(proxy.connections()).toBe(1);
});

it('keeps to the time and the rate it was given', async () => {
  const { socket, hears } = await dial();
  const timed = async (text: string): Promise<number> => {
    const begun = performance.now();
    socket.write(text);
    await hears(text);
    return performance.now() - begun;
  };
  await proxy.mode({ kind: 'latency', ms: 40 });
  expect(await timed('late')).toBeGreaterThanOrEqual(78);
  await proxy.mode({ kind: 'rate', bytesPerSecond: 1000 });
  expect(await timed('s'.repeat(50))).toBeGreaterThanOrEqual(98);
});
