import type { Result } from '../../shared/contract/contract.ts';
import { changeStudent } from './foreign-writer.ts';
import { pick, weighted, type Random } from './random.ts';
import { newText, note, type Member, type World } from './world.ts';

/** What two people change at once, with how often: where the newer counts, and where somebody is asked. */
const weights = { note: 5, groupId: 2, name: 2, both: 3, group: 3, reason: 3 } as const;
type What = keyof typeof weights;

/**
 * Two people change the same of one record, and neither has seen what the other did: on two devices, or here and on the server with psql. Left to chance two edits
 * hardly ever meet in one column.
 */
export async function cross(world: World, who: Member): Promise<void> {
  const { next, members } = world;
  const what = weighted(next, weights);
  const others = members.filter((member) => member !== who);
  const other = next(4) === 0 ? undefined : pick(next, others);
  const first = await changeOne(world, who, what, null);
  if (first === null) return;
  // Somebody else's clock has gone on by then, or the newer of the two could not be told.
  world.clock.advance(next(4) * 20_000);
  await world.server.tellTime();
  if (other !== undefined) await changeOne(world, other, what, first);
  else if (what !== 'group' && what !== 'reason') await changeThere(world, what, first);
  note(world, `${who.device.name} and ${other?.device.name ?? 'psql'} cross ${what} ${first}`);
}

/** Changes a record on a device: this one, or any. Answers which; null where there is none, or it is deleted there. */
async function changeOne(world: World, member: Member, what: What, wanted: string | null): Promise<string | null> {
  const { device, classId } = member;
  const list = await device.call(listOf(what), { classId });
  const id = wanted ?? anyOf(world.next, list.items);
  if (id === null || !list.items.some((item) => item.id === id)) return null;
  if (what === 'group') await device.call('group.set', { classId, id, change: { name: newText(world, 'Group') } });
  else if (what === 'reason')
    await device.call('reason.set', { classId, id, change: { text: newText(world, 'Reason') } });
  else await device.call('student.set', { classId, id, change: await studentChange(world, member, what) });
  world.oracle.noteLocal(device, classId);
  return id;
}

function listOf(what: What): 'group.list' | 'reason.list' | 'student.list' {
  return what === 'group' || what === 'reason' ? `${what}.list` : 'student.list';
}

function anyOf(next: Random, items: readonly { readonly id: string }[]): string | null {
  return pick(next, items.map(({ id }) => id).toSorted()) ?? null;
}

async function studentChange(world: World, { device, classId }: Member, what: What) {
  if (what !== 'groupId')
    return {
      ...(what === 'name' ? {} : { note: newText(world, 'note') }),
      ...(what === 'note' ? {} : { name: newText(world, 'Name') }),
    };
  const { items }: Result<'group.list'> = await device.call('group.list', { classId });
  return { groupId: anyOf(world.next, items) };
}

/** The same with psql. */
async function changeThere(world: World, what: What, student: string): Promise<void> {
  const columns = what === 'both' ? ['name', 'note'] : [what === 'groupId' ? 'note' : what];
  const values = columns.map(() => newText(world, 'psql'));
  await changeStudent(world, columns.map((column, place) => `${column} = $${place + 3}`).join(', '), student, values);
  await world.oracle.noteForeign();
}
