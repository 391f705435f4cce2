import { pick } from './random.ts';
import { classesOf, countFault, note, type Member, type World } from './world.ts';

/** Somebody sets the clock of a device. */
export function jumpClock(world: World, { device }: Member): void {
  const hour = 3_600_000;
  device.skewMs =
    pick(world.next, [0, 0, hour, -hour, 24 * hour, -24 * hour, 3650 * 24 * hour, -3650 * 24 * hour]) ?? 0;
  countFault(world, 'clock-jump');
  note(world, `${device.name} clock ${device.skewMs}`);
}

/** A copy of the files is put away, or the one put away before takes their place. */
export async function saveOrRestore(world: World, who: Member): Promise<void> {
  const { device } = who;
  const here = classesOf(world).filter(({ members }) => members.some((each) => each.device === device));
  if (who.backup === null) {
    const versions = new Map(here.map(({ oracle }) => [oracle.scope, oracle.versions.copyOf(device.name)]));
    who.backup = { folder: device.copyFiles(), versions };
    note(world, `${device.name} is backed up`);
    return;
  }
  const { folder, versions } = who.backup;
  who.backup = null;
  await device.goOnWith(folder, true);
  for (const each of here) {
    for (const member of each.members) if (member.device === device) member.oldPlan = null;
    each.oracle.versions.become(device.name, versions.get(each.oracle.scope) ?? new Map());
    each.restored = true;
    await each.oracle.forgetUnheld(each.members);
  }
  countFault(world, 'device-restored');
  note(world, `${device.name} goes back to its backup`);
}

/** Somebody carries the files of a device to another computer and goes on with both. */
export async function cloneDevice(world: World, who: Member): Promise<void> {
  if (world.members.length > world.devices) return;
  const name = `${who.device.name}2`;
  const device = await who.device.clone(name, world.server, who.classId, who.connectionId);
  world.oracle.versions.become(name, world.oracle.versions.copyOf(who.device.name));
  world.members.push({ ...who, device, copy: null, oldPlan: null, backup: null });
  countFault(world, 'device-cloned');
  note(world, `${who.device.name} is cloned`);
}
