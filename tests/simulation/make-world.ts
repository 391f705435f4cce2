import { exchange, plainly } from './exchange.ts';
import { Oracle } from './oracle.ts';
import { randomOf } from './random.ts';
import { SimDevice } from './sim-device.ts';
import type { SimServer } from './sim-server.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { countFault, memberAt, passTime, type Member, type World } from './world.ts';

/** The devices of a seed with one class on all of them, everything the same everywhere; every fourth seed has a second class on two of them. */
export async function makeWorld(
  server: SimServer,
  clock: VirtualClock,
  { seed, count, onNote }: { readonly seed: number; readonly count: number; readonly onNote: World['onNote'] },
): Promise<World> {
  // Two of three seeds are played with the rights of the script alone, as people should.
  await server.nextSeed(seed % 3 === 0 ? 'superuser' : 'teacher');
  const next = randomOf(seed);
  const devices: SimDevice[] = [];
  try {
    return await worldOf(server, clock, { seed, count, onNote, next, devices });
  } catch (error) {
    for (const device of devices) await device.stop();
    throw error;
  }
}

interface Beginning {
  readonly seed: number;
  readonly count: number;
  readonly onNote: World['onNote'];
  readonly next: World['next'];
  readonly devices: SimDevice[];
}

async function worldOf(
  server: SimServer,
  clock: VirtualClock,
  { seed, count, onNote, next, devices }: Beginning,
): Promise<World> {
  for (let place = 0; place < count; place += 1)
    devices.push(await SimDevice.start(String.fromCharCode(65 + place), server, clock));
  const [first, ...others] = devices;
  if (first === undefined) throw new Error('a simulation needs a device');
  await server.tellTime();
  const shared = {
    seed,
    devices: count,
    next,
    clock,
    server,
    onNote,
    trace: [],
    faults: new Map(),
    labels: new Map(),
    classes: [],
  };
  const world = await makeClass(shared, first, others, `5B ${seed}`);
  // Bound when the class is there: before that both connections would be the same new class.
  const { classId } = memberAt(world, 0);
  memberAt(world, 0).copy = await addCopy(first, classId, connectionAt(world, first));
  const [second] = others;
  if (seed % 4 === 0 && second !== undefined) {
    world.other = await makeClass(shared, second, [first], `6C ${seed}`);
    countFault(world, 'two-classes');
  }
  return world;
}

type Shared = Pick<
  World,
  'seed' | 'devices' | 'next' | 'clock' | 'server' | 'onNote' | 'trace' | 'faults' | 'labels' | 'classes'
>;

/** A class made on one device, sent from there and joined by the others. */
async function makeClass(shared: Shared, first: SimDevice, others: readonly SimDevice[], name: string): Promise<World> {
  const students = ['Ann', 'Ben', 'Cai', 'Dee', 'Eli', 'Fay'];
  const { id: classId } = await first.call('class.create', { name, students });
  const connection = connectionAt(shared, first);
  const { id: connectionId } = await first.call('connection.add', { classId, connection });
  await first.call('connection.bind', { classId, connectionId, remoteClass: 'new' });
  const scope = await remoteClassOf(first, classId, connectionId);
  const oracle = new Oracle(shared.server, scope);
  const alone = { copy: null, oldPlan: null, backup: null };
  const members: Member[] = [{ device: first, classId, connectionId, ...alone }];
  const world: World = {
    ...shared,
    asked: new Set(),
    ownValues: new Set(),
    oracle,
    members,
    held: null,
    saved: null,
    other: null,
    syncs: 0,
    restored: false,
    yearPassed: false,
    made: 0,
  };
  world.classes.push(world);
  oracle.noteLocal(first, classId);
  await exchange(world, memberAt(world, 0), plainly('sync'));
  for (const device of others) {
    await passTime(world);
    const joined = await device.call('class.join', {
      remoteClassId: scope,
      connection: connectionAt(world, device),
      pull: false,
    });
    members.push({ device, classId: joined.class.id, connectionId: joined.connection.id, ...alone });
    await exchange(world, memberAt(world, members.length - 1), plainly('pull'));
  }
  return world;
}

function connectionAt({ server }: Pick<World, 'server'>, device: SimDevice) {
  return {
    name: 'school',
    host: device.gate.host,
    port: device.gate.port,
    database: server.database.database,
    user: 'postgres',
    tls: 'disable',
    mode: 'two-way',
  } as const;
}

/** A second connection of the same class that only sends, to a class of its own in the same schema. */
async function addCopy(
  device: SimDevice,
  classId: string,
  connection: ReturnType<typeof connectionAt>,
): Promise<Member['copy']> {
  const { id: connectionId } = await device.call('connection.add', {
    classId,
    connection: { ...connection, name: 'copy', mode: 'push-only', deletes: 'mirror' },
  });
  await device.call('connection.bind', { classId, connectionId, remoteClass: 'new' });
  return { connectionId, scope: await remoteClassOf(device, classId, connectionId) };
}

/** The class of the server a connection is bound to. */
export async function remoteClassOf(device: SimDevice, classId: string, connectionId: string): Promise<string> {
  const { items } = await device.call('connection.list', { classId });
  const scope = items.find(({ id }) => id === connectionId)?.remoteClassId;
  if (scope == null) throw new Error('the connection is bound to no class');
  return scope;
}
