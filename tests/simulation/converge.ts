import type { PlanSummary, RunResult } from '../../shared/contract/sync.ts';
import { exchange, plainly } from './exchange.ts';
import { remoteClassOf } from './make-world.ts';
import { Broken } from './oracle.ts';
import { differing, keys, localSnapshot, serverSnapshot, type Snapshot } from './snapshot.ts';
import { codeOf, memberAt, newText, note, passTime, type Member, type World } from './world.ts';

type Left = RunResult['left'][number];

/** Rounds in which every device must hold the same after the last fault. */
const mostRounds = 12;

/** The connection that only sends carries everything to the other class. */
export async function sendCopy(world: World): Promise<void> {
  const sender = memberAt(world, 0);
  const { device, classId } = sender;
  if (sender.copy === null) return;
  const { connectionId } = sender.copy;
  const plan = await previewCopy(world, sender, connectionId);
  const { planId } = plan;
  if ((plan.restored?.rows ?? 0) > 0)
    await device.call('plan.decide', { classId, planId, target: { restored: 'send-newer' } });
  let out: readonly Left[] = [];
  if (plan.total > 0) {
    const { outcome, error, left } = await device.call('sync.run', {
      classId,
      planId,
      mode: 'apply',
      allowMassChange: true,
      allowErase: true,
    });
    if (outcome !== (left.length > 0 ? 'undecided' : 'completed'))
      throw new Broken('I16', `the copy ended with ${outcome} ${JSON.stringify(error)}`);
    out = left;
  }
  note(world, `A copies ${plan.total}`);
  const here = localSnapshot(device.file(classId));
  // A device that went back to its backup names the copy its file names: what was made anew since is left as it was.
  const scope = await remoteClassOf(device, classId, connectionId);
  if (scope !== sender.copy.scope) note(world, 'A copies to another class than before');
  sender.copy = { connectionId, scope };
  const there = await serverSnapshot(world.server, scope);
  // What a device lost that went back to an earlier day stays in the copy, and so does what is never deleted for good.
  checkLeft(out, here, there);
  const left = new Set(out.map(addressOf));
  const mayStay = (address: string): boolean =>
    left.has(address) || (!here.has(address) && (world.restored || !isDeletable(address)));
  const wrong = differing(here, there).find((address) => !mayStay(address));
  if (wrong !== undefined)
    throw new Broken('I7', `${wrong} of the copy is ${shown(there, wrong)} and the device has ${shown(here, wrong)}`);
}

/** Only a pupil stays out whose number one of the copy has that is not here, and what waits for that. */
function checkLeft(left: readonly Left[], here: Snapshot, there: Snapshot): void {
  const kept = [...there].filter(([address, row]) => !here.has(address) && row['deleted_at'] === null);
  const taken = new Set(kept.flatMap(([address, { number }]) => (address.startsWith('student ') ? [number] : [])));
  taken.delete(null);
  const isHeld = (row: Left): boolean =>
    row.reason === 'value-held' && taken.has(here.get(addressOf(row))?.['number'] ?? null);
  const wrong = left.find((row) => !isHeld(row) && (row.reason !== 'blocked' || !left.some(isHeld)));
  if (wrong !== undefined) throw new Broken('I16', `the copy left out ${JSON.stringify(wrong)}`);
}

/** A server that went back to before the copy was made has other classes only: the person says once more that it is to be a new one. */
async function previewCopy(world: World, sender: Member, connectionId: string): Promise<PlanSummary> {
  const { device, classId } = sender;
  try {
    return await device.call('sync.preview', { classId, connectionId });
  } catch (error) {
    if (codeOf(error) !== 'class-choice-needed') throw error;
    await device.call('connection.bind', { classId, connectionId, remoteClass: 'new' });
    sender.copy = { connectionId, scope: await remoteClassOf(device, classId, connectionId) };
    note(world, 'A makes the copy anew');
    return await device.call('sync.preview', { classId, connectionId });
  }
}

function addressOf({ table, key }: Left): string {
  return `${table} ${JSON.stringify((keys[table] ?? []).map((column) => key[column]))}`;
}

function isDeletable(address: string): boolean {
  return address.startsWith('student_tag ') || address.startsWith('class_setting ');
}

/** Nobody edits any more: within a few rounds nobody has anything left to do (I2). */
export async function converge(world: World): Promise<void> {
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
export async function checkEnd(world: World): Promise<void> {
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
