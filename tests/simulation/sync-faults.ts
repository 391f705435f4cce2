import { countFault, type Member, type World } from './world.ts';

/** What can go wrong in a sync. */
export type SyncFault =
  | 'lost-answer'
  | 'lost-request'
  | 'crash-before'
  | 'crash-after'
  | 'crash-in-pull'
  | 'crash-after-observe'
  | 'connection-cut';

export const syncFaults: readonly SyncFault[] = [
  'lost-answer',
  'lost-request',
  'crash-before',
  'crash-after',
  'crash-in-pull',
  'crash-after-observe',
  'connection-cut',
];

/** A fault that waits for its moment. */
export interface Armed {
  readonly fault: SyncFault;
  /** The files as they were at the moment of a crash. */
  folder: string | null;
}

/** Faults of looking, not of running. */
export function isPreviewFault(fault: SyncFault | null): boolean {
  return fault === 'crash-after-observe';
}

/** Prepares a fault for what the device does next. */
export function armFault(world: World, member: Member, fault: SyncFault): Armed {
  const { device, classId } = member;
  const armed: Armed = { fault, folder: null };
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
    case 'crash-in-pull':
      device
        .file(classId)
        .exec(
          `CREATE TRIGGER sim_crash BEFORE INSERT ON run_row WHEN NEW.side = 'down' BEGIN SELECT RAISE(ABORT, 'crash'); END`,
        );
      break;
  }
  return armed;
}

/** Whether the fault struck; the device is up again afterwards. */
export async function settleFault(world: World, member: Member, armed: Armed): Promise<boolean> {
  const { device } = member;
  const struck = armed.fault === 'crash-in-pull' ? crashedInPull(member) : device.gate.disarm();
  await device.gate.quiet();
  await world.server.waitForEnd(device.gate.takeCut());
  if (armed.folder !== null) await device.goOnWith(armed.folder);
  else if (struck && armed.fault === 'crash-in-pull') await device.goOnWith(device.copyFiles());
  if (struck) countFault(world, armed.fault);
  return struck;
}

/** The write that was to fail rolled its transaction back: its run never ended. */
function crashedInPull({ device, classId }: Member): boolean {
  const db = device.file(classId);
  db.exec('DROP TRIGGER sim_crash');
  const [last] = db.prepare('SELECT outcome FROM run ORDER BY rowid DESC LIMIT 1').all() as { outcome: string }[];
  return last?.outcome === 'failed';
}
