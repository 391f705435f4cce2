import { expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import type { Capabilities } from './client.ts';
import type { AppEvent } from './events.ts';
import { createWireClient } from './wire-client.ts';
import type { ToEngine } from './wire.ts';

const capabilities: Capabilities = { shell: 'in-process', osDialogs: false, ownWindow: false };
const broken = new AppError('engine-closed');

function setUp() {
  const client = createWireClient({ capabilities });
  const sent: ToEngine[] = [];
  const attach = (): void => client.attach((message) => void sent.push(message));
  return { client, sent, attach };
}

function event(seq: number): AppEvent {
  return { seq, name: 'app.changed', data: {} };
}

test('calls made before the line is up are sent when it is, behind the hello', () => {
  const { client, sent, attach } = setUp();
  void client.call('class.list', {});
  attach();
  expect(sent).toEqual([
    { kind: 'hello', session: null, lastSeq: 0 },
    { kind: 'call', id: '1', method: 'class.list', params: {} },
  ]);
});

test('answers find their calls in any order', async () => {
  const { client, attach } = setUp();
  attach();
  const [first, second] = [client.call('class.list', {}), client.call('class.list', {})];
  client.receive({ kind: 'result', id: '2', result: 'second' });
  client.receive({ kind: 'error', id: '1', error: { code: 'not-found', params: { what: 'class' } } });
  expect(await second).toBe('second');
  await expect(first).rejects.toMatchObject({ code: 'not-found', params: { what: 'class' } });
});

test('an answer nobody waits for is passed over', () => {
  const { client, attach } = setUp();
  attach();
  client.receive({ kind: 'result', id: '9', result: null });
  client.receive({ kind: 'progress', id: '9', progress: { phase: 'connect', done: 0, total: null } });
});

test('a broken line fails what was sent and keeps what was not', async () => {
  const { client, sent, attach } = setUp();
  attach();
  const sentCall = client.call('class.list', {});
  client.detach(broken);
  const waiting = client.call('class.list', {});
  await expect(sentCall).rejects.toBe(broken);
  attach();
  expect(sent.at(-1)).toMatchObject({ kind: 'call', id: '2' });
  client.receive({ kind: 'result', id: '2', result: 'answer' });
  expect(await waiting).toBe('answer');
});

test('cancelling a call that was sent asks the engine, whose answer counts', async () => {
  const { client, sent, attach } = setUp();
  attach();
  const abort = new AbortController();
  const call = client.call('class.list', {}, { signal: abort.signal });
  abort.abort();
  expect(sent.at(-1)).toEqual({ kind: 'cancel', id: '1' });
  client.receive({ kind: 'result', id: '1', result: 'too late to stop' });
  expect(await call).toBe('too late to stop');
});

test('cancelling a call that waits for the line never sends it', async () => {
  const { client, sent, attach } = setUp();
  const abort = new AbortController();
  const call = client.call('class.list', {}, { signal: abort.signal });
  abort.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  attach();
  expect(sent.map(({ kind }) => kind)).toEqual(['hello']);
});

test('events are handed on once and in order, also when a resumed line repeats some', () => {
  const { client, sent, attach } = setUp();
  const seqs: number[] = [];
  let resyncs = 0;
  client.onEvent(({ seq }) => seqs.push(seq));
  client.onResync(() => (resyncs += 1));
  attach();
  client.receive({ kind: 'welcome', session: 's', seq: 3, resumed: false });
  for (const seq of [4, 5]) client.receive({ kind: 'event', event: event(seq) });
  client.detach(broken);
  attach();
  expect(sent.at(-1)).toEqual({ kind: 'hello', session: 's', lastSeq: 5 });
  client.receive({ kind: 'welcome', session: 's', seq: 7, resumed: true });
  for (const seq of [5, 6, 7]) client.receive({ kind: 'event', event: event(seq) });
  expect(seqs).toEqual([4, 5, 6, 7]);
  expect(resyncs).toBe(0);
});

test('a missed event or another engine means that everything is read again', () => {
  const { client, attach } = setUp();
  let resyncs = 0;
  client.onResync(() => (resyncs += 1));
  attach();
  client.receive({ kind: 'welcome', session: 's', seq: 0, resumed: false });
  expect(resyncs).toBe(0);
  client.receive({ kind: 'event', event: event(2) });
  expect(resyncs).toBe(1);
  client.receive({ kind: 'welcome', session: 'other', seq: 0, resumed: false });
  expect(resyncs).toBe(2);
});

test('a listener that was taken off hears nothing more', () => {
  const { client, attach } = setUp();
  const heard: unknown[] = [];
  const stop = [
    client.onEvent((one) => heard.push(one)),
    client.onResync(() => heard.push('resync')),
    client.onConnected((connected) => heard.push(connected)),
  ];
  for (const off of stop) off();
  attach();
  client.receive({ kind: 'event', event: event(2) });
  client.detach(broken);
  expect(heard).toEqual([]);
});

test('a client that has ended fails every call with the reason', async () => {
  const { client, attach } = setUp();
  attach();
  const heard: unknown[] = [];
  client.onConnected((connected, forGood) => heard.push([connected, forGood?.code]));
  const call = client.call('class.list', {});
  client.end(new AppError('engine-crashed'));
  await expect(call).rejects.toMatchObject({ code: 'engine-crashed' });
  expect(heard.at(-1)).toEqual([false, 'engine-crashed']);
  attach();
  await expect(client.call('class.list', {})).rejects.toMatchObject({ code: 'engine-crashed' });
});
