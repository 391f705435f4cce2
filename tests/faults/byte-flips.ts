import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../electron/engine/engine.ts';
import { clientOf } from '../../electron/engine/host-client.ts';
import { classFileOf } from '../../electron/store/class-files.ts';
import type { Client } from '../../shared/contract/client.ts';
import type { PlanRowItem, RunResult } from '../../shared/contract/sync.ts';
import { AppError } from '../../shared/errors.ts';
import { pick, randomOf, type Random } from '../simulation/random.ts';
import { addressOf, valueOf, type RowCells, type Snapshot, type Value } from '../simulation/snapshot.ts';
import { localRows, lookAtBothSides } from '../support/both-sides.ts';
import { firstUpload, joinClass, startDevice, type Book } from '../support/device.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { saveDatabase } from '../support/saved-database.ts';

/** Files of an installation in which bytes are changed: the class with or without its write-ahead log, the installation's own, a backup copy. */
const targets = ['class', 'class', 'class', 'class', 'class', 'class', 'log', 'log', 'app', 'backup'] as const;
type Target = (typeof targets)[number];

/** How one sync with a damaged file ended. */
export interface FlipOutcome {
  readonly seed: number;
  readonly target: Target;
  /** What was said, in the order it was tried. */
  readonly said: readonly string[];
  /** Whether the remedy was needed: a backup, or the installation's own file made anew. */
  readonly repaired: boolean;
}

/** One installation as a power cut leaves it, with edits the server does not have, and a server with edits it has not seen. */
interface Scene {
  readonly folder: string;
  readonly classId: string;
  readonly connectionId: string;
  readonly password: string;
  readonly database: TestDatabase;
  /** Puts the server back to what it was when the scene was made. */
  readonly restoreServer: () => Promise<void>;
  /** What the server has before any sync, and after one with a sound file. */
  readonly server: { readonly before: Snapshot; readonly after: Snapshot };
  /** What this side held at any time. */
  readonly local: readonly Snapshot[];
  /** Rows edited here that the server does not have. */
  readonly unsent: ReadonlySet<string>;
}

/**
 * Changes bytes of one file, opens the installation, looks and syncs, once for every seed. Throws where a failure has no name, where the server lost something or
 * took something nobody had edited, where what is shown is not true and nobody says so, or where the remedy does not help.
 */
export async function syncWithFlippedBytes(
  database: TestDatabase,
  seeds: readonly number[],
): Promise<readonly FlipOutcome[]> {
  await using scene = await makeScene(database);
  const outcomes: FlipOutcome[] = [];
  for (const seed of seeds) {
    try {
      outcomes.push(await playFlip(scene, seed));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`byte flips of seed ${seed}: ${what}`, { cause: error });
    }
  }
  return outcomes;
}

async function makeScene(database: TestDatabase): Promise<Scene & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-flips-'));
  await using one = await startDevice('PC 1');
  await using two = await startDevice('PC 2');
  const here = await firstUpload(one, database, ['Ann', 'Ben', 'Cai', 'Dee']);
  const there = await joinClass(two, database);
  for (let round = 0; round < 20; round += 1)
    for (const name of ['Ann', 'Ben', 'Cai', 'Dee']) await here.award(name, 1 + (round % 3), `Reason ${round}`);
  await here.sync();
  await there.sync();
  // Ending makes a backup of what everybody holds.
  await one.restart();
  await here.call('connection.set', {
    connectionId: here.connectionId,
    change: { password: database.config.password },
  });
  await here.preview();
  const atBackup = localRows(one.folder, here.classId);
  await editBoth(here, there);
  cpSync(one.folder, folder, { recursive: true });
  const atCut = localRows(one.folder, here.classId);
  const before = await serverOf(database, here.classId);
  const saved = await saveDatabase(database);
  const plan = await here.preview();
  const listed = await here.rows(plan.planId);
  await here.run('sync', plan.planId);
  const after = await serverOf(database, here.classId);
  await one.stop();
  await two.stop();
  await saved.restore();
  return {
    folder,
    classId: here.classId,
    connectionId: here.connectionId,
    password: database.config.password,
    database,
    restoreServer: saved.restore,
    server: { before, after },
    local: [atBackup, atCut, after],
    unsent: new Set(listed.flatMap((item) => (item.direction === 'down' ? [] : [addressOf(item.table, item.key)]))),
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true });
      await saved.drop();
    },
  };
}

/** Edits of all kinds on this side, and others on the server. */
async function editBoth(here: Book, there: Book): Promise<void> {
  await here.award('Cai', 5);
  const ann = await here.student('Ann');
  const ben = await here.student('Ben');
  await here.call('student.set', { id: ann.id, change: { note: 'needs glasses' } });
  await here.call('student.set', { id: ben.id, change: {}, tag: ['choir'] });
  await there.award('Ann', 2);
  await there.call('student.set', { id: ben.id, change: { note: 'sits in front' } });
  await there.sync();
}

async function serverOf(database: TestDatabase, classId: string): Promise<Snapshot> {
  await using sides = await lookAtBothSides(database, classId);
  return await sides.server();
}

async function playFlip(scene: Scene, seed: number): Promise<FlipOutcome> {
  const next = randomOf(seed);
  const target = pick(next, targets) ?? 'class';
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-flipped-'));
  try {
    cpSync(scene.folder, folder, { recursive: true });
    flip(fileOf(scene, folder, target), next);
    const said: string[] = [];
    try {
      const { listed, ok } = await useIt(scene, folder, target, said);
      await checkServer(scene, listed);
      if (ok && said.every((word) => calmWords.has(word))) checkLocal(scene, folder);
      const repaired = said.includes('store-damaged') && (await repair(scene, folder));
      return { seed, target, said, repaired };
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new Error(`${target} (${said.join(', ')}): ${what}`, { cause: error });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await scene.restoreServer();
  }
}

/** What is said where nothing is wrong. */
const calmWords: ReadonlySet<string> = new Set(['restored', 'listed', 'previewed', 'completed', 'well']);

function fileOf({ classId }: Scene, folder: string, target: Target): string {
  const file = classFileOf(folder, classId);
  switch (target) {
    case 'class':
      return file;
    case 'log':
      return `${file}-wal`;
    case 'app':
      return join(folder, 'app.db');
    case 'backup':
      return newestBackup(folder, classId);
  }
}

function newestBackup(folder: string, classId: string): string {
  const place = join(folder, 'backups', classId);
  const newest = readdirSync(place).toSorted().at(-1);
  if (newest === undefined) throw new Error('there is no backup');
  return join(place, newest);
}

/** A bit, some bytes in a row, some bytes here and there, or a sector that reads as zeros. */
function flip(file: string, next: Random): void {
  const bytes = readFileSync(file);
  const anywhere = next(bytes.length);
  const at = next(2) === 0 ? anywhere : textAfter(bytes, anywhere);
  switch (next(4)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << next(8));
      break;
    case 1:
      for (let place = at; place < Math.min(bytes.length, at + 1 + next(16)); place += 1) bytes[place] = next(256);
      break;
    case 2:
      for (let count = 1 + next(8); count > 0; count -= 1) bytes[next(bytes.length)] = next(256);
      break;
    default:
      bytes.fill(0, at - (at % 512), Math.min(bytes.length, at - (at % 512) + 512));
  }
  writeFileSync(file, bytes);
}

/** The place of the next text: much of a file is room nothing is in. */
function textAfter(bytes: Buffer, from: number): number {
  const isText = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x20 && byte < 0x7f;
  for (let place = from; place < bytes.length - 8; place += 1)
    if (bytes.subarray(place, place + 8).every(isText)) return place + 4;
  return from;
}

interface Used {
  /** What the list of changes said. */
  readonly listed: readonly PlanRowItem[];
  /** Whether the doctor found nothing wrong. */
  readonly ok: boolean;
}

/** Does with an installation what a person does, whatever is answered. */
async function useIt(scene: Scene, folder: string, target: Target, said: string[]): Promise<Used> {
  const { classId, connectionId } = scene;
  let listed: readonly PlanRowItem[] = [];
  let ok = false;
  const attempt = async <T>(work: () => Promise<T>, tell: (result: T) => string): Promise<T | null> => {
    try {
      const result = await work();
      said.push(tell(result));
      return result;
    } catch (error) {
      said.push(codeOf(error));
      return null;
    }
  };
  await withEngine(scene, folder, said, async (client) => {
    if (target === 'backup')
      await attempt(
        async () => {
          const [backup] = (await client.call('backup.list', { classId })).items;
          return await client.call('backup.restore', { classId, at: backup?.at ?? '', as: 'in-place' });
        },
        () => 'restored',
      );
    await attempt(
      async () => await client.call('student.list', { classId }),
      () => 'listed',
    );
    const plan = await attempt(
      async () => {
        const { planId } = await client.call('sync.preview', { classId, connectionId });
        const { ordinals } = await client.call('plan.index', { classId, planId });
        listed = (await client.call('plan.rows', { classId, planId, ordinals })).items;
        return planId;
      },
      () => 'previewed',
    );
    if (plan !== null)
      await attempt(
        async () => await client.call('sync.run', { classId, planId: plan, mode: 'sync' }),
        ({ outcome, error }) => error?.code ?? outcome,
      );
    await attempt(
      async () => await client.call('app.doctor', { classId }),
      (found) => {
        if (found.checks.some(({ code }) => code === 'unexpected')) throw new Error('the doctor says unexpected');
        ok = found.checks.every(({ id, state }) => state !== 'failed' || id === 'keychain');
        return ok ? 'well' : (found.checks.find(({ state }) => state === 'failed')?.code ?? 'failed');
      },
    );
  });
  return { listed, ok };
}

/** Opens the installation where it can be opened. */
async function withEngine(
  { password }: Scene,
  folder: string,
  said: string[],
  work: (client: Client) => Promise<void>,
): Promise<void> {
  let engine;
  try {
    engine = createEngine({
      dataFolder: folder,
      version: '0.0.0-test',
      checkResults: false,
      fallbackPassword: password,
    });
  } catch (error) {
    said.push(codeOf(error));
    return;
  }
  const client = clientOf(engine);
  try {
    await work(client);
  } finally {
    client.close();
    await engine.close();
  }
}

/** A failure must have a name that says what to do. */
function codeOf(error: unknown): string {
  if (error instanceof AppError && error.code !== 'unexpected') return error.code;
  throw error;
}

/** The server has everything it had, and nothing nobody had edited. A value that was not sent yet cannot be told from what somebody typed: it must at least be listed. */
async function checkServer({ database, classId, server, unsent }: Scene, items: readonly PlanRowItem[]): Promise<void> {
  const now = await serverOf(database, classId);
  const listed = new Map(items.map((item) => [addressOf(item.table, item.key), item]));
  for (const address of new Set([...now.keys(), ...server.before.keys()])) {
    const row = now.get(address);
    if (row === undefined) {
      if (server.after.has(address)) throw new Error(`the server lost ${address}`);
      continue;
    }
    const wrong = wrongCell(address, row, [server.before, server.after]);
    if (wrong === null) continue;
    const { column, value } = wrong;
    const field = listed.get(address)?.fields.find(({ name }) => name === column);
    if (unsent.has(address) && field !== undefined && valueOf(column, field.result) === value) continue;
    throw new Error(`the server got ${address} ${column} ${value ?? 'NULL'}`);
  }
}

/** What is shown was true at some time, where nobody said that something is wrong. */
function checkLocal({ classId, local, server }: Scene, folder: string): void {
  const known = [...local, server.before, server.after];
  for (const [address, row] of localRows(folder, classId)) {
    const wrong = wrongCell(address, row, known);
    if (wrong !== null)
      throw new Error(`${address} ${wrong.column} is ${wrong.value ?? 'NULL'} here, and nobody says so`);
  }
}

/** A cell of a row that none of these ever held. */
function wrongCell(
  address: string,
  row: RowCells,
  known: readonly Snapshot[],
): { readonly column: string; readonly value: Value } | null {
  for (const [column, value] of Object.entries(row))
    if (!known.some((snapshot) => snapshot.has(address) && (snapshot.get(address)?.[column] ?? null) === value))
      return { column, value };
  return null;
}

async function syncAgain(
  client: Client,
  ids: { readonly classId: string; readonly connectionId: string },
): Promise<RunResult['outcome']> {
  const { planId } = await client.call('sync.preview', ids);
  return (await client.call('sync.run', { classId: ids.classId, planId, mode: 'sync' })).outcome;
}

/** What the message says helps: the newest backup that is sound, or the installation's own file made anew; then both sides hold what the server has. */
async function repair(scene: Scene, folder: string): Promise<boolean> {
  const { classId, connectionId, database } = scene;
  const said: string[] = [];
  const began = async (): Promise<boolean> => {
    let open = false;
    await withEngine(scene, folder, said, async () => {
      open = true;
    });
    return open;
  };
  if (!(await began()))
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `app.db${suffix}`), { force: true });
  await withEngine(scene, folder, said, async (client) => {
    const { items } = await client.call('backup.list', { classId });
    for (const { at } of items) {
      const restored = await client.call('backup.restore', { classId, at, as: 'in-place' }).then(
        () => 'restored',
        (error: unknown) => codeOf(error),
      );
      said.push(`backup of ${at} ${restored}`);
      if (restored === 'restored') break;
    }
    const outcome = await syncAgain(client, { classId, connectionId }).catch((error: unknown) => codeOf(error));
    if (outcome !== 'completed') throw new Error(`after the remedy a sync ended with ${outcome} (${said.join(', ')})`);
  });
  const there = await serverOf(database, classId);
  const here = existsSync(classFileOf(folder, classId)) ? localRows(folder, classId) : new Map();
  for (const address of there.keys())
    if (!here.has(address)) throw new Error(`after the remedy ${address} is missing (${said.join(', ')})`);
  return true;
}
