import { describe, expect, it } from 'vitest';
import { advisoryNamespace } from '../../electron/remote/class-lock.ts';
import type { Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';

type Check = Awaited<ReturnType<Book['preview']>>['checks'][number];

function constraintsOf(checks: readonly Check[]): Check | undefined {
  return checks.find(({ id }) => id === 'constraints');
}

async function rename(book: Book, from: string, to: string): Promise<void> {
  const { id } = await book.student(from);
  await book.call('student.set', { id, change: { name: to } });
}

/** Something that refuses one name, how it is put on the server and taken off again, and what it is called there. */
interface Refusing {
  readonly what: string;
  readonly put: readonly string[];
  readonly off: string;
  readonly rule: string;
  readonly state?: 'failed';
}

const oneOf = `CASE WHEN name IN ('Benny', 'Chen Yu') THEN 1 END`;

function onStudent(what: string, name: string, rule: string): Refusing {
  const put = [`ALTER TABLE tallybook.student ADD CONSTRAINT ${name} ${rule}`];
  return { what, put, off: `ALTER TABLE tallybook.student DROP CONSTRAINT ${name}`, rule: name };
}

function trigger(what: string, error: string): Pick<Refusing, 'what' | 'put' | 'off' | 'rule'> {
  const body = `IF NEW.name = 'Benny' THEN RAISE ${error}; END IF; RETURN NEW;`;
  return {
    what,
    put: [
      `CREATE FUNCTION public.no_benny() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$`,
      'CREATE TRIGGER no_benny BEFORE INSERT OR UPDATE ON tallybook.student FOR EACH ROW EXECUTE FUNCTION public.no_benny()',
    ],
    off: 'DROP FUNCTION public.no_benny CASCADE',
    rule: 'no_benny',
  };
}

const refusing: readonly Refusing[] = [
  {
    what: 'a check without a name of its own',
    put: [`ALTER TABLE tallybook.student ADD CHECK (name <> 'Benny')`],
    off: 'ALTER TABLE tallybook.student DROP CONSTRAINT student_name_check',
    rule: 'student_name_check',
  },
  onStudent(
    'something inside a check that fails',
    'divides',
    `CHECK (1 / (CASE name WHEN 'Benny' THEN 0 ELSE 1 END) > 0)`,
  ),
  onStudent('an exclusion rule', 'not_both', `EXCLUDE ((${oneOf}) WITH =)`),
  {
    what: 'a unique index',
    put: [`CREATE UNIQUE INDEX one_note ON tallybook.student ((${oneOf}))`],
    off: 'DROP INDEX tallybook.one_note',
    rule: 'one_note',
  },
  {
    what: 'a unique rule that waits for the end',
    put: [
      `ALTER TABLE tallybook.student ADD COLUMN short int4 GENERATED ALWAYS AS (${oneOf}) STORED`,
      'ALTER TABLE tallybook.student ADD CONSTRAINT one_short UNIQUE (short) DEFERRABLE INITIALLY DEFERRED',
    ],
    off: 'ALTER TABLE tallybook.student DROP COLUMN short',
    rule: 'one_short',
  },
  {
    what: 'a reference to a table of somebody else',
    put: [
      'CREATE TABLE public.names (name text PRIMARY KEY)',
      `INSERT INTO public.names SELECT DISTINCT name FROM tallybook.student`,
      'ALTER TABLE tallybook.student ADD CONSTRAINT known_name FOREIGN KEY (name) REFERENCES public.names (name)',
    ],
    off: 'DROP TABLE public.names CASCADE',
    rule: 'known_name',
  },
  { ...trigger('a trigger', `EXCEPTION 'no %', NEW.name`), state: 'failed' },
  trigger('a trigger that speaks as a check does', 'check_violation'),
];

const leftOf = async (book: Book, planId: string): Promise<unknown> =>
  (await book.rows(planId))
    .filter(({ left }) => left !== null)
    .map(({ label, left, refused, included }) => ({ label, left, refused, included }));

const benny = (rule: string): unknown => [{ label: 'Benny', left: 'server-rule', refused: rule, included: false }];

describe('P6: what a rule on the server would refuse', () => {
  it('stands apart with the name of the rule before anything is sent, and the rest goes, whatever the rule is', async () => {
    await using both = await pair();
    const { a, b, database } = both;
    for (const { what, put, off, rule, state = 'warning' } of refusing) {
      for (const statement of put) await sql(database.config, statement);
      await rename(a, 'Li W', 'Benny');
      const plan = await a.preview();
      expect(constraintsOf(plan.checks)?.state, what).toBe(state);
      if (state === 'warning') expect(constraintsOf(plan.checks)?.params, what).toEqual({ rows: 1, rules: rule });
      expect(await leftOf(a, plan.planId), what).toEqual(benny(rule));
      expect(plan.ready, what).toMatchObject({ sync: 0, leave: 1 });
      await sql(database.config, off);
      expect(constraintsOf((await a.preview()).checks), what).toMatchObject({ state: 'ok', code: null });
      await rename(a, 'Benny', 'Li W');
    }
    await sql(database.config, `ALTER TABLE tallybook.student ADD CHECK (name <> 'Benny')`);
    await rename(a, 'Li W', 'Benny');
    await a.award('Chen Yu', 4);
    const plan = await a.preview();
    expect((await a.call('plan.index', { planId: plan.planId })).sections.at(-1)?.key).toBe('refused');
    expect(plan.ready).toMatchObject({ sync: 1, leave: 1 });
    const run = await a.run('sync', plan.planId);
    expect(run).toMatchObject({
      outcome: 'undecided',
      counts: { up: { add: 1, update: 0 } },
      left: [{ label: 'Benny', reason: 'server-rule' }],
    });
    await b.sync();
    expect(Object.values(await b.totals()).reduce((sum, points) => sum + points, 0)).toBe(4);
    // What waits for the row that is refused waits with it; another name is taken.
    await rename(a, 'Benny', 'Ben');
    const next = await a.preview();
    expect(constraintsOf(next.checks)).toMatchObject({ state: 'ok', code: null, params: { tried: 1, of: 1 } });
    expect(await a.run('sync', next.planId)).toMatchObject({ outcome: 'completed', left: [] });
  }, 60_000);

  it('is what another row of the list makes room for: nothing is refused then', async () => {
    await using both = await pair();
    const { a, database } = both;
    await sql(database.config, 'CREATE UNIQUE INDEX one_name ON tallybook.student (class_id, name)');
    await rename(a, 'Li W', 'Old');
    await rename(a, 'Chen Yu', 'Li W');
    const plan = await a.preview();
    expect(constraintsOf(plan.checks)).toMatchObject({ state: 'ok', params: { tried: 2, of: 2 } });
    expect(plan.ready).toMatchObject({ sync: 2, leave: 0 });
  }, 60_000);

  it('a run that was refused all the same leaves its row under what cannot be applied, until the row or the rule changes', async () => {
    await using both = await pair();
    const { a, database } = both;
    await rename(a, 'Li W', 'Benny');
    await a.award('Chen Yu', 4);
    const plan = await a.preview();
    expect(plan.ready).toMatchObject({ sync: 2 });
    await sql(database.config, `ALTER TABLE tallybook.student ADD CONSTRAINT no_benny CHECK (name <> 'Benny')`);
    const refused = await a.run('sync', plan.planId);
    expect(refused).toMatchObject({ outcome: 'refused', left: [{ label: 'Benny', reason: 'refused' }] });
    const next = refused.nextPlanId ?? '';
    expect(await leftOf(a, next)).toEqual(benny('no_benny'));
    expect(await a.run('sync', next)).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1 } } });
    await sql(database.config, 'ALTER TABLE tallybook.student DROP CONSTRAINT no_benny');
    expect(await a.sync()).toMatchObject({ outcome: 'completed', counts: { up: { update: 1 } } });
  }, 60_000);

  it('a row that a trigger would change behind the back of its sender is left too once a run has said so', async () => {
    await using both = await pair();
    const { a, database } = both;
    await sql(
      database.config,
      `CREATE FUNCTION public.shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.name = 'Benny' THEN NEW.name := upper(NEW.name); END IF; RETURN NEW; END $$`,
    );
    await sql(
      database.config,
      'CREATE TRIGGER shout BEFORE UPDATE ON tallybook.student FOR EACH ROW EXECUTE FUNCTION public.shout()',
    );
    await rename(a, 'Li W', 'Benny');
    await a.award('Chen Yu', 4);
    const refused = await a.sync();
    expect(refused).toMatchObject({ outcome: 'refused', error: { code: 'read-back-differs' } });
    expect(await leftOf(a, refused.nextPlanId ?? '')).toEqual(benny('name'));
    // Also in the next look, from the beginning.
    expect(await a.sync()).toMatchObject({ outcome: 'undecided', counts: { up: { add: 1 } } });
    await rename(a, 'Benny', 'Ben');
    expect(await a.sync()).toMatchObject({ outcome: 'completed' });
  }, 60_000);

  it('costs nothing where nobody has put anything on the tables, and the check then speaks of no trial', async () => {
    await using both = await pair();
    const { a } = both;
    await rename(a, 'Li W', 'Benny');
    expect(constraintsOf((await a.preview()).checks)).toEqual({
      id: 'constraints',
      state: 'ok',
      code: null,
      params: {},
    });
  }, 60_000);
});

it('P3: the list of checks has nine lines, and that of the lock says when somebody else is syncing', async () => {
  await using both = await pair();
  const { a, database } = both;
  const ids = (await a.preview()).checks.map(({ id, state }) => `${id} ${state}`);
  expect(ids).toEqual(
    ['connect', 'tls', 'version', 'database', 'rights', 'tables', 'constraints', 'lock', 'clock'].map(
      (id) => `${id} ${id === 'tls' || id === 'rights' ? 'warning' : 'ok'}`,
    ),
  );
  const other = await openSession(database);
  await other.query(`BEGIN; SELECT pg_advisory_xact_lock(${advisoryNamespace}, hashtext('${a.classId}'))`);
  const check = (await a.preview()).checks.find(({ id }) => id === 'lock');
  expect(check).toMatchObject({ state: 'warning', code: 'lock-held' });
  await other.close();
  expect((await a.preview()).checks.find(({ id }) => id === 'lock')).toMatchObject({ state: 'ok' });
}, 60_000);
