import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pick, randomOf, type Random } from '../simulation/random.ts';
import { localRows, lookAtBothSides } from '../support/both-sides.ts';
import { simFolder } from '../simulation/sim-folder.ts';
import type { Snapshot } from '../simulation/snapshot.ts';
import { firstUpload, joinClass, startDevice, type Book, type Device } from '../support/device.ts';
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts';
import type { PostgresMajor } from '../support/postgres-releases.ts';

/** How many kills of each kind, and where the seeds begin. */
export interface CrashPlan {
  readonly kills: number;
  readonly serverKills: number;
  readonly from: number;
  readonly postgres: PostgresMajor;
}

/** What the loops came to. `faults` counts the kills by the moment they met. */
export interface CrashReport {
  readonly seeds: number;
  readonly syncs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly seed: number; readonly found: string; readonly replay: string }[];
}

interface Scene {
  readonly postgres: TestPostgres;
  readonly database: TestDatabase;
  readonly victim: Book;
  readonly other: Book;
  /** Points that were confirmed, with what they are worth and who recorded them. */
  readonly confirmed: Map<string, { readonly delta: number; readonly by: Book }>;
  readonly faults: Map<string, number>;
  syncs: number;
}

/** Kills the app so often, then PostgreSQL, in the middle of whatever they do, and checks after each kill what must hold. */
export async function crashLoop(
  plan: CrashPlan,
  onKill: (line: string) => void = () => undefined,
): Promise<CrashReport> {
  const postgres = await startTestPostgres({ major: plan.postgres, inMemory: true });
  // What a killed process wrote stays whether the system keeps it in memory or on a disk.
  const [a, b] = [await startHere('Room 301 PC'), await startHere('Office PC')];
  const failures: { seed: number; found: string; replay: string }[] = [];
  let seeds = 0;
  try {
    const database = await postgres.createDatabase();
    const victim = await firstUpload(a, database, ['Ann', 'Ben', 'Cai', 'Dee', 'Eli', 'Fay']);
    const other = await joinClass(b, database);
    const scene: Scene = { postgres, database, victim, other, confirmed: new Map(), faults: new Map(), syncs: 0 };
    const total = plan.kills + plan.serverKills;
    for (let count = 0; count < total; count += 1) {
      const seed = plan.from + count;
      const ofServer = count >= plan.kills;
      try {
        const moment = ofServer ? await killServer(scene, seed) : await killApp(scene, seed);
        scene.faults.set(moment, (scene.faults.get(moment) ?? 0) + 1);
        onKill(`seed ${seed}: killed ${moment}`);
      } catch (error) {
        const found = error instanceof Error ? error.message : String(error);
        failures.push({
          seed,
          found,
          replay: `npm run crash -- --from ${seed} ${ofServer ? '--kills 0 --server-kills 1' : '--kills 1 --server-kills 0'}`,
        });
        onKill(`seed ${seed}: FAILED: ${found}`);
        if (failures.length >= 5) break;
      }
      seeds += 1;
    }
    return { seeds, syncs: scene.syncs, faults: Object.fromEntries(scene.faults), failures };
  } finally {
    await a[Symbol.asyncDispose]();
    await b[Symbol.asyncDispose]();
    await postgres.stop();
  }
}

/** A device whose files lie in memory. */
async function startHere(name: string): Promise<Device> {
  return await startDevice(name, undefined, undefined, undefined, simFolder());
}

/** Lets the victim work in a process of its own and kills it at a moment nobody chose. Answers the moment. */
async function killApp(scene: Scene, seed: number): Promise<string> {
  const next = randomOf(seed);
  const { victim, database, confirmed } = scene;
  await disturb(scene, next);
  await victim.device.stop();
  const args = [
    join(import.meta.dirname, 'victim.ts'),
    victim.device.folder,
    victim.classId,
    victim.connectionId,
    String(seed),
  ];
  const env = { ...process.env, TALLYBOOK_PASSWORD: database.config.password };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  const working = Promise.withResolvers<void>();
  child.stdout.on('data', (piece: Buffer) => {
    printed += piece.toString();
    if (printed.includes('moment preview')) working.resolve();
  });
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  await Promise.race([working.promise, ended]);
  // Mostly in the first exchange, sometimes in a later one.
  await delay(next(pick(next, [150, 600, 2_000]) ?? 600));
  const early = child.exitCode !== null;
  child.kill('SIGKILL');
  await ended;
  if (early) throw new Error(`the victim ended by itself: ${printed.slice(-300)}`);
  const lines = printed.split('\n');
  for (const line of lines) {
    const [what, id = '', delta] = line.split(' ');
    if (what === 'point') confirmed.set(id, { delta: Number(delta), by: victim });
  }
  scene.syncs += lines.filter((line) => line === 'moment between').length;
  checkConfirmed(scene, 'the file after the kill', localRows(victim.device.folder, victim.classId), victim);
  await victim.device.start();
  await remember(victim, database);
  await settle(scene);
  return `app, ${lines.findLast((line) => line.startsWith('moment '))?.slice(7) ?? 'start'}`;
}

/** Kills PostgreSQL in the middle of a sync. Answers when. */
async function killServer(scene: Scene, seed: number): Promise<string> {
  const next = randomOf(seed);
  const { victim, postgres } = scene;
  await disturb(scene, next);
  for (let count = next(20); count >= 0; count -= 1) await recordPoint(scene, victim, next);
  const plan = await victim.preview();
  const mode = pick(next, ['apply', 'sync'] as const) ?? 'sync';
  const outcome = victim.run(mode, plan.planId, { conflicts: 'server', allowMassChange: true }).then(
    (result) => result.outcome,
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'error'),
  );
  await delay(next(120));
  await postgres.kill();
  const how = await outcome;
  await postgres.restart();
  await settle(scene);
  return `server, ${how}`;
}

/** The other device gives points and renames, so that there is something to pull. */
async function disturb(scene: Scene, next: Random): Promise<void> {
  for (let count = next(3); count >= 0; count -= 1) await recordPoint(scene, scene.other, next);
  const student = pick(next, (await scene.other.call('student.list', {})).items);
  if (student !== undefined)
    await scene.other.call('student.set', { id: student.id, change: { note: `note ${next(1000)}` } });
  await scene.other.sync({ conflicts: 'server', allowMassChange: true });
}

async function recordPoint({ confirmed }: Scene, book: Book, next: Random): Promise<void> {
  const student = pick(next, (await book.call('student.list', {})).items);
  if (student === undefined) return;
  const { items } = await book.call('score.add', {
    studentIds: [student.id],
    award: { delta: next(9) - 4, text: 'Helped' },
  });
  for (const { id, delta } of items) confirmed.set(id, { delta, by: book });
}

/** Both devices sync until nothing is left; then both hold what the server holds, and every point that was ever confirmed. */
async function settle(scene: Scene): Promise<void> {
  const { victim, other } = scene;
  for (let round = 0; ; round += 1) {
    let listed = 0;
    for (const book of [victim, other]) {
      const plan = await book.preview();
      listed += plan.total;
      if (plan.total > 0) await book.run('sync', plan.planId, { conflicts: 'server', allowMassChange: true });
      scene.syncs += 1;
    }
    if (listed === 0) break;
    if (round > 12) throw new Error('not the same after 12 rounds');
  }
  await using fresh = await lookAtBothSides(scene.database, victim.classId);
  for (const { device } of [victim, other]) {
    const difference = await fresh.difference(device.folder);
    if (difference !== null) throw new Error(`${device.name}: ${difference}`);
    checkConfirmed(scene, device.name, fresh.local(device.folder));
  }
}

/** Every point that was confirmed, or confirmed by one device, is there. */
function checkConfirmed({ confirmed }: Scene, where: string, snapshot: Snapshot, by?: Book): void {
  for (const [id, point] of confirmed) {
    if (by !== undefined && point.by !== by) continue;
    const row = snapshot.get(`score_event ${JSON.stringify([id])}`);
    if (row?.['delta'] !== String(point.delta)) throw new Error(`a confirmed point is not in ${where}: ${id}`);
  }
}

/** A password that was not kept is given again, as a person would. */
async function remember(book: Book, database: TestDatabase): Promise<void> {
  await book.call('connection.set', {
    connectionId: book.connectionId,
    change: { password: database.config.password },
  });
}
