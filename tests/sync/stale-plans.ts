import { randomUUID } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { pick, randomOf, type Random } from '../simulation/random.ts';
import { differing, type Snapshot } from '../simulation/snapshot.ts';
import { lookAtBothSides, type BothSides } from '../support/both-sides.ts';
import type { Book } from '../support/device.ts';
import type { Pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

/** What may happen between a list and the run of it, by what of the list it is about. */
const overtaking = [
  'changed by psql',
  'changed by another device',
  'deleted by psql',
  'number taken by psql',
  'changed here',
  'tag put back here',
  'seen again',
  'another epoch',
  'used before',
] as const;
type Overtaking = (typeof overtaking)[number];

/** Runs that write where the change was made, or read what was looked at again. */
const modes: Readonly<Record<Overtaking, readonly ('apply' | 'pull' | 'sync')[]>> = {
  'changed by psql': ['apply', 'sync'],
  'changed by another device': ['apply', 'sync'],
  'deleted by psql': ['apply', 'sync'],
  'number taken by psql': ['apply', 'sync'],
  'changed here': ['pull', 'sync'],
  'tag put back here': ['apply', 'sync'],
  'seen again': ['pull', 'sync'],
  'another epoch': ['apply', 'sync'],
  'used before': ['apply', 'pull', 'sync'],
};

/** One pupil, whose row the list is about. */
interface Case {
  readonly both: Pair;
  readonly name: string;
  readonly id: string;
  /** A text or a number nobody has. */
  readonly fresh: (what: string) => string;
}

/**
 * Makes a list, lets something overtake it, and runs it, once for every seed: the run is refused as overtaken and nothing changes on either side (I5). Answers how often each
 * was tried. The pair must know the pupils.
 */
export async function refuseStalePlans(
  both: Pair,
  pupils: readonly string[],
  seeds: readonly number[],
): Promise<Readonly<Record<Overtaking, number>>> {
  const tried = Object.fromEntries(overtaking.map((kind) => [kind, 0])) as Record<Overtaking, number>;
  await using sides = await lookAtBothSides(both.database, both.b.classId);
  for (const seed of seeds) {
    const next = randomOf(seed);
    const kind = overtaking[seed % overtaking.length] ?? 'changed here';
    const name = pick(next, pupils) ?? '';
    const { id } = await both.b.student(name);
    const one: Case = { both, name, id, fresh: (what) => `${what} ${seed}` };
    try {
      await refuseOne(one, kind, sides, next);
    } catch (error) {
      throw new Error(`stale plan ${seed}, ${kind}: ${String(error)}`, { cause: error });
    }
    tried[kind] += 1;
  }
  return tried;
}

async function refuseOne(one: Case, kind: Overtaking, sides: BothSides, next: Random): Promise<void> {
  const { b } = one.both;
  await prepare(one, kind);
  const { planId } = await b.preview();
  const mode = pick(next, modes[kind]) ?? 'sync';
  const restore = await overtake(one, kind, planId);
  const before = await look(sides, b);
  const said = await tryRun(b, planId, mode);
  const after = await look(sides, b);
  await restore();
  if (!refusals.has(said)) throw new Error(`${mode} was not refused but ${said}`);
  for (const side of ['local', 'server'] as const) {
    const [first] = differing(before[side], after[side]);
    if (first !== undefined) throw new Error(`${mode} was refused and changed ${first} of ${side}`);
  }
  // What was overtaken is listed anew, and comes to its end.
  for (const book of [b, one.both.a, b]) {
    const again = await book.preview();
    await book.run('sync', again.planId, { conflicts: 'server' });
  }
  const difference = await sides.difference(b.device.folder);
  if (difference !== null) throw new Error(`afterwards ${difference}`);
}

const refusals: ReadonlySet<string> = new Set(['stale', 'plan-stale', 'plan-used', 'plan-unknown']);

async function look(
  sides: BothSides,
  { device }: Book,
): Promise<{ readonly local: Snapshot; readonly server: Snapshot }> {
  return { local: sides.local(device.folder), server: await sides.server() };
}

async function tryRun(book: Book, planId: string, mode: 'apply' | 'pull' | 'sync'): Promise<string> {
  try {
    return (await book.run(mode, planId, { conflicts: 'server' })).outcome;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** Makes the change the list will be about. */
async function prepare({ both, id, fresh }: Case, kind: Overtaking): Promise<void> {
  const { a, b } = both;
  switch (kind) {
    case 'tag put back here':
      await a.call('student.set', { id, change: {}, tag: [fresh('tag')] });
      await a.sync();
      await b.sync();
      await b.call('student.set', { id, change: {}, untag: [fresh('tag')] });
      return;
    case 'number taken by psql':
      await b.call('student.set', { id, change: { number: fresh('no') } });
      return;
    case 'changed here':
    case 'seen again':
      await there(both, `SET note = '${fresh('there')}' WHERE id = '${id}'`);
      return;
    case 'changed by psql':
    case 'changed by another device':
    case 'deleted by psql':
    case 'another epoch':
    case 'used before':
      await b.call('student.set', { id, change: { note: fresh('here') } });
  }
}

/** What happens before the run; answers what has to be put right after it. */
async function overtake({ both, id, fresh }: Case, kind: Overtaking, planId: string): Promise<() => Promise<void>> {
  const { a, b, database } = both;
  const nothing = async (): Promise<void> => {};
  switch (kind) {
    case 'changed by psql':
      await there(both, `SET note = '${fresh('psql')}' WHERE id = '${id}'`);
      return nothing;
    case 'changed by another device':
      await a.call('student.set', { id, change: { note: fresh('other') } });
      await a.sync();
      return nothing;
    case 'deleted by psql':
      await there(both, `SET deleted_at = now() WHERE id = '${id}'`);
      return async () => await there(both, `SET deleted_at = NULL WHERE id = '${id}'`);
    case 'number taken by psql':
      await there(
        both,
        `SET number = '${fresh('no')}' WHERE id = (SELECT id FROM tallybook.student WHERE id <> '${id}' AND deleted_at IS NULL ORDER BY id LIMIT 1)`,
      );
      return nothing;
    case 'changed here':
      await b.call('student.set', { id, change: { note: fresh('here') } });
      return nothing;
    case 'tag put back here':
      await b.call('student.set', { id, change: {}, tag: [fresh('tag')] });
      return nothing;
    case 'seen again':
      await there(both, `SET note = '${fresh('later')}' WHERE id = '${id}'`);
      await b.preview();
      return nothing;
    case 'another epoch': {
      const [[epoch] = []] = await sql(database.config, 'SELECT epoch FROM tallybook.meta');
      await sql(database.config, `UPDATE tallybook.meta SET epoch = '${randomUUID()}'`);
      return async () => void (await sql(database.config, `UPDATE tallybook.meta SET epoch = '${epoch ?? ''}'`));
    }
    case 'used before':
      await b.run('sync', planId);
      return nothing;
  }
}

async function there({ database }: Pair, change: string): Promise<void> {
  await sql(database.config, `UPDATE tallybook.student ${change}`);
}
