import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { startFaultProxy } from '../../tests/support/fault-proxy.ts';
import { managedDatabase, waitForBlocked } from '../../tests/support/managed-database.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import { startTestPostgres } from '../../tests/support/postgres.ts';
import type { TestPostgres } from '../../tests/support/postgres.ts';
import { applyRun, observeAll, point, quietHorizon, rowOf, student, write } from '../../tests/support/remote-runs.ts';
import type { PgSession } from './pg-session.ts';
import { createPgRemote } from './pg-remote.ts';

let db: ManagedDatabase;

beforeEach(async () => {
  db = await managedDatabase();
});
afterEach(async () => {
  await db[Symbol.asyncDispose]();
});

async function names(): Promise<readonly string[]> {
  const { rows } = await db.owner.query('SELECT name FROM tallybook.student ORDER BY 1');
  return rows.map(([name]) => name ?? '');
}

/** A session that counts how often it waits for the server. */
function counting(session: PgSession): { readonly session: PgSession; trips(): number } {
  let trips = 0;
  const counted: PgSession = {
    get backendPid() {
      return session.backendPid;
    },
    serverVersion: session.serverVersion,
    tls: session.tls,
    address: session.address,
    get transaction() {
      return session.transaction;
    },
    get asked() {
      return session.asked;
    },
    get reusable() {
      return session.reusable;
    },
    query: async (...call) => {
      trips += 1;
      return await session.query(...call);
    },
    pipeline: async (...call) => {
      trips += 1;
      return await session.pipeline(...call);
    },
    copyIn: (...call) => {
      trips += 2;
      return session.copyIn(...call);
    },
    copyOut: (...call) => {
      trips += 1;
      return session.copyOut(...call);
    },
    close: async () => await session.close(),
  };
  return { session: counted, trips: () => trips };
}

describe('round trips', () => {
  it('of a run of 5,000 rows are at most 8, and of an observation without news 2', async () => {
    const { session, trips } = counting(await db.session());
    const remote = await createPgRemote(session, classroomCatalog);
    const students = Array.from({ length: 500 }, (_, n) => student({ name: `s${n}`, number: String(n) }));
    const points = Array.from({ length: 4500 }, (_, n) => point(students[n % 500] ?? {}, { text: `p${n}` }));
    const effects = [
      ...students.map((row) => write('student', null, row)),
      ...points.map((row) => write('score_event', null, row)),
    ];
    const before = trips();
    const outcome = await applyRun(remote, db.classId, effects);
    expect(trips() - before).toBeLessThanOrEqual(8);
    expect(outcome).toMatchObject({ kind: 'committed', written: 5000, alreadyThere: [] });
    const { rows } = await observeAll(remote, db.classId);
    expect(rows).toHaveLength(5000);
    const quiet = await quietHorizon(remote, db.classId);
    const between = trips();
    expect((await observeAll(remote, db.classId, quiet)).rows).toEqual([]);
    expect(trips() - between).toBe(2);
  });
});

describe('a lost connection', () => {
  it('after COMMIT was sent leaves open how it went, and the ledger knows', async () => {
    const { host, port } = db.database.config;
    const proxy = await startFaultProxy({ target: { host, port } });
    const session = await db.session({ port: proxy.port });
    const remote = await createPgRemote(session, classroomCatalog);
    const runId = randomUUID();
    const outcome = await applyRun(remote, db.classId, [write('student', null, student({ name: 'kept' }))], {
      runId,
      onProved: () => void proxy.mode({ kind: 'cut-at-message', message: 1 }),
    });
    expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'connection-dropped' } });
    await proxy.stop();
    const again = await createPgRemote(await db.session(), classroomCatalog);
    expect(await again.wasCommitted(db.classId, runId)).toBe(true);
    expect(await names()).toEqual(['kept']);
  });

  it('at any earlier message writes nothing', async () => {
    const { host, port } = db.database.config;
    for (const message of [1, 3, 6, 9, 12, 16, 20, 24, 28]) {
      const proxy = await startFaultProxy({ target: { host, port } });
      const remote = await createPgRemote(await db.session({ port: proxy.port }), classroomCatalog);
      const runId = randomUUID();
      await proxy.mode({ kind: 'cut-at-message', message });
      let reached = false;
      const run = applyRun(remote, db.classId, [write('student', null, student({ name: `cut ${message}` }))], {
        runId,
        onProved: () => {
          reached = true;
        },
      });
      await expect(run).rejects.toMatchObject({ code: 'connection-dropped' });
      expect(reached).toBe(false);
      const asking = await createPgRemote(await db.session(), classroomCatalog);
      expect(await asking.wasCommitted(db.classId, runId)).toBe(false);
      await proxy.stop();
    }
    expect(await names()).toEqual([]);
  });

  it('asking the ledger waits for a run that is still open', async () => {
    const remote = await createPgRemote(await db.session(), classroomCatalog);
    const runId = randomUUID();
    const other = await db.foreign();
    const insert = `INSERT INTO tallybook.run (class_id, run_id, device, plan_hash, counts) VALUES ($1, $2, $2, '', '{}')`;
    for (const [end, expected] of [
      ['ROLLBACK', false],
      ['COMMIT', true],
    ] as const) {
      await other.query('BEGIN');
      await other.query(insert, [db.classId, runId]);
      const asked = remote.wasCommitted(db.classId, runId);
      await waitForBlocked(db);
      await other.query(end);
      expect(await asked).toBe(expected);
    }
    const impatient = await createPgRemote(await db.session(), classroomCatalog, { lockTimeoutMs: 50 });
    const open = randomUUID();
    await other.query('BEGIN');
    await other.query(insert, [db.classId, open]);
    await expect(impatient.wasCommitted(db.classId, open)).rejects.toMatchObject({ code: 'checking' });
    await other.query('ROLLBACK');
    expect(await impatient.wasCommitted(db.classId, open)).toBe(false);
  });
});

describe('somebody else at work', () => {
  it('holding the class is named after patience has run out, and nothing is written', async () => {
    const first = await createPgRemote(await db.session(), classroomCatalog);
    const second = await createPgRemote(await db.session(), classroomCatalog, { lockTimeoutMs: 20 });
    const held: { refused?: unknown } = {};
    const other = await db.foreign();
    await other.query(`BEGIN; SELECT pg_advisory_xact_lock(1413563459, hashtext('${db.classId}'))`);
    await other.query(
      `INSERT INTO tallybook.presence (class_id, device, name) VALUES ('${db.classId}', md5(random()::text)::uuid, 'ghost')`,
    );
    const waiting = applyRun(first, db.classId, [write('student', null, student({ name: 'first' }))], {
      device: { id: randomUUID(), name: 'Room 1' },
    });
    await waitForBlocked(db);
    await applyRun(second, db.classId, [write('student', null, student({ name: 'second' }))], {
      device: { id: randomUUID(), name: 'Room 2' },
    }).catch((error: unknown) => {
      held.refused = error;
    });
    const since = await db.owner.query(
      `SELECT to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM tallybook.presence WHERE name = 'Room 1'`,
    );
    expect(held.refused).toMatchObject({ code: 'lock-held-by', params: { who: 'Room 1', since: since.rows[0]?.[0] } });
    await other.query('ROLLBACK');
    expect(await waiting).toMatchObject({ kind: 'committed' });
    expect(await names()).toEqual(['first']);
    expect((await db.owner.query('SELECT name FROM tallybook.presence')).rows).toEqual([]);
  });

  it('that nobody said to be is not given a name', async () => {
    const remote = await createPgRemote(await db.session(), classroomCatalog, { lockTimeoutMs: 20 });
    const other = await db.foreign();
    await other.query(`BEGIN; SELECT pg_advisory_xact_lock(1413563459, hashtext('${db.classId}'))`);
    const refused: unknown = await applyRun(remote, db.classId, [
      write('student', null, student({ name: 'one' })),
    ]).catch((error: unknown) => error);
    await other.query('ROLLBACK');
    expect(refused).toMatchObject({ code: 'lock-held' });
    expect(refused).not.toHaveProperty('params.who');
  });

  it('on the same class at the same time: every run ends, and every row is there once', async () => {
    const remotes = await Promise.all(
      Array.from({ length: 4 }, async () => await createPgRemote(await db.session(), classroomCatalog)),
    );
    const shared = student({ name: 'shared' });
    await Promise.all(
      remotes.map(async (remote, n) => {
        for (let round = 0; round < 5; round += 1) {
          const own = student({ name: `${n}-${round}` });
          const outcome = await applyRun(remote, db.classId, [
            write('student', null, own),
            write('score_event', null, point(own)),
            write('student', null, shared),
          ]);
          expect(outcome.kind).toBe('committed');
        }
      }),
    );
    expect(await names()).toHaveLength(21);
    expect((await db.owner.query('SELECT count(*) FROM tallybook.run')).rows).toEqual([['20']]);
  });

  it('deadlocking with it is tried again under the same run', async () => {
    const remote = await createPgRemote(await db.session(), classroomCatalog, { lockTimeoutMs: 10_000 });
    const [a, b] = [student({ name: 'a' }), student({ name: 'b' })].toSorted((x, y) =>
      (x['id'] ?? '') < (y['id'] ?? '') ? -1 : 1,
    );
    if (a === undefined || b === undefined) throw new Error('two students');
    await applyRun(remote, db.classId, [write('student', null, a), write('student', null, b)]);
    const other = await db.foreign();
    // The other side waits long before it looks for a deadlock, so that it is ours that is ended.
    await other.query(
      `SET deadlock_timeout = '30s'; BEGIN; UPDATE tallybook.student SET updated_at = now() WHERE id = '${b['id']}'`,
    );
    const runId = randomUUID();
    const mine = applyRun(
      remote,
      db.classId,
      [write('student', a, { ...a, note: 'mine' }), write('student', b, { ...b, note: 'mine' })],
      { runId },
    );
    await waitForBlocked(db);
    await other.query(`UPDATE tallybook.student SET updated_at = now() WHERE id = '${a['id']}'; COMMIT`);
    expect(await mine).toMatchObject({ kind: 'committed' });
    expect(await remote.wasCommitted(db.classId, runId)).toBe(true);
  });

  it.each([
    [4, 'is tried again as a whole under the same run until it gets through'],
    [5, 'is given up after five attempts, and nothing is written'],
  ])('that the server cannot put in order with it %i times %s', async (times) => {
    const remote = await createPgRemote(await db.session(), classroomCatalog);
    // A sequence counts what a ROLLBACK takes back.
    await db.owner.query(`CREATE SEQUENCE public.tries; GRANT ALL ON public.tries TO PUBLIC;
      CREATE FUNCTION public.out_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF nextval('public.tries') <= ${times} THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER out_of_order BEFORE INSERT ON tallybook.student FOR EACH ROW EXECUTE FUNCTION public.out_of_order()`);
    const runId = randomUUID();
    const run = applyRun(remote, db.classId, [write('student', null, student({ name: 'late' }))], { runId });
    if (times < 5) expect(await run).toMatchObject({ kind: 'committed', written: 1 });
    else await expect(run).rejects.toMatchObject({ code: 'concurrent-change' });
    // The sixth is the trial that finds out whether a trigger of somebody else was to blame.
    expect((await db.owner.query('SELECT last_value FROM public.tries')).rows).toEqual([[times < 5 ? '5' : '6']]);
    expect(await names()).toEqual(times < 5 ? ['late'] : []);
    expect(await remote.wasCommitted(db.classId, runId)).toBe(times < 5);
  });
});

describe('cancelling', () => {
  it('while it waits for a lock writes nothing and leaves the connection usable', async () => {
    const remote = await createPgRemote(await db.session(), classroomCatalog);
    const other = await db.foreign();
    await other.query(`BEGIN; SELECT pg_advisory_xact_lock(1413563459, hashtext('${db.classId}'))`);
    const controller = new AbortController();
    const mine = applyRun(remote, db.classId, [write('student', null, student())], { signal: controller.signal });
    const ended = mine.catch((error: unknown) => error);
    await waitForBlocked(db);
    controller.abort();
    expect(await ended).toMatchObject({ code: 'cancelled' });
    await other.query('ROLLBACK');
    expect(await applyRun(remote, db.classId, [write('student', null, student({ name: 'later' }))])).toMatchObject({
      kind: 'committed',
    });
    expect(await names()).toEqual(['later']);
  });

  it('before COMMIT writes nothing, after it has no effect', async () => {
    const remote = await createPgRemote(await db.session(), classroomCatalog);
    const before = new AbortController();
    const stopped = applyRun(remote, db.classId, [write('student', null, student())], {
      signal: before.signal,
      onPhase: (phase) => {
        if (phase === 'commit') before.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const after = new AbortController();
    const finishing = await applyRun(remote, db.classId, [write('student', null, student({ name: 'kept' }))], {
      signal: after.signal,
      onProved: () => after.abort(),
    });
    expect(finishing).toMatchObject({ kind: 'committed' });
    expect(await names()).toEqual(['kept']);
  });
});

it('writes nothing when what was read back cannot be stored here', async () => {
  const remote = await createPgRemote(await db.session(), classroomCatalog);
  const run = applyRun(remote, db.classId, [write('student', null, student())], {
    onProved: () => {
      throw new Error('disk full');
    },
  });
  await expect(run).rejects.toThrow('disk full');
  expect(await names()).toEqual([]);
});

describe('a server that is killed', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(async () => {
    await server.stop();
  });

  /** Runs until killed, then compares what the ledger says with what is there, and runs again under the same id. */
  async function killedRun(
    when: 'compare' | 'write' | 'commit' | 'read-back',
    kill: (backend: number) => Promise<void>,
  ): Promise<string> {
    await using own = await managedDatabase(await server.createDatabase());
    const session = await own.session();
    const remote = await createPgRemote(session, classroomCatalog);
    const runId = randomUUID();
    const effects = Array.from({ length: 200 }, (_, n) =>
      write('reason', null, rowOf('reason', { id: randomUUID(), text: `r${n}` })),
    );
    let killed: Promise<void> = Promise.resolve();
    const reached = (phase: string): void => {
      if (phase === when) killed = kill(session.backendPid);
    };
    const first = await applyRun(remote, own.classId, effects, {
      runId,
      onPhase: reached,
      onProved: () => reached('read-back'),
    }).catch(() => ({ kind: 'failed' }) as const);
    await killed;
    await server.restart();
    const again = await createPgRemote(await own.session(), classroomCatalog);
    const committed = await again.wasCommitted(own.classId, runId);
    expect((await observeAll(again, own.classId)).rows).toHaveLength(committed ? 200 : 0);
    if (first.kind === 'committed') expect(committed).toBe(true);
    if (first.kind === 'failed') expect(committed).toBe(false);
    const retried = await applyRun(again, own.classId, effects, { runId });
    expect(retried.kind).toBe(committed ? 'duplicate' : 'committed');
    expect((await observeAll(again, own.classId)).rows).toHaveLength(200);
    return first.kind;
  }

  const killBackend = async (pid: number): Promise<void> => {
    process.kill(pid, 'SIGKILL');
    await Promise.resolve();
  };

  it.each(['compare', 'write', 'commit'] as const)(
    'at "%s", before COMMIT is sent, has written nothing',
    async (when) => {
      expect(await killedRun(when, killBackend)).toMatch(when === 'commit' ? /failed|unknown/ : /failed/);
    },
  );

  it('when COMMIT is on its way has written all or nothing, and the ledger says which', async () => {
    expect(await killedRun('read-back', killBackend)).toMatch(/committed|unknown/);
  });

  it('as a whole has written all or nothing, whatever its processes still got done', async () => {
    for (const when of ['write', 'read-back'] as const) await killedRun(when, async () => await server.kill());
  });
});
