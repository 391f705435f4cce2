import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { checkEnd, converge, sendCopy } from './converge.ts';
import { cross } from './crossing.ts';
import { cloneDevice, jumpClock, saveOrRestore } from './device-life.ts';
import { edit } from './edits.ts';
import { decideAndRun, exchange, plainly, type Manner } from './exchange.ts';
import { pullAndReplace, takeRunBack } from './fixed-lists.ts';
import { endTransaction, foreignEdit, holdTransaction } from './foreign-writer.ts';
import { lookWithOtherClock } from './other-clock.ts';
import { checkSameEnd, convergeInOtherOrder } from './other-order.ts';
import { makeWorld } from './make-world.ts';
import { Broken } from './oracle.ts';
import { pick, weighted } from './random.ts';
import { letYearPass, saveOrRestoreServer, truncateTable } from './server-life.ts';
import type { SimServer } from './sim-server.ts';
import { syncFaults } from './sync-faults.ts';
import type { VirtualClock } from './virtual-clock.ts';
import {
  classesOf,
  codeOf,
  countFault,
  memberAt,
  named,
  passTime,
  type FaultKind,
  type Member,
  type World,
} from './world.ts';

/** How large a seed is, and what it is about: everything as often as it happens, or above all devices and servers that are not what they were. */
export interface SeedSize {
  readonly devices: number;
  readonly steps: number;
  readonly about: 'everything' | 'identity';
}

/** What became of one seed. `failure` names the rule that was broken, the step and what was seen. */
export interface SeedResult {
  readonly seed: number;
  readonly syncs: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly traceHash: string;
  readonly failure: { readonly rule: string; readonly step: number; readonly found: string } | null;
  readonly trace: readonly string[];
}

const actions = {
  edit: 50,
  cross: 8,
  sync: 18,
  apply: 8,
  pull: 8,
  lookOnly: 6,
  oldPlan: 6,
  foreign: 6,
  hold: 4,
  clock: 2,
  copy: 2,
  backup: 5,
  twin: 2,
  takeBack: 4,
  replace: 2,
  year: 2,
  serverBackup: 2,
  truncate: 1,
} as const;

/** Devices restored and cloned, years offline, servers put back and emptied, again and again. */
const identityActions = {
  ...actions,
  edit: 40,
  sync: 24,
  clock: 1,
  takeBack: 1,
  replace: 1,
  backup: 16,
  twin: 8,
  year: 12,
  serverBackup: 14,
  truncate: 8,
} as const satisfies Readonly<Record<keyof typeof actions, number>>;

/** Plays one seed from an empty class to the same state everywhere. */
export async function playSeed(
  server: SimServer,
  clock: VirtualClock,
  seed: number,
  size: SeedSize,
  onNote: World['onNote'] = () => undefined,
): Promise<SeedResult> {
  clock.install();
  let world: World | null = null;
  let step = 0;
  let failure: SeedResult['failure'] = null;
  try {
    world = await makeWorld(server, clock, { seed, count: size.devices, onNote });
    for (step = 1; step <= size.steps; step += 1) await playStep(world, size);
    for (const each of classesOf(world)) await endTransaction(each);
    const other = seed % ordersEvery === 0 ? await convergeInOtherOrder(world) : null;
    for (const each of classesOf(world)) {
      await converge(each);
      await checkEnd(each);
    }
    if (other !== null) await checkSameEnd(world, other);
  } catch (error) {
    const rule = error instanceof Broken ? error.rule : 'crash';
    const found =
      error instanceof Error
        ? error instanceof Broken
          ? error.message
          : (error.stack ?? error.message)
        : String(error);
    failure = { rule, step, found: world === null ? found : named(world, found) };
  } finally {
    await closeWorld(world);
    clock.uninstall();
  }
  const trace = world?.trace ?? [];
  return {
    seed,
    syncs: world === null ? 0 : classesOf(world).reduce((sum, each) => sum + each.syncs, 0),
    faults: Object.fromEntries(world?.faults ?? []),
    traceHash: createHash('sha256').update(trace.join('\n')).digest('hex').slice(0, 16),
    failure,
    trace,
  };
}

/** Every how many seeds the end is reached in another order as well. */
const ordersEvery = 5;

/** Actions about one class; the others are about a device or the server. */
const ofOneClass: ReadonlySet<keyof typeof actions> = new Set([
  'edit',
  'cross',
  'sync',
  'apply',
  'pull',
  'lookOnly',
  'oldPlan',
  'foreign',
  'hold',
  'takeBack',
  'replace',
]);

async function playStep(world: World, { about }: SeedSize): Promise<void> {
  const { next } = world;
  await passTime(world);
  for (const each of classesOf(world)) {
    if (each.held === null) continue;
    each.held.left -= 1;
    if (each.held.left <= 0) await endTransaction(each);
  }
  const action = weighted(next, about === 'identity' ? identityActions : actions);
  // A line that lies ready may be gone when it is wanted again.
  if (next(4) === 0) await memberAt(world, next(world.members.length)).device.gate.forget();
  const which = ofOneClass.has(action) && world.other !== null && next(3) === 0 ? world.other : world;
  await play(which, memberAt(which, next(which.members.length)), action);
}

async function play(world: World, who: Member, action: keyof typeof actions): Promise<void> {
  switch (action) {
    case 'edit':
      return await edit(world, who);
    case 'cross':
      return await cross(world, who);
    case 'sync':
    case 'apply':
    case 'pull':
      return void (await exchange(world, who, mannerOf(world, action)));
    case 'lookOnly':
      return await lookWithOtherClock(world, who);
    case 'oldPlan':
      return await useOldPlan(world, who);
    case 'foreign':
      return await foreignEdit(world);
    case 'hold':
      return world.held === null ? await holdTransaction(world) : await endTransaction(world);
    case 'clock':
      return jumpClock(world, who);
    case 'copy':
      return await sendCopy(world);
    case 'backup':
      return await saveOrRestore(world, who);
    case 'twin':
      return await cloneDevice(world, who);
    case 'takeBack':
      return await takeRunBack(world, who);
    case 'replace':
      return await pullAndReplace(world, who);
    case 'year':
      return await letYearPass(world);
    case 'serverBackup':
      return await saveOrRestoreServer(world);
    case 'truncate':
      return await truncateTable(world);
  }
}

function mannerOf({ next }: World, mode: Manner['mode']): Manner {
  return {
    mode,
    rule: pick(next, ['local', 'server', 'some', 'some', 'some', 'all-at-once', 'none'] as const) ?? 'none',
    fault: next(100) < 45 ? (pick(next, syncFaults) ?? null) : null,
    editBetween: next(6) === 0,
    foreignBetween: next(10) === 0,
  };
}

/** A plan made some steps ago is used now, or refused. */
async function useOldPlan(world: World, who: Member): Promise<void> {
  const planId = who.oldPlan;
  who.oldPlan = null;
  if (planId === null) return;
  countFault(world, 'old-plan');
  const mode = pick(world.next, ['apply', 'pull', 'sync'] as const) ?? 'sync';
  try {
    await decideAndRun(world, who, planId, { ...plainly(mode), rule: 'none', old: true });
  } catch (error) {
    // Plans are kept for a while, not for ever.
    if (codeOf(error) !== 'plan-unknown') throw error;
  }
}

async function closeWorld(world: World | null): Promise<void> {
  if (world === null) return;
  for (const { held } of classesOf(world)) await held?.client.end().catch(() => undefined);
  for (const { device, backup } of world.members) {
    await device.stop();
    if (backup !== null) rmSync(backup.folder, { recursive: true, force: true });
  }
  if (world.saved !== null) await world.server.forget(world.saved.database);
}
