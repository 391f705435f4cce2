import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../electron/builtin-server/wait-until.ts';
import { randomOf, pick, type Random } from '../simulation/random.ts';
import { simFolder } from '../simulation/sim-folder.ts';
import { lookAtBothSides } from '../support/both-sides.ts';
import { connectionTo, firstUpload, joinClass, startDevice, type Book, type Device } from '../support/device.ts';
import { startFaultProxy, type FaultMode, type FaultProxy } from '../support/fault-proxy.ts';
import { startTestPostgres, type TestDatabase } from '../support/postgres.ts';
import type { PostgresMajor } from '../support/postgres-releases.ts';

/** What a bad network does in one round. */
export const networkFaults = [
  'cut-at-message',
  'black-hole',
  'half-close',
  'latency',
  'loss',
  'narrow',
  'freeze',
  'appliers',
] as const;
export type NetworkFault = (typeof networkFaults)[number];

/** How often each fault is tried, and where the seeds begin. */
export interface FaultPlan {
  readonly rounds: number;
  readonly from: number;
  readonly postgres: PostgresMajor;
  readonly kinds?: readonly NetworkFault[];
  /** How slow the slow networks are: 1 is as bad as they are known to be. */
  readonly badness?: number;
}

/** What the rounds came to. */
export interface FaultReport {
  readonly seeds: number;
  readonly syncs: number;
  readonly faults: Readonly<Record<NetworkFault, number>>;
  /** How the runs ended that met a fault. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly failures: readonly {
    readonly seed: number;
    readonly kind: NetworkFault;
    readonly found: string;
    readonly replay: string;
  }[];
}

interface Scene {
  readonly database: TestDatabase;
  readonly proxy: FaultProxy;
  readonly badness: number;
  /** The device behind the bad network, and those with a good one. */
  readonly bad: Book;
  readonly good: readonly Book[];
  readonly points: Map<string, number>;
  readonly outcomes: Map<string, number>;
  syncs: number;
}

const appliers = 8;

/** Runs every fault so often over a proxy, and checks after each that all devices and the server hold the same and every point is there once. */
export async function faultRounds(
  plan: FaultPlan,
  onRound: (line: string) => void = () => undefined,
): Promise<FaultReport> {
  const kinds = plan.kinds ?? networkFaults;
  const counts = Object.fromEntries(networkFaults.map((kind) => [kind, 0])) as Record<NetworkFault, number>;
  const failures: { seed: number; kind: NetworkFault; found: string; replay: string }[] = [];
  const postgres = await startTestPostgres({ major: plan.postgres, inMemory: true });
  const devices: Device[] = [];
  try {
    for (let place = 0; place < appliers; place += 1)
      devices.push(await startDevice(`PC ${place + 1}`, undefined, undefined, undefined, simFolder()));
    const scene = await makeScene(await postgres.createDatabase(), devices, plan.badness ?? 1);
    let seeds = 0;
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const kind of kinds) {
        const seed = plan.from + round;
        try {
          const { said, struck } = await playRound(scene, kind, seed);
          counts[kind] += struck ? 1 : 0;
          onRound(`seed ${seed}: ${said}${struck ? '' : ', and the network had done nothing'}`);
        } catch (error) {
          const found = error instanceof Error ? error.message : String(error);
          failures.push({ seed, kind, found, replay: `npm run faults -- --from ${seed} --rounds 1 --only ${kind}` });
          onRound(`seed ${seed}: ${kind} FAILED: ${found}`);
        }
        seeds += 1;
      }
    }
    await scene.proxy.stop();
    return { seeds, syncs: scene.syncs, faults: counts, outcomes: Object.fromEntries(scene.outcomes), failures };
  } finally {
    for (const device of devices) await device[Symbol.asyncDispose]();
    await postgres.stop();
  }
}

async function makeScene(database: TestDatabase, devices: readonly Device[], badness: number): Promise<Scene> {
  const [first, ...others] = devices;
  if (first === undefined) throw new Error('no device');
  const proxy = await startFaultProxy({ target: database.config });
  const uploaded = await firstUpload(first, database, ['Ann', 'Ben', 'Cai', 'Dee', 'Eli', 'Fay']);
  const good: Book[] = [];
  for (const device of others) good.push(await joinClass(device, database));
  const { port } = connectionTo({ ...database, config: { ...database.config, port: proxy.port } });
  await uploaded.call('connection.set', { connectionId: uploaded.connectionId, change: { port } });
  return { database, proxy, badness, bad: uploaded, good, points: new Map(), outcomes: new Map(), syncs: 0 };
}

/** How a round ended, and whether the network had done anything to it: a run may be over before its message comes. */
interface Round {
  readonly said: string;
  readonly struck: boolean;
}

/** A fault that met nobody is tried again, so often at most. */
const mostTries = 8;

async function playRound(scene: Scene, kind: NetworkFault, seed: number): Promise<Round> {
  const next = randomOf(seed * 31 + networkFaults.indexOf(kind));
  for (let tries = 1; ; tries += 1) {
    const round =
      kind === 'appliers' ? await applyTogether(scene, next) : await runOverFault(scene, kind, next, seed + tries - 1);
    scene.outcomes.set(round.said, (scene.outcomes.get(round.said) ?? 0) + 1);
    await settle(scene);
    if (round.struck || tries === mostTries) return round;
  }
}

async function runOverFault(
  scene: Scene,
  kind: Exclude<NetworkFault, 'appliers'>,
  next: Random,
  seed: number,
): Promise<Round> {
  const { bad, good, proxy } = scene;
  await work(scene, bad, next);
  const [other] = good;
  if (other !== undefined) {
    await work(scene, other, next);
    await other.sync({ conflicts: 'server', allowMassChange: true });
  }
  const plan = await bad.preview();
  await proxy.mode(modeOf(scene, kind, next, seed));
  // A black hole swallows who comes: a line that lies ready would go on.
  if (kind === 'black-hole') proxy.cut();
  const half = { struck: false, gone: Promise.resolve() };
  const place = kind === 'half-close' ? pick(next, ['lock', 'send', 'compare', 'write', 'commit', 'finish']) : null;
  const onProgress = ({ phase }: { readonly phase: string }): void => {
    if (phase !== place || half.struck) return;
    void proxy.mode({ kind: 'half-close' });
    half.struck = proxy.struck();
    // Whoever was cut off half must be told some time: then the line is gone.
    half.gone = delay(300).then(() => proxy.cut());
  };
  const mode = pick(next, ['apply', 'sync'] as const) ?? 'sync';
  const decided = { conflicts: 'server', allowMassChange: true } as const;
  const outcome = bad.device.client
    .call('sync.run', { classId: bad.classId, planId: plan.planId, mode, ...decided }, { onProgress })
    .then(
      (result) => `${kind} ${result.outcome}`,
      (error: unknown) => `${kind} ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`,
    );
  // Of a frozen line without anything under way nobody would know.
  let frozen = false;
  if (kind === 'freeze') {
    await delay(next(1_500));
    frozen = await isMet(proxy);
    await proxy.mode({ kind: 'pass' });
  }
  const said = await outcome;
  await half.gone;
  const struck = half.struck || frozen || proxy.struck();
  await proxy.mode({ kind: 'pass' });
  scene.syncs += 1;
  return { said, struck };
}

/** Waits until somebody meets what the network does. */
async function isMet(proxy: FaultProxy): Promise<boolean> {
  const met = await waitUntil(async () => (proxy.struck() ? true : undefined), { deadlineMs: 10_000, everyMs: 5 });
  return met === true;
}

function modeOf({ badness }: Scene, kind: Exclude<NetworkFault, 'appliers'>, next: Random, seed: number): FaultMode {
  switch (kind) {
    case 'cut-at-message':
      // The end of one statement after the other, round by round; and any message, of which there are many more.
      return next(2) === 0
        ? { kind: 'cut-at-message', message: 1 + (seed % 70), type: 'C' }
        : { kind: 'cut-at-message', message: 1 + next(400) };
    case 'black-hole':
      return { kind: 'black-hole' };
    case 'half-close':
      return { kind: 'pass' };
    case 'latency':
      return { kind: 'latency', ms: Math.round(3_000 * badness) };
    case 'loss':
      return { kind: 'loss', percent: 5, ms: Math.round((200 + next(800)) * badness) };
    case 'narrow':
      return { kind: 'rate', bytesPerSecond: Math.round(8_000 / badness) };
    case 'freeze':
      return { kind: 'freeze' };
  }
}

/** Eight devices that all have something to send send it at the same moment. */
async function applyTogether(scene: Scene, next: Random): Promise<Round> {
  const books = [scene.bad, ...scene.good];
  for (const book of books) await work(scene, book, next);
  const plans = await Promise.all(books.map(async (book) => await book.preview()));
  const outcomes = await Promise.all(
    books.map(async (book, place) => {
      const planId = plans[place]?.planId ?? '';
      return await book.run('apply', planId, { conflicts: 'local', allowMassChange: true }).then(
        ({ outcome }) => outcome,
        (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
      );
    }),
  );
  scene.syncs += books.length;
  return { said: `appliers ${[...new Set(outcomes)].toSorted().join('+')}`, struck: true };
}

/** A few points and a rename of a student others rename too. */
async function work({ points }: Scene, book: Book, next: Random): Promise<void> {
  const { items: students } = await book.call('student.list', {});
  const student = pick(next, students);
  if (student === undefined) return;
  for (let count = next(5); count >= 0; count -= 1) {
    const award = { delta: next(9) - 4, text: 'Helped' };
    const { items } = await book.call('score.add', { studentIds: [student.id], award });
    for (const { id, delta } of items) points.set(id, delta);
  }
  if (next(2) === 0) await book.call('student.set', { id: student.id, change: { name: `Name ${next(10_000)}` } });
}

/** Everybody syncs over a good network until nothing is left; then all hold the same, and every point once. */
async function settle(scene: Scene): Promise<void> {
  const { bad, good, points } = scene;
  for (let round = 1; ; round += 1) {
    let listed = 0;
    for (const book of [bad, ...good]) {
      const plan = await book.preview();
      listed += plan.total;
      if (plan.total > 0)
        await book.run('sync', plan.planId, { conflicts: round % 2 === 1 ? 'server' : 'local', allowMassChange: true });
      scene.syncs += 1;
    }
    if (listed === 0) break;
    if (round > 12) throw new Error('not the same after 12 rounds');
  }
  await using sides = await lookAtBothSides(scene.database, bad.classId);
  for (const { device } of [bad, ...good]) {
    const difference = await sides.difference(device.folder);
    if (difference !== null) throw new Error(`${device.name}: ${difference}`);
  }
  const there = await sides.server();
  for (const [id, delta] of points)
    if (there.get(`score_event ${JSON.stringify([id])}`)?.['delta'] !== String(delta))
      throw new Error(`a point is missing: ${id}`);
}
