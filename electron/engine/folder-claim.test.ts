import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { tempFolder } from '../../tests/support/temp-folder.ts';
import { computerStart } from './computer-start.ts';
import { createEngine } from './engine.ts';
import { claimDataFolder, showOwner } from './folder-claim.ts';
import type { ClaimResult, FolderClaim } from './folder-claim.ts';
import { lockFileOf, readLock } from './lock-file.ts';
import type { OwnerRecord } from './lock-file.ts';
import { connectToOwner } from './owner-client.ts';
import { newToken } from './token.ts';

/** A process id that was in use a moment ago and is free now. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

function record(change: Partial<OwnerRecord>): OwnerRecord {
  const socket = process.platform === 'win32' ? String.raw`\\.\pipe\tallybook-gone` : '/tmp/tallybook-absent/engine';
  return {
    pid: process.pid,
    host: hostname(),
    start: computerStart(),
    shell: 'browser',
    since: new Date().toISOString(),
    socket,
    token: newToken(),
    ...change,
  };
}

function writeLock(folder: string, content: OwnerRecord | string, ageMs = 0): void {
  const file = lockFileOf(folder);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  const at = new Date(Date.now() - ageMs);
  utimesSync(file, at, at);
}

function owned(result: ClaimResult): FolderClaim {
  if (result.kind !== 'owned') throw new Error('taken');
  onTestFinished(() => result.claim.release());
  return result.claim;
}

async function serveEngine(folder: string): Promise<FolderClaim> {
  const claim = owned(await claimDataFolder(folder, 'browser'));
  const engine = createEngine({ dataFolder: folder, version: '1.2.3', checkResults: true });
  onTestFinished(() => engine.close());
  claim.serve(engine);
  return claim;
}

test('the first to claim a folder owns it and the second is told who does', async () => {
  const folder = tempFolder();
  owned(await claimDataFolder(folder, 'desktop'));
  const second = await claimDataFolder(folder, 'browser');
  expect(second).toMatchObject({ kind: 'taken', owner: { pid: process.pid, shell: 'desktop' } });
});

test('the lock file is readable by its owner only', async () => {
  const folder = tempFolder();
  owned(await claimDataFolder(folder, 'desktop'));
  if (process.platform !== 'win32') expect(statSync(lockFileOf(folder)).mode & 0o777).toBe(0o600);
});

test('a released folder leaves nothing behind and can be claimed again', async () => {
  const folder = tempFolder();
  const first = await claimDataFolder(folder, 'cli');
  if (first.kind !== 'owned') throw new Error('taken');
  const state = readLock(folder);
  await first.claim.release();
  expect(existsSync(lockFileOf(folder))).toBe(false);
  if (state.kind === 'held') expect(existsSync(state.record.socket)).toBe(false);
  owned(await claimDataFolder(folder, 'cli'));
});

test('the lock of a process that died is taken over', async () => {
  const folder = tempFolder();
  writeLock(folder, record({ pid: await deadPid() }));
  owned(await claimDataFolder(folder, 'browser'));
  expect(readLock(folder)).toMatchObject({ kind: 'held', record: { pid: process.pid } });
});

test('of many that find a dead lock at once exactly one becomes the owner', async () => {
  const folder = tempFolder();
  writeLock(folder, record({ pid: await deadPid() }));
  const results = await Promise.all(Array.from({ length: 12 }, () => claimDataFolder(folder, 'browser')));
  const claims = results.filter((result) => result.kind === 'owned');
  for (const result of claims) owned(result);
  expect(claims).toHaveLength(1);
});

test('of several processes that find a dead lock at once exactly one becomes the owner', async () => {
  const folder = tempFolder();
  writeLock(folder, record({ pid: await deadPid() }));
  const module = new URL('./folder-claim.ts', import.meta.url).href;
  const program = `const { claimDataFolder } = await import(${JSON.stringify(module)});
    const result = await claimDataFolder(process.argv[1], 'cli');
    process.stdout.write(result.kind);
    process.stdin.once('end', () => process.exit(0)).resume();`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '--eval', program, folder], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const answers = await Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0])));
  for (const child of children) child.stdin.end();
  await Promise.all(children.map((child) => once(child, 'exit')));
  expect(answers.toSorted()).toEqual(['owned', 'taken', 'taken', 'taken']);
});

test('a lock whose socket nobody listens at is taken over even when its process id is in use again', async () => {
  const folder = tempFolder();
  const server = createServer();
  const socket = join(folder, 's');
  await once(server.listen(socket), 'listening');
  const copy = join(folder, 'left-behind');
  if (process.platform !== 'win32') {
    // A hard link keeps the name of a socket nobody listens at any more, as a killed process does.
    const { linkSync } = await import('node:fs');
    linkSync(socket, copy);
  }
  server.close();
  await once(server, 'close');
  writeLock(folder, record({ pid: process.pid, socket: copy }));
  owned(await claimDataFolder(folder, 'browser'));
});

test('a lock that a power cut left empty is taken over', async () => {
  const folder = tempFolder();
  writeLock(folder, '', 10_000);
  owned(await claimDataFolder(folder, 'browser'));
});

test('a living owner that does not answer keeps its folder', async ({ skip }) => {
  skip(process.platform === 'win32', 'a pipe on Windows is not a file');
  const folder = tempFolder();
  const socket = join(folder, 's');
  const silent = createServer(() => undefined);
  await once(silent.listen(socket), 'listening');
  onTestFinished(() => void silent.close());
  const content = record({ socket });
  writeLock(folder, content);
  await expect(claimDataFolder(folder, 'browser')).rejects.toMatchObject({
    code: 'owner-silent',
    params: { pid: process.pid },
  });
  expect(JSON.parse(readFileSync(lockFileOf(folder), 'utf8'))).toEqual(content);
});

test('a living owner whose socket was swept away keeps its folder as long as it touches its lock', async ({ skip }) => {
  skip(process.platform === 'win32', 'a pipe on Windows is not a file');
  const folder = tempFolder();
  writeLock(folder, record({}));
  await expect(claimDataFolder(folder, 'browser')).rejects.toMatchObject({ code: 'owner-silent' });
  writeLock(folder, record({}), 200_000);
  owned(await claimDataFolder(folder, 'browser'));
});

test('the lock of another computer counts while it is touched', async () => {
  const folder = tempFolder();
  writeLock(folder, record({ host: 'office-pc' }));
  await expect(claimDataFolder(folder, 'browser')).rejects.toMatchObject({
    code: 'folder-owned',
    params: { host: 'office-pc' },
  });
  writeLock(folder, record({ host: 'office-pc' }), 200_000);
  owned(await claimDataFolder(folder, 'browser'));
});

test('the lock of a computer that only has the same name counts while it is touched', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux says for certain which start this is');
  const folder = tempFolder();
  const [boot] = computerStart().split(' ');
  // Its process ids say nothing here: that none of them runs on this one is no proof.
  const other = record({ start: `${boot} pid:[1]`, pid: await deadPid() });
  writeLock(folder, other);
  await expect(claimDataFolder(folder, 'browser')).rejects.toMatchObject({ code: 'folder-owned' });
  expect(JSON.parse(readFileSync(lockFileOf(folder), 'utf8'))).toEqual(other);
  writeLock(folder, other, 200_000);
  owned(await claimDataFolder(folder, 'browser'));
});

test('an owner whose lock was taken from it is told', async () => {
  const folder = tempFolder();
  const claim = owned(await claimDataFolder(folder, 'browser', 20));
  const lost = new Promise<void>((resolve) => claim.onLost(resolve));
  writeLock(folder, record({}));
  await lost;
  await claim.release();
  expect(existsSync(lockFileOf(folder))).toBe(true);
});

test('a living owner keeps its lock fresh', async () => {
  const folder = tempFolder();
  owned(await claimDataFolder(folder, 'browser', 20));
  const old = new Date(Date.now() - 600_000);
  utimesSync(lockFileOf(folder), old, old);
  await vi.waitFor(() => expect(Date.now() - statSync(lockFileOf(folder)).mtimeMs).toBeLessThan(60_000));
});

test('the owner answers the contract on its private socket, big integers too', async () => {
  const folder = tempFolder();
  await serveEngine(folder);
  const client = await connectToOwner(folder);
  const made = await client.call('class.create', { name: '5B' });
  expect((await client.call('class.list', {})).items).toEqual([made]);
  expect(typeof (await client.call('app.dataInfo', {})).freeBytes).toBe('bigint');
  client.close();
});

test('a caller that comes before the engine is up waits for it', async () => {
  const folder = tempFolder();
  const claim = owned(await claimDataFolder(folder, 'browser'));
  const client = await connectToOwner(folder);
  const state = client.call('app.state', {});
  const engine = createEngine({ dataFolder: folder, version: '1.2.3', checkResults: true });
  onTestFinished(() => engine.close());
  claim.serve(engine);
  expect((await state).version).toBe('1.2.3');
  client.close();
});

test('a second start on the folder brings the first to the front', async () => {
  const folder = tempFolder();
  const claim = await serveEngine(folder);
  const shown = new Promise<void>((resolve) => claim.onShow(resolve));
  await showOwner(folder);
  await shown;
});

test('what an owner that ends was asked may have been done; what it is asked then was not', async () => {
  const folder = tempFolder();
  const result = await claimDataFolder(folder, 'browser');
  if (result.kind !== 'owned') throw new Error('taken');
  const client = await connectToOwner(folder);
  const call = client.call('app.state', {});
  await result.claim.release();
  await expect(call).rejects.toMatchObject({ code: 'answer-lost' });
  await expect(client.call('app.state', {})).rejects.toMatchObject({ code: 'engine-closed' });
});

test('an owner that gives the folder up while it is greeted is no owner any more', async () => {
  const folder = tempFolder();
  const socket = process.platform === 'win32' ? String.raw`\\.\pipe\tallybook-${newToken()}` : join(folder, 's');
  const server = createServer((caller) => {
    rmSync(lockFileOf(folder));
    caller.destroy();
  });
  await once(server.listen(socket), 'listening');
  onTestFinished(() => void server.close());
  writeLock(folder, record({ socket }));
  await expect(connectToOwner(folder)).rejects.toMatchObject({ code: 'not-found' });
});

test.each([
  ['a wrong token', JSON.stringify({ token: newToken(), want: 'line' })],
  ['no token', JSON.stringify({ want: 'line' })],
  ['no JSON', 'GET / HTTP/1.1'],
  ['a line without end', 'x'.repeat(2000)],
])('the private socket hangs up on %s without a word', async (_what, greeting) => {
  const folder = tempFolder();
  await serveEngine(folder);
  const state = readLock(folder);
  if (state.kind !== 'held') throw new Error('no lock');
  const socket = connect(state.record.socket);
  const heard: Buffer[] = [];
  socket.on('data', (chunk) => heard.push(chunk));
  socket.on('error', () => undefined);
  socket.write(`${greeting}\n`);
  await once(socket, 'close');
  expect(heard).toEqual([]);
});
