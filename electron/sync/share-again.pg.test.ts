import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Client } from '../../shared/contract/client.ts';
import type { BuiltinStatus } from '../../shared/contract/server.ts';
import { startDevice } from '../../tests/support/device.ts';
import { tempFolder } from '../../tests/support/temp-folder.ts';
import { createEngine } from '../engine/engine.ts';
import { clientOf } from '../engine/host-client.ts';

/** The engine of an app that was opened, as a window opens it; ended with the test, or before. */
function openApp(dataFolder: string): { readonly client: Client; close(): Promise<void> } {
  const engine = createEngine({ dataFolder, version: '1.0.0', checkResults: true, sharesAgain: true });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= engine.close());
  onTestFinished(close);
  return { client: clientOf(engine), close };
}

/** Resolves with the next word about the server that says how its start ended. */
function serverSettled(client: Client): Promise<BuiltinStatus> {
  return new Promise((resolve) => {
    client.onEvent((event) => {
      if (event.name === 'server.changed' && event.data.state !== 'starting') resolve(event.data);
    });
  });
}

/** An app that shares a class, closed again; the folder, the port and a code that was handed out. */
async function sharedFrom(dataFolder: string) {
  const { client, close } = openApp(dataFolder);
  const shared = await share(client);
  await close();
  return shared;
}

/** Makes a class and shares it from this PC. */
async function share(client: Client) {
  await client.call('app.setDevice', { name: 'Room 301 PC' });
  const { id: classId } = await client.call('class.create', { name: '5B', students: ['Li Wei'] });
  const { connection, code } = await client.call('server.share', { classId });
  const plan = await client.call('sync.preview', { classId, connectionId: connection.id });
  await client.call('sync.run', { classId, planId: plan.planId, mode: 'sync' });
  const { port } = await client.call('server.status', {});
  return { classId, connectionId: connection.id, code, port: port ?? 0 };
}

test('a class that is shared from a PC can be reached again when the app is opened after a restart, and no point waits for it', async () => {
  const folder = tempFolder();
  const { classId, code, port } = await sharedFrom(folder);
  await using office = await startDevice('Office PC');

  const { client } = openApp(folder);
  const settled = serverSettled(client);
  const [student] = (await client.call('student.list', { classId })).items;
  await client.call('score.add', {
    classId,
    studentIds: [student?.id ?? ''],
    award: { delta: 2, text: 'Homework' },
  });
  expect((await client.call('server.status', {})).state).not.toBe('running');

  expect(await settled).toMatchObject({ state: 'running', port, portChanged: false });
  const joined = await office.call('class.joinCode', { code, pull: true });
  const { items } = await office.call('student.list', { classId: joined.class.id });
  expect(items.map(({ name }) => name)).toEqual(['Li Wei']);
}, 120_000);

test('while another program holds the port of the codes the class is shared beside it, says so, and returns to it', async () => {
  const folder = tempFolder();
  const { port } = await sharedFrom(folder);
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  const beside = openApp(folder);
  expect(await serverSettled(beside.client)).toMatchObject({ state: 'running', portChanged: true });
  await beside.close();
  squatter.close();
  await once(squatter, 'close');

  const back = openApp(folder);
  expect(await serverSettled(back.client)).toMatchObject({ state: 'running', port, portChanged: false });
}, 120_000);

test('R5: where the server inside the app was stopped, a round of keeping in sync says so and does not start it', async () => {
  const { client } = openApp(tempFolder());
  const { classId, connectionId } = await share(client);
  await client.call('server.stop', {});
  expect(await client.call('continuous.round', { classId, connectionId })).toMatchObject({
    outcome: 'failed',
    error: { code: 'server-stopped' },
    run: null,
  });
  expect((await client.call('server.status', {})).state).toBe('stopped');
  expect(await client.call('sync.look', { classId, connectionId })).toEqual({ looked: false });
});
