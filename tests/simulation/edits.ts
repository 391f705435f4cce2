import type { Result } from '../../shared/contract/contract.ts';
import { pick, randomUuid, weighted } from './random.ts';
import { codeOf, countFault, newText, note, type Member, type World } from './world.ts';

type Student = Result<'student.list'>['items'][number];
type Edit = (world: World, member: Member) => Promise<string>;

/** What people do on a device, with how often. */
const weights = {
  award: 26,
  undo: 8,
  settle: 3,
  reopen: 2,
  rename: 7,
  renumber: 10,
  swapNumbers: 3,
  handOver: 3,
  regroup: 6,
  group: 4,
  tag: 7,
  remove: 6,
  restore: 6,
  newStudent: 6,
  reason: 3,
  erase: 2,
} as const;

/** Codes an edit may meet without anything being wrong. */
const allowed = new Set(['number-taken', 'student-deleted', 'event-already-void', 'not-found']);

/** Somebody does something on a device that has nothing to do with the server. */
export async function edit(world: World, member: Member): Promise<void> {
  const kind = weighted(world.next, weights);
  let outcome: string;
  try {
    outcome = await edits[kind](world, member);
  } catch (error) {
    outcome = codeOf(error);
    if (!allowed.has(outcome)) throw error;
  }
  note(world, `${member.device.name} ${kind} ${outcome}`);
  world.oracle.noteLocal(member.device, member.classId);
}

async function anyStudent({ next }: World, { device, classId }: Member, deleted = false): Promise<Student | undefined> {
  const { items } = await device.call('student.list', { classId, deleted });
  return pick(
    next,
    items.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  );
}

async function set(member: Member, student: Student | undefined, change: Record<string, string | null>) {
  if (student === undefined) return 'nobody';
  await member.device.call('student.set', { classId: member.classId, id: student.id, change });
  return `${student.id} ${JSON.stringify(change)}`;
}

const anyNumber = ({ next }: World): string | null => (next(5) === 0 ? null : String(next(7)));

const edits: Record<keyof typeof weights, Edit> = {
  async award(world, member) {
    const student = await anyStudent(world, member);
    if (student === undefined) return 'nobody';
    const award = { delta: world.next(11) - 5, text: newText(world, 'Helped') };
    await member.device.call('score.add', { classId: member.classId, studentIds: [student.id], award });
    return `${student.id} ${award.delta}`;
  },
  async undo(world, member) {
    const { items } = await member.device.call('score.list', { classId: member.classId, limit: 40 });
    const event = pick(
      world.next,
      items.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    if (event === undefined) return 'nothing';
    await member.device.call('score.void', { classId: member.classId, eventIds: [event.id] });
    return event.id;
  },
  async settle(world, member) {
    const id = randomUuid(world.next);
    member.device.change(member.classId, (db, now) => {
      db.prepare('INSERT INTO settlement (id, name, at, by, device_name) VALUES (?, ?, ?, NULL, ?)').run(
        id,
        newText(world, 'Round'),
        now,
        member.device.name,
      );
      db.prepare(
        'INSERT INTO settlement_event (settlement_id, event_id) SELECT ?, id FROM score_event_state WHERE settlement_id IS NULL AND NOT void',
      ).run(id);
    });
    return await Promise.resolve(id);
  },
  async reopen(world, member) {
    const rounds = member.device
      .file(member.classId)
      .prepare('SELECT id FROM settlement WHERE id NOT IN (SELECT settlement_id FROM settlement_void) ORDER BY id')
      .all() as { id: string }[];
    const round = pick(world.next, rounds);
    if (round === undefined) return await Promise.resolve('nothing');
    const id = randomUuid(world.next);
    member.device.change(member.classId, (db, now) => {
      db.prepare('INSERT INTO settlement_void (id, settlement_id, at, by) VALUES (?, ?, ?, NULL)').run(
        id,
        round.id,
        now,
      );
    });
    return round.id;
  },
  async rename(world, member) {
    return await set(member, await anyStudent(world, member), { name: newText(world, 'Name') });
  },
  async renumber(world, member) {
    return await set(member, await anyStudent(world, member), { number: anyNumber(world) });
  },
  async swapNumbers(world, member) {
    const [a, b] = [await anyStudent(world, member), await anyStudent(world, member)];
    if (a === undefined || b === undefined || a.id === b.id) return 'nobody';
    await set(member, a, { number: null });
    await set(member, b, { number: a.number });
    return `${a.id} ${b.id} ${await set(member, a, { number: b.number })}`;
  },
  async handOver(world, member) {
    const [a, b] = [await anyStudent(world, member), await anyStudent(world, member)];
    if (a === undefined || b === undefined || a.id === b.id || a.number === null) return 'nobody';
    await member.device.call('student.delete', { classId: member.classId, ids: [a.id] });
    return `${a.id} ${await set(member, b, { number: a.number })}`;
  },
  async regroup(world, member) {
    const { items } = await member.device.call('group.list', { classId: member.classId });
    const group =
      world.next(4) === 0
        ? undefined
        : pick(
            world.next,
            items.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
          );
    const change = { groupId: group?.id ?? null, ...(world.next(2) === 0 ? { note: newText(world, 'note') } : {}) };
    return await set(member, await anyStudent(world, member), change);
  },
  async group(world, { device, classId }) {
    const { items } = await device.call('group.list', { classId });
    const group = pick(
      world.next,
      items.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    const name = newText(world, 'Group');
    const kind = group === undefined ? 0 : world.next(3);
    if (kind === 0 || group === undefined) return (await device.call('group.add', { classId, name })).id;
    if (kind === 1) await device.call('group.set', { classId, id: group.id, change: { name } });
    else await device.call('group.delete', { classId, id: group.id });
    return `${kind} ${group.id}`;
  },
  async tag(world, member) {
    const student = await anyStudent(world, member);
    if (student === undefined) return 'nobody';
    const tags = [['choir', 'front', 'monitor'][world.next(3)] ?? 'choir'];
    const change = world.next(2) === 0 ? { tag: tags } : { untag: tags };
    await member.device.call('student.set', { classId: member.classId, id: student.id, change: {}, ...change });
    return `${student.id} ${JSON.stringify(change)}`;
  },
  async remove(world, member) {
    const student = await anyStudent(world, member);
    if (student === undefined) return 'nobody';
    await member.device.call('student.delete', { classId: member.classId, ids: [student.id] });
    return student.id;
  },
  async restore(world, member) {
    const student = await anyStudent(world, member, true);
    if (student === undefined) return 'nobody';
    const number = world.next(3) === 0 ? { number: null } : {};
    await member.device.call('student.restore', { classId: member.classId, ids: [student.id], ...number });
    return student.id;
  },
  async newStudent(world, { device, classId }) {
    const student = { name: newText(world, 'Name'), number: anyNumber(world) };
    const { items } = await device.call('student.add', { classId, students: [student] });
    return `${items[0]?.id} ${student.number}`;
  },
  async erase(world, member) {
    const student = await anyStudent(world, member, world.next(2) === 0);
    // A class keeps some: what is erased tells nothing more.
    if (student === undefined || world.next(2) === 0) return 'nobody';
    await member.device.call('student.erase', { classId: member.classId, id: student.id, confirm: true });
    countFault(world, 'erased');
    return student.id;
  },
  async reason(world, { device, classId }) {
    const { items } = await device.call('reason.list', { classId });
    const reason = pick(
      world.next,
      items.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    const text = newText(world, 'Reason');
    const kind = reason === undefined ? 0 : world.next(4);
    if (kind === 0 || reason === undefined)
      return (await device.call('reason.add', { classId, text, delta: world.next(5) - 2 })).id;
    if (kind === 1) await device.call('reason.delete', { classId, id: reason.id });
    else
      await device.call('reason.set', {
        classId,
        id: reason.id,
        change: kind === 2 ? { text } : { delta: world.next(9) - 4 },
      });
    return `${kind} ${reason.id}`;
  },
};
