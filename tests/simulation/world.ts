import type pg from 'pg';
import type { Random } from './random.ts';
import type { Oracle } from './oracle.ts';
import type { SimDevice } from './sim-device.ts';
import type { SimServer } from './sim-server.ts';
import { statement } from './snapshot.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What can be done to a sync, each counted. */
export const faultKinds = [
  'lost-answer',
  'lost-request',
  'crash-before',
  'crash-after',
  'crash-in-pull',
  'crash-after-observe',
  'connection-cut',
  'late-commit',
  'edit-between',
  'foreign-between',
  'clock-jump',
  'old-plan',
  'stale-refused',
  'device-restored',
  'device-cloned',
  'cancelled',
  'bulk-decision',
  'adopted',
  'kept-both',
  'both-changed',
  'newest-settled',
  'overruled',
  'run-undone',
  'pulled-and-replaced',
  'erased',
  'year-offline',
  'server-restored',
  'server-swapped',
  'server-truncated',
  'rows-hidden',
  'other-clock',
  'other-order',
  'other-order-apart',
  'two-classes',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What one side held, for each class. */
export type SideVersions = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

/** One device with its class and its connections. */
export interface Member {
  readonly device: SimDevice;
  readonly classId: string;
  readonly connectionId: string;
  /** A second connection that only sends, to another class of the same schema; null when there is none. */
  copy: { readonly connectionId: string; readonly scope: string } | null;
  /** A plan that was made and not used yet. */
  oldPlan: string | null;
  /** Files of an earlier moment, with what the device held then. */
  backup: { readonly folder: string; readonly versions: SideVersions } | null;
}

/** A transaction of somebody with psql that stays open. */
export interface HeldTransaction {
  readonly client: pg.Client;
  /** Steps it goes on for. */
  left: number;
  readonly commits: boolean;
}

/** A copy of the server's database, with what it held. */
export interface SavedServer {
  readonly database: string;
  readonly versions: SideVersions;
}

/** Everything one seed is about. */
export interface World {
  readonly seed: number;
  /** How many devices there are without their clones. */
  readonly devices: number;
  readonly next: Random;
  readonly clock: VirtualClock;
  readonly server: SimServer;
  readonly oracle: Oracle;
  readonly members: Member[];
  readonly trace: string[];
  /** Hears of what is done while it is done. */
  readonly onNote: (line: string) => void;
  readonly faults: Map<FaultKind, number>;
  held: HeldTransaction | null;
  /** What the server held some time ago; null when nobody made a copy. */
  saved: SavedServer | null;
  /** A second class of the same schema on the same devices; null in most seeds, and in that class itself. */
  other: World | null;
  /** The classes of the seed, the first one first: each knows the others. */
  readonly classes: World[];
  syncs: number;
  /** Whether a device went back to an earlier day: a tag it added then may come back although it was removed since. */
  restored: boolean;
  /** Whether more time has passed than the server remembers deletions. */
  yearPassed: boolean;
  /** Counts what was made, for values nobody else writes. */
  made: number;
  /** Rows somebody was asked about, or where the newer of two edits counted. */
  readonly asked: Set<string>;
  /** Cells of records that are to become others, whose value a person took over the other record's. */
  readonly ownValues: Set<string>;
  /** Ids as the trace names them, in the order they were met. */
  readonly labels: Map<string, string>;
}

/** Time that passes between two steps, in milliseconds: edits must be further apart than clocks are uncertain, for which is the newer one to be sure. */
const stepMs = 10_000;

/** Some seconds pass for everybody. */
export async function passTime(world: World): Promise<void> {
  world.clock.advance(stepMs);
  await world.server.tellTime();
}

/** The device at a place. */
export function memberAt(world: World, place: number): Member {
  const found = world.members[place];
  if (found === undefined) throw new Error('no such device');
  return found;
}

export function countFault(world: World, kind: FaultKind): void {
  world.faults.set(kind, (world.faults.get(kind) ?? 0) + 1);
}

/** A text nobody has written before. */
export function newText(world: World, what: string): string {
  world.made += 1;
  return `${what} ${world.made}`;
}

/** The classes of a seed: one, or two in the same schema. */
export function classesOf(world: World): readonly World[] {
  return world.classes;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** A text with every id replaced by its number: ids are made of chance, everything else of the seed. */
export function named(world: World, text: string): string {
  return text.replace(uuid, (id) => {
    const found = world.labels.get(id);
    if (found !== undefined) return found;
    const label = `#${world.labels.size + 1}`;
    world.labels.set(id, label);
    return label;
  });
}

export function note(world: World, line: string): void {
  const told = named(world, line);
  world.trace.push(told);
  world.onNote(told);
}

/** The code of an error of the engine; anything else is thrown again. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'params' in error)
    return error.code;
  throw error;
}

/** What a member's connection leads to, as its file calls it. */
export function peerOf({ device, classId, connectionId }: Member): string {
  const sql = 'SELECT peer_id FROM connection WHERE id = ?';
  const found = statement(device.file(classId), sql).get(connectionId) as { peer_id: string };
  return found.peer_id;
}
