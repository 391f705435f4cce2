import type { PlanRowItem, ResolveFile } from '../../../shared/contract/sync.ts';
import { pick as pickAny, randomUuid, type Random } from '../../simulation/random.ts';
import type { TestDatabase } from '../../support/postgres.ts';
import { sql } from '../../support/sql.ts';
import type { App } from './app.ts';
import { onlyConnection } from './shared-class.ts';

/** A choice of the command line for one row. */
export type Decision = NonNullable<ResolveFile['rows']>[number];

/** What a row of a plan comes to as things stand. */
export interface RowResult {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly included: boolean;
  readonly left: string | null;
  readonly blockedBy: string | null;
  readonly choice: string | null;
  readonly fields: Readonly<Record<string, string | null>>;
}

/** One of the items, of which there is at least one. */
function pick<T>(random: Random, items: readonly T[]): T {
  const picked = pickAny(random, items);
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}

/** Changes some students on both sides at random, so that the next comparison has conflicts of every kind a teacher meets, and changes that ask nothing. */
export async function makeConflicts(app: App, database: TestDatabase, random: Random, round: number): Promise<void> {
  const { classId } = await onlyConnection(app);
  const { items } = await app.call('student.list', { classId });
  const left = [...items];
  const take = (): (typeof items)[number] => {
    const [taken] = left.splice(random(left.length), 1);
    if (taken === undefined) throw new Error('no student left');
    return taken;
  };
  const here = async (id: string, change: { readonly name?: string; readonly number?: string }): Promise<void> => {
    await app.call('student.set', { classId, id, change });
  };
  const there = async (id: string, set: string): Promise<void> => {
    await sql(database.config, `UPDATE tallybook.student SET ${set} WHERE id = $1`, [id]);
  };
  const ways: readonly ((id: string, n: string) => Promise<void>)[] = [
    async (id, n) => {
      await here(id, { name: `Here ${n}` });
      await there(id, `name = 'There ${n}'`);
    },
    async (id, n) => {
      await here(id, { name: `Here ${n}`, number: `1${n}` });
      await there(id, `name = 'There ${n}', number = '2${n}'`);
    },
    async (id, n) => {
      await here(id, { name: `Here ${n}` });
      await there(id, `number = '3${n}'`);
    },
    async (id, n) => {
      await app.call('student.delete', { classId, ids: [id] });
      await there(id, `name = 'There ${n}'`);
    },
    async (id, n) => {
      await here(id, { name: `Here ${n}` });
      await there(id, 'deleted_at = now()');
    },
    async (id) => {
      await app.call('score.add', { classId, studentIds: [id], award: { delta: 1, text: 'Homework' } });
    },
  ];
  for (let n = 0; n < 6; n += 1) await pick(random, ways)(take().id, `${round}0${n}`);
  if (random(2) === 0) {
    const number = `9${round}`;
    await app.call('student.add', { classId, students: [{ name: `New here ${round}`, number }] });
    await sql(
      database.config,
      `INSERT INTO tallybook.student (class_id, id, name, number, created_at)
       SELECT id, $1, $2, $3, now() FROM tallybook.class`,
      [randomUuid(random), `New there ${round}`, number],
    );
  }
}

/** A choice for every conflict of a plan, at random among those the page offers. */
export function decideAtRandom(rows: readonly PlanRowItem[], random: Random): readonly Decision[] {
  return rows
    .filter(({ kind }) => kind === 'conflict')
    .map((row) => ({ table: row.table, key: row.key, ...choiceFor(row, random) }));
}

type Choice = Pick<Decision, 'choice' | 'fields'>;

function choiceFor(row: PlanRowItem, random: Random): Choice {
  if (row.conflict === 'same-identity') {
    const number = row.fields.find(({ clash }) => clash);
    const value = `77${random(1_000_000)}`;
    return pick<Choice>(random, [
      { choice: 'server' },
      { choice: 'skip' },
      { choice: 'rename', fields: { [number?.name ?? '']: { value } } },
    ]);
  }
  if (row.conflict !== 'both-updated' && row.conflict !== 'both-added')
    return pick<Choice>(random, [{ choice: 'local' }, { choice: 'server' }, { choice: 'skip' }]);
  const sides = row.fields
    .filter(({ clash }) => clash)
    .map(({ name }) => [name, pick(random, ['local', 'server'] as const)] as const);
  const merge: Choice = { choice: 'merge', fields: Object.fromEntries(sides) };
  return pick<Choice>(random, [{ choice: 'local' }, { choice: 'server' }, { choice: 'skip' }, merge, merge]);
}

/** Every row of a plan. */
export async function allRows(app: App, planId: string): Promise<readonly PlanRowItem[]> {
  const { classId } = await onlyConnection(app);
  const { ordinals } = await app.call('plan.index', { classId, planId });
  return (await app.call('plan.rows', { classId, planId, ordinals })).items;
}

/** What every row of a plan comes to as things stand. */
export async function resultOf(app: App, planId: string): Promise<readonly RowResult[]> {
  return (await allRows(app, planId)).map((row) => ({
    table: row.table,
    key: row.key,
    included: row.included,
    left: row.left,
    blockedBy: row.blockedBy,
    choice: row.choice,
    fields: Object.fromEntries(row.fields.map(({ name, result }) => [name, result])),
  }));
}
