import type pg from 'pg';
import type { Random } from './random.ts';
import type { Oracle } from './oracle.ts';
import type { SimDevice } from './sim-device.ts';
import type { SimServer } from './sim-server.ts';
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
] as const;
export type FaultKind = (typeof faultKinds)[number];

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
  backup: { readonly folder: string; readonly versions: ReadonlyMap<string, unknown> } | null;
}

/** A transaction of somebody with psql that stays open. */
export interface HeldTransaction {
  readonly client: pg.Client;
  /** Steps it goes on for. */
  left: number;
  readonly commits: boolean;
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
  readonly faults: Map<FaultKind, number>;
  held: HeldTransaction | null;
  syncs: number;
  /** Whether a device went back to an earlier day: a tag it added then may come back although it was removed since. */
  restored: boolean;
  /** Counts what was made, for values nobody else writes. */
  made: number;
  /** Ids as the trace names them, in the order they were met. */
  readonly labels: Map<string, string>;
}

export function countFault(world: World, kind: FaultKind): void {
  world.faults.set(kind, (world.faults.get(kind) ?? 0) + 1);
}

/** A text nobody has written before. */
export function newText(world: World, what: string): string {
  world.made += 1;
  return `${what} ${world.made}`;
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
  world.trace.push(named(world, line));
}

/** The code of an error of the engine; anything else is thrown again. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'params' in error)
    return error.code;
  throw error;
}
