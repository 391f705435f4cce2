import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createBuiltinServer } from '../../electron/builtin-server/builtin-server.ts';
import type { ServerStatus } from '../../electron/builtin-server/builtin-server.ts';
import { isProcessAlive } from '../../electron/builtin-server/postmaster.ts';
import { readLock } from '../../electron/engine/lock-file.ts';
import { connectToOwner } from '../../electron/engine/owner-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

const run = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url));

/** A start of the app as people start it: three programs, one below the other, in a group of their own. */
interface Started {
  /** What was started: sets up, and starts the next. */
  readonly first: number;
  /** Builds, and starts the app. */
  readonly second: number;
  /** The app itself. */
  readonly app: number;
  readonly postgres: number;
}

function parentOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
}

/** The server of a data folder, as the system knows it. */
async function serverOf(folder: string): Promise<ServerStatus> {
  return await createBuiltinServer({ folder: join(folder, 'server'), log: () => undefined }).status();
}

/** Starts the app on a folder and waits until the server of its class runs. The first start shares a class. */
async function start(folder: string): Promise<Started> {
  const child = spawn(process.execPath, [run, 'start', '--browser', '--data', folder, '--device', 'PC', '--print'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const first = child.pid ?? 0;
  onTestFinished(() => endGroup(first));
  while (!said.includes('#token=')) await once(child.stdout, 'data');
  const state = readLock(folder);
  if (state.kind !== 'held') throw new Error('nobody has the folder');
  const client = await connectToOwner(folder);
  if ((await client.call('class.list', {})).items.length === 0) {
    const { id: classId } = await client.call('class.create', { name: '5B', students: ['Li Wei'] });
    await client.call('server.share', { classId });
  }
  const postgres = await vi.waitFor(
    async () => {
      const { state: server, pid } = await serverOf(folder);
      if (server !== 'running' || pid === null) throw new Error(`the server is ${server}`);
      return pid;
    },
    { timeout: 60_000, interval: 50 },
  );
  client.close();
  const { pid: app } = state.record;
  return { first, second: parentOf(app), app, postgres };
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // All have ended.
  }
}

/** Whoever of a start is still there, and what it left behind in the folder. */
async function leftOf({ first, second, app, postgres }: Started, folder: string): Promise<readonly string[]> {
  const processes = Object.entries({ first, second, app, postgres }).filter(([, pid]) => isProcessAlive(pid));
  const files = ['', 'classes'].flatMap((part) => readdirSync(join(folder, part)));
  return [
    ...processes.map(([name]) => name),
    ...files.filter((file) => file === 'engine.lock' || file.endsWith('-wal')),
    ...((await serverOf(folder)).state === 'stopped' ? [] : ['a server']),
  ];
}

test('however the group of the app is ended, its server, its lock and its files are closed within seconds', async ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'looks at processes as Linux shows them');
  const folder = tempFolder();
  const ends: readonly (readonly [string, (started: Started) => void])[] = [
    ['TERM to all', ({ first }) => process.kill(-first, 'SIGTERM')],
    ['INT to all', ({ first }) => process.kill(-first, 'SIGINT')],
    ['HUP to all', ({ first }) => process.kill(-first, 'SIGHUP')],
    ['TERM to the app, again and again', ({ app }) => [1, 2, 3].forEach(() => process.kill(app, 'SIGTERM'))],
    ['KILL of what was started', ({ first }) => process.kill(first, 'SIGKILL')],
    ['KILL of all but the app', ({ first, second }) => [first, second].forEach((pid) => process.kill(pid, 'SIGKILL'))],
  ];
  for (const [name, end] of ends) {
    const started = await start(folder);
    end(started);
    await vi.waitFor(async () => expect(await leftOf(started, folder), name).toEqual([]), {
      timeout: 60_000,
      interval: 50,
    });
  }
}, 300_000);
