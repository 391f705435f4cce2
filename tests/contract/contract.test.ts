import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startEngine } from '../../electron/engine/start-engine.ts';
import type { SupervisedEngine } from '../../electron/engine/start-engine.ts';
import { openClient } from '../../renderer/api.ts';
import type { Client } from '../../shared/contract/client.ts';
import type { AppEvent } from '../../shared/contract/events.ts';
import { crashEngine, crashingEntry } from '../support/crash-engine.ts';
import { silentConnection } from '../support/silent-connection.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { adapters } from './adapters.ts';
import type { Adapter, AdapterName } from './adapters.ts';

interface Open {
  readonly engine: SupervisedEngine;
  readonly adapter: Adapter;
  readonly client: Client;
}

async function open(name: AdapterName): Promise<Open> {
  const log = { write: () => undefined };
  const engine = await startEngine({
    dataFolder: tempFolder(),
    version: '1.0.0',
    checkResults: true,
    log,
    entry: crashingEntry,
    backOffMs: [0],
  });
  onTestFinished(() => engine.close());
  const adapter = await adapters[name](engine);
  onTestFinished(() => adapter[Symbol.asyncDispose]());
  return { engine, adapter, client: adapter.client };
}

function untilConnected(client: Client, wanted: boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.onConnected((connected) => {
      if (connected !== wanted) return;
      stop();
      resolve();
    });
  });
}

const id = '01a1f8a5-7e8b-72c5-bd36-f5be30f0a357';

describe.each(Object.keys(adapters) as AdapterName[])('over the line "%s"', (name) => {
  test('a call answers, and calls do not mix up their answers', async () => {
    const { client } = await open(name);
    const names = ['5A', '5B', '5C', '5D'];
    const made = await Promise.all(names.map((text) => client.call('class.create', { name: text })));
    expect(made.map((item) => item.name)).toEqual(names);
  });

  test('text of every script arrives as it was sent', async () => {
    const { client } = await open(name);
    const text = `O'Neil "张三" 👩‍🏫 مريم ${'x'.repeat(100)} {"$bigint":"1"}`;
    const { id: classId } = await client.call('class.create', { name: '5B', students: [text] });
    expect((await client.call('student.list', { classId })).items.map((student) => student.name)).toEqual([text]);
  });

  test('big integers stay exact', async () => {
    const { client } = await open(name);
    const { freeBytes, usedBytes } = await client.call('app.dataInfo', {});
    expect(typeof freeBytes).toBe('bigint');
    expect(usedBytes).toBeGreaterThan(0n);
  });

  test('parameters that break the contract are refused with their place and without their value', async () => {
    const { client } = await open(name);
    const wrong = { classId: id, studentIds: ['not an id'], award: { delta: 1, text: 'a' } };
    await expect(client.call('score.add', wrong)).rejects.toMatchObject({
      code: 'invalid-params',
      params: { method: 'score.add', path: 'studentIds.0' },
    });
  });

  test('an error keeps its code and its parameters', async () => {
    const { client } = await open(name);
    await expect(client.call('class.open', { classId: id })).rejects.toMatchObject({
      code: 'not-found',
      params: { what: 'class' },
    });
  });

  test('what is no method is refused', async () => {
    const { client } = await open(name);
    const untyped = client as { call(method: string, params: unknown): Promise<unknown> };
    for (const method of ['__proto__', 'toString', 'class.destroy']) {
      await expect(untyped.call(method, {})).rejects.toMatchObject({ code: 'unknown-method' });
    }
  });

  test('progress arrives in order and before the answer', async () => {
    const { client } = await open(name);
    const steps: string[] = [];
    const abort = new AbortController();
    const params = await silentConnection();
    const call = client.call('connection.test', params, {
      signal: abort.signal,
      onProgress: ({ step }) => {
        if (step === undefined) return;
        steps.push(`${step.id} ${step.state}`);
        if (step.id === 'tcp' && step.state === 'ok') abort.abort();
      },
    });
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    const known = steps.length;
    expect(steps.indexOf('tcp running')).toBeLessThan(steps.indexOf('tcp ok'));
    await client.call('class.list', {});
    expect(steps).toHaveLength(known);
  });

  test('a cancelled call ends as cancelled, at once, and the next one works', async () => {
    const { client } = await open(name);
    const abort = new AbortController();
    const begun = Promise.withResolvers<void>();
    const options = { signal: abort.signal, onProgress: () => begun.resolve() };
    const call = client.call('connection.test', await silentConnection(), options);
    await begun.promise;
    const since = performance.now();
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - since).toBeLessThan(1000);
    expect((await client.call('class.list', {})).items).toEqual([]);
  });

  test('a call that was cancelled before it began does nothing', async () => {
    const { client } = await open(name);
    const call = client.call('class.create', { name: '5B' }, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect((await client.call('class.list', {})).items).toEqual([]);
  });

  test('a change is told to every caller, once and in order', async () => {
    const { client, engine } = await open(name);
    const other = await adapters['in process'](engine);
    const heard: AppEvent[] = [];
    client.onEvent((event) => heard.push(event));
    await client.call('app.state', {});
    const { id: classId } = await other.client.call('class.create', { name: '5B' });
    await other.client.call('student.add', { classId, students: [{ name: 'Li Wei' }] });
    // The answer comes behind the events of everything before it.
    await client.call('app.state', {});
    expect(heard.map((event) => event.name)).toContain('class.changed');
    expect(heard.map((event) => event.seq)).toEqual(heard.map((_event, index) => (heard[0]?.seq ?? 0) + index));
  });

  test('a crash of the engine fails what is in flight, and everything shown is read again', async () => {
    const { client, engine } = await open(name);
    const begun = Promise.withResolvers<void>();
    const resynced = new Promise<void>((resolve) => client.onResync(resolve));
    const restarted = new Promise<void>((resolve) =>
      client.onEvent((event) => event.name === 'engine.restarted' && resolve()),
    );
    const call = client.call('connection.test', await silentConnection(), { onProgress: () => begun.resolve() });
    await begun.promise;
    const [outcome] = await Promise.allSettled([call, crashEngine(engine)]);
    expect(outcome).toMatchObject({ reason: { code: 'engine-crashed' } });
    await Promise.all([resynced, restarted]);
    expect((await client.call('class.list', {})).items).toEqual([]);
  });

  test('a client that is closed answers nothing any more', async () => {
    const { client } = await open(name);
    const begun = Promise.withResolvers<void>();
    const call = client.call('connection.test', await silentConnection(), { onProgress: () => begun.resolve() });
    await begun.promise;
    client.close();
    await expect(call).rejects.toMatchObject({ code: 'engine-closed' });
    await expect(client.call('class.list', {})).rejects.toMatchObject({ code: 'engine-closed' });
  });
});

test('a page whose line breaks for a moment misses no event and reads nothing again', async () => {
  const { client, adapter, engine } = await open('bridge');
  const other = await adapters['in process'](engine);
  const seqs: number[] = [];
  let resyncs = 0;
  client.onEvent((event) => seqs.push(event.seq));
  client.onResync(() => (resyncs += 1));
  await client.call('app.setDevice', { name: 'Room 301 PC' });
  const down = untilConnected(client, false);
  const back = down.then(() => untilConnected(client, true));
  adapter.breakLine?.();
  await down;
  await other.client.call('class.create', { name: '5B' });
  await back;
  await client.call('app.state', {});
  expect(seqs).toEqual([...seqs.keys()].map((index) => index + 1));
  expect(seqs.length).toBeGreaterThan(1);
  expect(resyncs).toBe(0);
});

test('a call in flight when the line breaks fails and is cancelled, one made meanwhile waits for the line', async () => {
  const { client, adapter } = await open('bridge');
  const begun = Promise.withResolvers<void>();
  const call = client.call('connection.test', await silentConnection(), { onProgress: () => begun.resolve() });
  await begun.promise;
  const down = untilConnected(client, false);
  adapter.breakLine?.();
  // Whether it was carried out is not known here: a sync may have been over on the server.
  await expect(call).rejects.toMatchObject({ code: 'answer-lost' });
  await down;
  expect((await client.call('class.list', {})).items).toEqual([]);
});

test('a page of the desktop that is loaded anew begins a line of its own', async () => {
  const { client, adapter } = await open('desktop');
  await client.call('class.create', { name: '5B' });
  const fresh = await adapter.reload?.();
  expect((await fresh?.call('class.list', {}))?.items.map((item) => item.name)).toEqual(['5B']);
});

test('a page without the token is told at once that it has no engine', async () => {
  vi.stubGlobal('window', {});
  vi.stubGlobal('location', { hash: '', host: '127.0.0.1:1', pathname: '/', search: '' });
  vi.stubGlobal('sessionStorage', { getItem: () => null });
  onTestFinished(() => void vi.unstubAllGlobals());
  await expect(openClient().call('app.state', {})).rejects.toMatchObject({ code: 'page-without-key' });
});
