import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Client } from '../../shared/contract/client.ts';
import { crashEngine, crashingEntry } from '../../tests/support/crash-engine.ts';
import { silentConnection } from '../../tests/support/silent-connection.ts';
import { tempFolder } from '../../tests/support/temp-folder.ts';
import { clientOf } from './host-client.ts';
import type { Log, LogLevel } from './log.ts';
import { startEngine } from './start-engine.ts';
import type { EngineState, SupervisedEngine, SupervisorOptions } from './start-engine.ts';

const lines: (readonly [LogLevel, string])[] = [];
const log: Log = { write: (level, event) => void lines.push([level, event]) };

async function start(folder: string, options: Partial<SupervisorOptions> = {}): Promise<SupervisedEngine> {
  const engine = await startEngine({
    dataFolder: folder,
    version: '1.0.0',
    checkResults: true,
    log,
    entry: crashingEntry,
    ...options,
  });
  onTestFinished(() => engine.close());
  return engine;
}

function nextState(engine: SupervisedEngine, kind: EngineState['kind']): Promise<EngineState> {
  if (engine.state.kind === kind) return Promise.resolve(engine.state);
  return new Promise((resolve) => {
    const stop = engine.onState((state) => {
      if (state.kind !== kind) return;
      stop();
      resolve(state);
    });
  });
}

/** A call that stays in flight: the test of a connection to a server that takes the line and says nothing. */
async function callInFlight(client: Client): Promise<{ readonly call: Promise<unknown> }> {
  const begun = Promise.withResolvers<void>();
  const call = client.call('connection.test', await silentConnection(), { onProgress: () => begun.resolve() });
  call.catch(() => undefined);
  await begun.promise;
  return { call };
}

test('a crash fails the calls in flight, and the engine answers again with all that was recorded', async () => {
  const engine = await start(tempFolder());
  const client = clientOf(engine);
  const made = await client.call('class.create', { name: '5B', students: ['Li Wei', '王芳'] });
  const students = (await client.call('student.list', { classId: made.id })).items;
  await client.call('score.add', {
    classId: made.id,
    studentIds: students.map(({ id }) => id),
    award: { delta: 2, text: 'Homework' },
  });
  const { call: inFlight } = await callInFlight(client);
  const restarted = new Promise<void>((resolve) =>
    client.onEvent(({ name }) => name === 'engine.restarted' && resolve()),
  );
  const resynced = new Promise<void>((resolve) => client.onResync(resolve));

  await crashEngine(engine);

  await expect(inFlight).rejects.toMatchObject({ code: 'engine-crashed' });
  const totals = await client.call('totals.list', { classId: made.id });
  expect(totals.items.map(({ current }) => current)).toEqual([2, 2]);
  await Promise.all([restarted, resynced]);
});

test('a call made during a restart waits for it', async () => {
  const engine = await start(tempFolder());
  const client = clientOf(engine);
  const down = nextState(engine, 'restarting');
  void crashEngine(engine);
  await down;
  expect((await client.call('app.state', {})).version).toBe('1.0.0');
});

test('an engine that crashes again and again is given up, and every call says so', async () => {
  const engine = await start(tempFolder(), { backOffMs: [0] });
  const client = clientOf(engine);
  const given = nextState(engine, 'failed');
  const stop = engine.onState((state) => {
    if (state.kind === 'running') void crashEngine(engine);
  });
  await crashEngine(engine);
  await given;
  stop();
  await expect(client.call('app.state', {})).rejects.toMatchObject({ code: 'engine-crashed' });
  expect(lines).toContainEqual(['error', 'engine.gave-up']);
}, 120_000);

test('a start that cannot open its data says why', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'app.db'), 'not a database');
  await expect(start(folder)).rejects.toMatchObject({ code: 'store-damaged' });
});

test('closing ends the calls in flight and then answers none', async () => {
  const engine = await start(tempFolder());
  const client = clientOf(engine);
  const { call: inFlight } = await callInFlight(client);
  const [ended] = await Promise.allSettled([inFlight, engine.close()]);
  expect(ended).toMatchObject({ reason: { code: 'cancelled' } });
  await expect(client.call('app.state', {})).rejects.toMatchObject({ code: 'engine-closed' });
});

test('a thread that does not close in time takes the process with it, instead of being ended while SQLite works in it', () => {
  const program = fileURLToPath(new URL('../../tests/support/deaf-engine.ts', import.meta.url));
  const { signal, stdout } = spawnSync(process.execPath, [program, tempFolder()], { encoding: 'utf8' });
  expect({ signal, stdout }).toEqual({ signal: 'SIGKILL', stdout: 'engine.does-not-close\n' });
});

test('a thread that says how long it waits for a server that stops has that long, and the deadline behind it', () => {
  const program = fileURLToPath(new URL('../../tests/support/deaf-engine.ts', import.meta.url));
  const { signal, stdout } = spawnSync(process.execPath, [program, tempFolder(), '1000'], { encoding: 'utf8' });
  expect({ signal, stdout }).toEqual({ signal: null, stdout: 'closed\n' });
});

test('closing during a restart leaves nothing running', async () => {
  const engine = await start(tempFolder());
  const down = nextState(engine, 'restarting');
  void crashEngine(engine);
  await down;
  await engine.close();
  expect(engine.state).toEqual({ kind: 'closed' });
});

test('a caller that hangs up has its calls cancelled', async () => {
  const engine = await start(tempFolder());
  const client = clientOf(engine);
  const other = clientOf(engine);
  const { call: inFlight } = await callInFlight(client);
  client.close();
  await expect(inFlight).rejects.toMatchObject({ code: 'engine-closed' });
  expect((await other.call('class.list', {})).items).toEqual([]);
});
