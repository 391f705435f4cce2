import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { managedDatabase } from '../../tests/support/managed-database.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import { applyRun, point, put, rowOf, student, write } from '../../tests/support/remote-runs.ts';
import { createPgRemote } from './pg-remote.ts';
import type { Remote, TimedEffect } from './remote.ts';

/** So many variants, one after the other; `TALLYBOOK_HIDDEN=500` for all the figures of a release, `TALLYBOOK_HIDDEN_SEED` to begin elsewhere. */
const runs = Number(process.env['TALLYBOOK_HIDDEN'] ?? '10');
const seed = Number(process.env['TALLYBOOK_HIDDEN_SEED'] ?? '1');

let db: ManagedDatabase;
let remote: Remote;
let other: string;

beforeAll(async () => {
  db = await managedDatabase();
  remote = await createPgRemote(await db.session(), classroomCatalog);
  other = randomUUID();
  await remote.createClass({ id: other, name: '5C', sample: false });
  await applyRun(remote, other, [write('student', null, student({ name: 'theirs' }))]);
  await db.owner.query('CREATE TABLE public.audit (id int GENERATED ALWAYS AS IDENTITY, what text)');
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
});

/** What a trigger does behind our back: the statement, and the table it is caught at. */
const deeds: readonly (readonly [statement: (aside: Row) => string, table: string])[] = [
  [() => `INSERT INTO public.audit (what) VALUES ('x')`, 'public.audit'],
  [(aside) => `UPDATE tallybook.student SET note = 'x' || random() WHERE id = '${aside['id']}'`, 'student'],
  [(aside) => `DELETE FROM tallybook.score_event WHERE student_id = '${aside['id']}'`, 'score_event'],
  [
    () =>
      `INSERT INTO tallybook.reason (class_id, id, text, delta, sort, built_in) VALUES (CLASS, md5(random()::text)::uuid, 'x', 1, 1, false)`,
    'reason',
  ],
  [() => `UPDATE tallybook.student SET note = 'y' || random() WHERE class_id = OTHER`, 'student'],
  [
    (aside) =>
      `INSERT INTO tallybook.student_tag (class_id, student_id, tag) VALUES (CLASS, '${aside['id']}', 'tag' || random())`,
    'student_tag',
  ],
  [(aside) => `DELETE FROM tallybook.student_tag WHERE student_id = '${aside['id']}'`, 'student_tag'],
];

/** When it does so: how the trigger is made, on which table, and the writes that set it off. */
const occasions: readonly (readonly [
  make: (table: string) => string,
  table: string,
  op: 'add' | 'update' | 'delete',
])[] = [
  [(table) => `TRIGGER hidden AFTER INSERT ON tallybook.${table} FOR EACH ROW`, 'student', 'add'],
  [(table) => `TRIGGER hidden AFTER INSERT ON tallybook.${table} FOR EACH STATEMENT`, 'score_event', 'add'],
  [(table) => `TRIGGER hidden BEFORE UPDATE ON tallybook.${table} FOR EACH ROW`, 'student', 'update'],
  [(table) => `TRIGGER hidden AFTER DELETE ON tallybook.${table} FOR EACH ROW`, 'student_tag', 'delete'],
  [
    (table) =>
      `CONSTRAINT TRIGGER hidden AFTER INSERT ON tallybook.${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW`,
    'score_event',
    'add',
  ],
];

/** A number from a seed, always the same: mulberry32. */
function pick(state: number, below: number): number {
  let t = (state + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % below;
}

async function dump(): Promise<unknown> {
  const tables = [
    ...classroomCatalog.tables.map(({ name }) => `tallybook."${name}"`),
    'tallybook.row_state',
    'tallybook.run',
  ];
  const answers = await db.owner.pipeline(
    [...tables, 'public.audit'].map((name) => ({ sql: `SELECT t.* FROM ${name} t ORDER BY t::text` })),
  );
  return answers.map(({ rows }) => rows);
}

it.each(Array.from({ length: runs }, (_, index) => seed + index))(
  'a change the list does not show is refused and its table named (seed %i)',
  async (number) => {
    const [statement, caught] = deeds[pick(number * 2, deeds.length)] ?? [() => '', ''];
    const [make, table, op] = occasions[pick(number * 2 + 1, occasions.length)] ?? [() => '', 'student', 'add'];
    const [ours, aside] = [student({ name: `ours ${number}` }), student({ name: `aside ${number}` })];
    const tagOf = (row: Row): Row => rowOf('student_tag', { student_id: row['id'] ?? null, tag: 'choir' });
    await put(
      remote,
      db.classId,
      ['student', ours],
      ['student', aside],
      ['score_event', point(aside)],
      ['student_tag', tagOf(aside)],
      ['student_tag', tagOf(ours)],
    );
    const effects: Record<typeof op, TimedEffect> = {
      add:
        table === 'student'
          ? write('student', null, student({ name: 'new' }))
          : write('score_event', null, point(ours)),
      update: write('student', ours, { ...ours, name: 'renamed' }),
      delete: write('student_tag', tagOf(ours), null),
    };
    const body = statement(aside).replaceAll('CLASS', `'${db.classId}'`).replaceAll('OTHER', `'${other}'`);
    await db.owner.query(`CREATE FUNCTION public.hidden() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN IF pg_trigger_depth() = 1 THEN ${body}; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$;
      CREATE ${make(table)} EXECUTE FUNCTION public.hidden()`);
    try {
      const before = await dump();
      const outcome = await applyRun(remote, db.classId, [effects[op]]);
      expect(outcome).toMatchObject({
        kind: 'refused',
        error: { code: 'journal-mismatch', params: { table: caught } },
      });
      expect(await dump()).toEqual(before);
    } finally {
      await db.owner.query(`DROP TRIGGER hidden ON tallybook.${table}; DROP FUNCTION public.hidden()`);
    }
    expect(await applyRun(remote, db.classId, [effects[op]])).toMatchObject({ kind: 'committed' });
  },
);
