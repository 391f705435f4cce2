import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { edit } from './edits.ts';
import { decideAndRun, exchange, preview, type Manner } from './exchange.ts';
import { endTransaction, foreignEdit, holdTransaction } from './foreign-writer.ts';
import { Broken, Oracle } from './oracle.ts';
import { pick, randomOf, weighted } from './random.ts';
import { SimDevice } from './sim-device.ts';
import type { SimServer } from './sim-server.ts';
import { differing, localSnapshot, serverSnapshot, type Snapshot } from './snapshot.ts';
import { syncFaults } from './sync-faults.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { codeOf, countFault, newText, note, type FaultKind, type Member, type World } from './world.ts';

/** How large a seed is. */
export interface SeedSize {
  readonly devices: number;
  readonly steps: number;
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

/** Time that passes between two steps, in milliseconds: edits must be further apart than clocks are uncertain, for which is the newer one to be sure. */
const stepMs = 10_000;
/** Rounds in which every device must hold the same after the last fault. */
const mostRounds = 12;

const actions = {
  edit: 50,
  sync: 18,
  apply: 8,
  pull: 8,
  lookOnly: 6,
  oldPlan: 6,
  foreign: 6,
  hold: 4,
  clock: 2,
  copy: 2,
  backup: 2,
  twin: 1,
} as const;

/** Plays one seed from an empty class to the same state everywhere. */
export async function playSeed(
  server: SimServer,
  clock: VirtualClock,
  seed: number,
  size: SeedSize,
): Promise<SeedResult> {
  clock.install();
  let world: World | null = null;
  let step = 0;
  let failure: SeedResult['failure'] = null;
  try {
    world = await makeWorld(server, clock, seed, size.devices);
    for (step = 1; step <= size.steps; step += 1) await playStep(world);
    await endTransaction(world);
    await converge(world);
    await checkEnd(world);
  } catch (error) {
    const rule = error instanceof Broken ? error.rule : 'crash';
    failure = {
      rule,
      step,
      found:
        error instanceof Error
          ? error instanceof Broken
            ? error.message
            : (error.stack ?? error.message)
          : String(error),
    };
  } finally {
    await closeWorld(world);
    clock.uninstall();
  }
  const trace = world?.trace ?? [];
  return {
    seed,
    syncs: world?.syncs ?? 0,
    faults: Object.fromEntries(world?.faults ?? []),
    traceHash: createHash('sha256').update(trace.join('\n')).digest('hex').slice(0, 16),
    failure,
    trace,
  };
}

async function makeWorld(server: SimServer, clock: VirtualClock, seed: number, count: number): Promise<World> {
  const { database } = await server.nextSeed();
  const next = randomOf(seed);
  const devices: SimDevice[] = [];
  for (let place = 0; place < count; place += 1)
    devices.push(await SimDevice.start(String.fromCharCode(65 + place), server, clock));
  const [first, ...others] = devices;
  if (first === undefined) throw new Error('a simulation needs a device');
  const members: Member[] = [];
  const connection = {
    name: 'school',
    host: '127.0.0.1',
    database,
    user: 'postgres',
    tls: 'disable',
    mode: 'two-way',
  } as const;
  const at = (device: SimDevice) => ({ ...connection, port: device.gate.port });
  await server.tellTime();
  const students = ['Ann', 'Ben', 'Cai', 'Dee', 'Eli', 'Fay'];
  const { id: classId } = await first.call('class.create', { name: `5B ${seed}`, students });
  const { id: connectionId } = await first.call('connection.add', { classId, connection: at(first) });
  await first.call('connection.bind', { classId, connectionId, remoteClass: 'new' });
  members.push({ device: first, classId, connectionId, copy: null, oldPlan: null, backup: null });
  const scope = await remoteClassOf(first, classId, connectionId);
  const oracle = new Oracle(server, scope);
  const world: World = {
    seed,
    devices: count,
    next,
    clock,
    server,
    oracle,
    members,
    trace: [],
    faults: new Map(),
    held: null,
    syncs: 0,
    restored: false,
    made: 0,
    labels: new Map(),
  };
  oracle.noteLocal(first, classId);
  await exchange(world, member(world, 0), plainly('sync'));
  // Bound when the class is there: before that both connections would be the same new class.
  member(world, 0).copy = await addCopy(first, classId, at(first));
  for (const device of others) {
    await passTime(world);
    const joined = await device.call('class.join', { remoteClassId: scope, connection: at(device), pull: false });
    members.push({
      device,
      classId: joined.class.id,
      connectionId: joined.connection.id,
      copy: null,
      oldPlan: null,
      backup: null,
    });
    await exchange(world, member(world, members.length - 1), plainly('pull'));
  }
  return world;
}

/** A second connection of the same class that only sends, to a class of its own in the same schema. */
async function addCopy(
  device: SimDevice,
  classId: string,
  connection: Parameters<typeof connectionOf>[0],
): Promise<Member['copy']> {
  const { id: connectionId } = await device.call('connection.add', { classId, connection: connectionOf(connection) });
  await device.call('connection.bind', { classId, connectionId, remoteClass: 'new' });
  return { connectionId, scope: await remoteClassOf(device, classId, connectionId) };
}

function connectionOf<T extends object>(
  connection: T & {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly tls: 'disable';
  },
) {
  return { ...connection, name: 'copy', mode: 'push-only' as const };
}

async function remoteClassOf(device: SimDevice, classId: string, connectionId: string): Promise<string> {
  const { items } = await device.call('connection.list', { classId });
  const scope = items.find(({ id }) => id === connectionId)?.remoteClassId;
  if (scope == null) throw new Error('the connection is bound to no class');
  return scope;
}

function member(world: World, place: number): Member {
  const found = world.members[place];
  if (found === undefined) throw new Error('no such device');
  return found;
}

function plainly(mode: Manner['mode']): Manner {
  return { mode, rule: 'server', fault: null, editBetween: false, foreignBetween: false };
}

async function passTime(world: World): Promise<void> {
  world.clock.advance(stepMs);
  await world.server.tellTime();
}

async function playStep(world: World): Promise<void> {
  const { next } = world;
  await passTime(world);
  if (world.held !== null) {
    world.held.left -= 1;
    if (world.held.left <= 0) await endTransaction(world);
  }
  const who = member(world, next(world.members.length));
  const action = weighted(next, actions);
  switch (action) {
    case 'edit':
      return await edit(world, who);
    case 'sync':
    case 'apply':
    case 'pull':
      return void (await exchange(world, who, mannerOf(world, action)));
    case 'lookOnly':
      return void (await preview(world, who));
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
  }
}

function mannerOf({ next }: World, mode: Manner['mode']): Manner {
  return {
    mode,
    rule: pick(next, ['local', 'server', 'some', 'some', 'none'] as const) ?? 'none',
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

function jumpClock(world: World, { device }: Member): void {
  const hour = 3_600_000;
  device.skewMs =
    pick(world.next, [0, 0, hour, -hour, 24 * hour, -24 * hour, 3650 * 24 * hour, -3650 * 24 * hour]) ?? 0;
  countFault(world, 'clock-jump');
  note(world, `${device.name} clock ${device.skewMs}`);
}

/** A copy of the files is put away, or the one put away before takes their place. */
async function saveOrRestore(world: World, who: Member): Promise<void> {
  const { device } = who;
  if (who.backup === null) {
    who.backup = { folder: device.copyFiles(), versions: world.oracle.versions.copyOf(device.name) };
    note(world, `${device.name} is backed up`);
    return;
  }
  const { folder, versions } = who.backup;
  who.backup = null;
  who.oldPlan = null;
  await device.goOnWith(folder, true);
  world.oracle.versions.become(device.name, versions);
  world.restored = true;
  await world.oracle.forgetUnheld(world.members);
  countFault(world, 'device-restored');
  note(world, `${device.name} goes back to its backup`);
}

/** Somebody carries the files of a device to another computer and goes on with both. */
async function cloneDevice(world: World, who: Member): Promise<void> {
  if (world.members.length > world.devices) return;
  const name = `${who.device.name}2`;
  const device = await who.device.clone(name, world.server, who.classId, who.connectionId);
  world.oracle.versions.become(name, world.oracle.versions.copyOf(who.device.name));
  world.members.push({ ...who, device, copy: null, oldPlan: null, backup: null });
  countFault(world, 'device-cloned');
  note(world, `${who.device.name} is cloned`);
}

/** The connection that only sends carries everything to the other class. */
async function sendCopy(world: World): Promise<void> {
  const { device, classId, copy } = member(world, 0);
  if (copy === null) return;
  const plan = await device.call('sync.preview', { classId, connectionId: copy.connectionId });
  if (plan.total > 0) {
    const { outcome } = await device.call('sync.run', {
      classId,
      planId: plan.planId,
      mode: 'apply',
      allowMassChange: true,
    });
    if (outcome !== 'completed') throw new Broken('I16', `the copy ended with ${outcome}`);
  }
  note(world, `A copies ${plan.total}`);
  const here = localSnapshot(device.file(classId));
  const there = await serverSnapshot(world.server, copy.scope);
  const [wrong] = differing(here, there);
  if (wrong !== undefined)
    throw new Broken('I7', `${wrong} of the copy is ${shown(there, wrong)} and the device has ${shown(here, wrong)}`);
}

/** Nobody edits any more: within a few rounds nobody has anything left to do (I2). */
async function converge(world: World): Promise<void> {
  for (const { device } of world.members) device.skewMs = 0;
  for (let round = 1; round <= mostRounds; round += 1) {
    let listed = 0;
    for (const who of world.members) {
      await passTime(world);
      listed += (await exchange(world, who, { ...plainly('sync'), rule: round % 2 === 1 ? 'server' : 'local' })) ?? 1;
    }
    note(world, `round ${round}: ${listed}`);
    if (listed === 0) return;
  }
  throw new Broken('I2', `not the same after ${mostRounds} rounds`);
}

/** Everybody holds the same, nothing recorded is missing, and nothing points nowhere. */
async function checkEnd(world: World): Promise<void> {
  const { oracle } = world;
  const there = await serverSnapshot(world.server, oracle.scope);
  oracle.checkRecorded('server', there);
  oracle.checkIntegrity('server', there);
  for (const { device, classId } of world.members) {
    const here = localSnapshot(device.file(classId));
    const [wrong] = differing(here, there);
    if (wrong !== undefined)
      throw new Broken(
        'I2',
        `${wrong} of ${device.name} is ${shown(here, wrong)} and the server has ${shown(there, wrong)}`,
      );
    oracle.checkRecorded(device.name, here);
    oracle.checkIntegrity(device.name, here);
    await oracle.checkTotals(device, classId, here);
  }
  await sendCopy(world);
  note(world, `end ${there.size} rows ${newText(world, 'texts')}`);
}

function shown(snapshot: Snapshot, address: string): string {
  return JSON.stringify(snapshot.get(address) ?? null);
}

async function closeWorld(world: World | null): Promise<void> {
  if (world === null) return;
  await world.held?.client.end().catch(() => undefined);
  for (const { device, backup } of world.members) {
    await device.stop();
    if (backup !== null) rmSync(backup.folder, { recursive: true, force: true });
  }
}
