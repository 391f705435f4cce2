import { textRows } from './sim-server.ts';
import { pick, randomUuid, weighted } from './random.ts';
import { countFault, newText, note, type World } from './world.ts';

/** What people with psql do, with how often. */
const weights = {
  event: 6,
  rename: 4,
  renumber: 3,
  remove: 3,
  restore: 2,
  tag: 3,
  untag: 3,
  note: 3,
  loseEvent: 2,
} as const;

const instant = (world: World): string => new Date(world.clock.now).toISOString();

/** Somebody with psql changes something that is committed at once: about this student, or any. */
export async function foreignEdit(world: World, about: string | null = null): Promise<void> {
  const kind = weighted(world.next, weights);
  const student = about === null ? await anyStudent(world) : await ifThere(world, about);
  const found = student === null ? 'nobody' : await foreignEdits[kind](world, student);
  note(world, `psql ${kind} ${found}`);
  await world.oracle.noteForeign();
}

async function anyStudent(world: World): Promise<string | null> {
  const rows = await world.server.rows('SELECT id FROM tallybook.student WHERE class_id = $1 ORDER BY id', [
    world.oracle.scope,
  ]);
  return pick(world.next, rows)?.[0] ?? null;
}

/** The student, where the server has it: of one that is to be sent nobody there knows. */
async function ifThere(world: World, student: string): Promise<string | null> {
  const params = [world.oracle.scope, student];
  const [found] = await world.server.rows('SELECT id FROM tallybook.student WHERE class_id = $1 AND id = $2', params);
  return found?.[0] ?? null;
}

/** A statement on one student; a number somebody has is refused by the server and nothing happens. `set` has its values from `$3` on. */
export async function changeStudent(
  world: World,
  set: string,
  student: string,
  params: readonly unknown[] = [],
): Promise<string> {
  try {
    await world.server.rows(`UPDATE tallybook.student SET ${set} WHERE class_id = $1 AND id = $2`, [
      world.oracle.scope,
      student,
      ...params,
    ]);
    return `${student} ${JSON.stringify(params)}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23505') return 'taken';
    throw error;
  }
}

const addEvent = `INSERT INTO tallybook.score_event (class_id, id, student_id, text, delta, at, device_id, device_name)
VALUES ($1, $2, $3, $4, $5, $6, '00000000-0000-4000-8000-000000000001', 'psql')`;

const foreignEdits: Record<keyof typeof weights, (world: World, student: string) => Promise<string>> = {
  async event(world, student) {
    const delta = world.next(9) - 4;
    await world.server.rows(addEvent, [
      world.oracle.scope,
      randomUuid(world.next),
      student,
      newText(world, 'psql'),
      delta,
      instant(world),
    ]);
    return `${student} ${delta}`;
  },
  rename: async (world, student) => await changeStudent(world, 'name = $3', student, [newText(world, 'psql')]),
  renumber: async (world, student) => await changeStudent(world, 'number = $3', student, [String(world.next(7))]),
  remove: async (world, student) =>
    await changeStudent(world, 'deleted_at = coalesce(deleted_at, $3)', student, [instant(world)]),
  restore: async (world, student) => await changeStudent(world, 'deleted_at = NULL, deleted_by = NULL', student),
  note: async (world, student) => await changeStudent(world, 'note = $3', student, [newText(world, 'psql')]),
  async tag(world, student) {
    await world.server.rows(
      `INSERT INTO tallybook.student_tag (class_id, student_id, tag) VALUES ($1, $2, 'choir') ON CONFLICT DO NOTHING`,
      [world.oracle.scope, student],
    );
    return student;
  },
  async untag(world, student) {
    await world.server.rows(
      `DELETE FROM tallybook.student_tag WHERE class_id = $1 AND student_id = $2 AND tag = 'choir'`,
      [world.oracle.scope, student],
    );
    return student;
  },
  /** Deletes a point nothing hangs on. Points are never deleted: whoever has it puts it back. */
  async loseEvent(world, student) {
    await world.server.rows(
      `DELETE FROM tallybook.score_event e WHERE class_id = $1 AND id = (SELECT min(id::text)::uuid FROM tallybook.score_event f WHERE f.class_id = $1 AND f.student_id = $2
AND NOT EXISTS (SELECT FROM tallybook.score_void v WHERE v.class_id = $1 AND v.event_id = f.id) AND NOT EXISTS (SELECT FROM tallybook.settlement_event m WHERE m.class_id = $1 AND m.event_id = f.id))`,
      [world.oracle.scope, student],
    );
    return student;
  },
};

/** Somebody begins a transaction that stays open while others read: what it writes commits late. */
export async function holdTransaction(world: World): Promise<void> {
  const client = await world.server.foreign();
  const { scope } = world.oracle;
  const student = randomUuid(world.next);
  await client.query('BEGIN');
  await textRows(client, 'INSERT INTO tallybook.student (class_id, id, name, created_at) VALUES ($1, $2, $3, $4)', [
    scope,
    student,
    newText(world, 'late'),
    instant(world),
  ]);
  for (let count = world.next(3); count >= 0; count -= 1)
    await textRows(client, addEvent, [
      scope,
      randomUuid(world.next),
      student,
      newText(world, 'late'),
      1,
      instant(world),
    ]);
  await textRows(client, `INSERT INTO tallybook.student_tag (class_id, student_id, tag) VALUES ($1, $2, 'front')`, [
    scope,
    student,
  ]);
  world.held = { client, left: 2 + world.next(10), commits: world.next(5) > 0 };
  note(world, 'psql begins');
}

/** The open transaction ends. */
export async function endTransaction(world: World): Promise<void> {
  const { held } = world;
  if (held === null) return;
  await held.client.query(held.commits ? 'COMMIT' : 'ROLLBACK');
  await held.client.end();
  world.held = null;
  if (held.commits) countFault(world, 'late-commit');
  note(world, held.commits ? 'psql commits late' : 'psql rolls back');
  await world.oracle.noteForeign();
}
