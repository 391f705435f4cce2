import { hideRows } from './hidden-rows.ts';
import { pick } from './random.ts';
import { countFault, type FaultKind, type Member, type World } from './world.ts';

/** What can go wrong in a sync. */
export type SyncFault =
  | 'lost-answer'
  | 'lost-request'
  | 'crash-before'
  | 'crash-after'
  | 'crash-in-pull'
  | 'crash-after-observe'
  | 'connection-cut'
  | 'cancelled'
  | 'cancelled-look'
  | 'server-swapped'
  | 'rows-hidden'
  | 'rows-hidden-look';

export const syncFaults: readonly SyncFault[] = [
  'lost-answer',
  'lost-request',
  'crash-before',
  'crash-after',
  'crash-in-pull',
  'crash-after-observe',
  'connection-cut',
  'cancelled',
  'cancelled-look',
  'server-swapped',
  'rows-hidden',
  'rows-hidden-look',
];

const faultsOfLooking: ReadonlySet<SyncFault> = new Set([
  'crash-after-observe',
  'cancelled-look',
  'server-swapped',
  'rows-hidden-look',
]);

/** A fault that waits for its moment. */
export interface Armed {
  readonly fault: SyncFault;
  /** The files as they were at the moment of a crash. */
  folder: string | null;
  /** Shows again what was hidden. */
  show: (() => Promise<void>) | null;
  /** Cancels what the device does, where somebody cancels it. */
  readonly signal?: AbortSignal;
}

/** Faults of looking, not of running. */
export function isPreviewFault(fault: SyncFault | null): boolean {
  return fault !== null && faultsOfLooking.has(fault);
}

/** Prepares a fault for what the device does next. */
export async function armFault(world: World, member: Member, fault: SyncFault): Promise<Armed> {
  const { device, classId } = member;
  const abort = new AbortController();
  const armed: Armed = {
    fault,
    folder: null,
    show: null,
    ...(fault === 'cancelled' || fault === 'cancelled-look' ? { signal: abort.signal } : {}),
  };
  const crash = (): void => {
    armed.folder = device.copyFiles();
  };
  switch (fault) {
    case 'lost-answer':
      device.gate.arm({ kind: 'commit-answer' }, () => undefined);
      break;
    case 'lost-request':
      device.gate.arm({ kind: 'commit-request' }, () => undefined);
      break;
    case 'crash-before':
      device.gate.arm({ kind: 'commit-request' }, crash);
      break;
    case 'crash-after':
      device.gate.arm({ kind: 'commit-answer' }, crash);
      break;
    case 'crash-after-observe':
      // The rows are stored, the horizon is not: the answer that ends the snapshot is under way.
      device.gate.arm(
        world.next(2) === 0 ? { kind: 'commit-answer' } : { kind: 'message', number: 20 + world.next(120) },
        crash,
      );
      break;
    case 'connection-cut':
      device.gate.arm({ kind: 'message', number: 1 + world.next(150) }, () => undefined);
      break;
    case 'cancelled':
    case 'cancelled-look':
      device.gate.arm({ kind: 'beside-message', number: 1 + world.next(150) }, () => abort.abort());
      break;
    case 'server-swapped':
      await device.gate.forget();
      device.gate.leadsTo = world.server.stranger;
      break;
    case 'rows-hidden':
    case 'rows-hidden-look':
      // Nothing is hidden from a superuser.
      if (world.server.login === 'teacher') armed.show = await hideRows(world);
      break;
    case 'crash-in-pull':
      device
        .file(classId)
        .exec(
          `CREATE TRIGGER sim_crash BEFORE ${pick(world.next, momentsOfFinishing)} BEGIN SELECT RAISE(ABORT, 'crash'); END`,
        );
      break;
  }
  return armed;
}

/** While the history is written ahead, and at the end of the one transaction in which everything else is. */
const momentsOfFinishing = [
  `INSERT ON run_row WHEN NEW.side = 'down'`,
  `UPDATE ON plan WHEN NEW.state = 'used' AND OLD.state <> 'used'`,
];

function countedAs(fault: SyncFault): FaultKind {
  if (fault === 'cancelled-look') return 'cancelled';
  return fault === 'rows-hidden-look' ? 'rows-hidden' : fault;
}

/** Whether the fault struck; the device is up again afterwards. */
export async function settleFault(world: World, member: Member, armed: Armed): Promise<boolean> {
  const { device } = member;
  const struck = armed.fault.startsWith('rows-hidden') ? armed.show !== null : struckBy(member, armed);
  await device.gate.quiet();
  await armed.show?.();
  if (armed.fault === 'server-swapped') await device.gate.forget();
  await world.server.waitForEnd(device.gate.takeCut());
  if (armed.folder !== null) await device.goOnWith(armed.folder);
  else if (struck && armed.fault === 'crash-in-pull') await device.goOnWith(device.copyFiles());
  if (struck) countFault(world, countedAs(armed.fault));
  return struck;
}

function struckBy(member: Member, { fault }: Armed): boolean {
  const { gate } = member.device;
  if (fault === 'crash-in-pull') return crashedInPull(member);
  if (fault !== 'server-swapped') return gate.disarm();
  gate.leadsTo = null;
  return true;
}

/** The write that was to fail rolled its transaction back: its run never ended. */
function crashedInPull({ device, classId }: Member): boolean {
  const db = device.file(classId);
  db.exec('DROP TRIGGER sim_crash');
  const [last] = db.prepare('SELECT outcome FROM run ORDER BY rowid DESC LIMIT 1').all() as { outcome: string }[];
  return last?.outcome === 'failed' || last?.outcome === 'checking';
}
