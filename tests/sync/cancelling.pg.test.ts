import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inClassFile } from '../support/class-file.ts';
import type { Book } from '../support/device.ts';
import { overLine } from '../support/over-line.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';

/** Runs a plan and cancels it as soon as it says that it has come to a phase. */
async function cancelAt(book: Book, planId: string, at: string) {
  const abort = new AbortController();
  const phases: string[] = [];
  const run = book.device.client.call(
    'sync.run',
    { classId: book.classId, planId, mode: 'sync' },
    {
      signal: abort.signal,
      onProgress: ({ phase }) => {
        phases.push(phase);
        if (phase === at) abort.abort();
      },
    },
  );
  const ended = await run.catch((error: unknown) => error);
  return { ended, phases };
}

const pending = (book: Book) =>
  inClassFile(book, ({ db }) => db.prepare('SELECT count(*) AS n FROM outbox').get() as { n: number });

describe('R2: a run that is cancelled', () => {
  it.each(['lock', 'send', 'compare', 'write', 'commit'])(
    'at the phase %s leaves nothing behind on any side',
    async (phase) => {
      await using both = await pair();
      const { a, b, database } = both;
      await a.award('Li W', 3);
      await a.sync();
      await b.award('Chen Yu', 5);
      const plan = await b.preview();
      const before = await b.totals();
      const { ended, phases } = await cancelAt(b, plan.planId, phase);
      expect(phases).toContain(phase);
      const psql = await openSession(database);
      const left = async (table: string) =>
        (
          await psql.query(
            `SELECT count(*) FROM tallybook.${table} WHERE ${table === 'presence' ? 'true' : 'delta = 5'}`,
          )
        ).rows[0]?.[0];
      const runs = (await b.call('run.list', {})).items;
      const sent = await left('score_event');
      if (sent === '1') {
        // The request to cancel came when COMMIT was on its way: then it is finished.
        expect([phase, runs[0]?.outcome]).toEqual(['commit', 'completed']);
      } else {
        expect(ended).toMatchObject({ code: 'cancelled' });
        expect(runs[0]).toMatchObject({ outcome: 'cancelled' });
        expect(await b.totals()).toEqual(before);
        expect(await b.call('plan.show', { planId: plan.planId })).toMatchObject({ state: 'open' });
      }
      expect(await left('presence')).toBe('0');
      await psql.close();
      expect(pending(b)).toEqual({ n: 0 });
      expect((await b.call('connection.list', {})).items[0]).toMatchObject({ checking: false });
      await settle(b, a);
      await expectSame(a, b);
      expect([(await a.student('Chen Yu')).allTime, (await a.student('Li W')).allTime]).toEqual([5, 3]);
    },
  );

  it('once the server has committed is finished', async () => {
    await using both = await pair();
    const { a, b } = both;
    await b.award('Chen Yu', 5);
    const { ended } = await cancelAt(b, (await b.preview()).planId, 'finish');
    expect((await b.call('run.list', {})).items[0]).toMatchObject({ outcome: 'completed', counts: { up: { add: 1 } } });
    expect(pending(b)).toEqual({ n: 0 });
    expect(ended).toBeDefined();
    await settle(a, b);
    await expectSame(a, b);
  });
});

/** How long a cancelled operation may take to end, on a machine that is busy with other things. */
const promptMs = 8_000;

/** What a preview waits for, in this order or another. */
const places = ['meta', 'class', 'gc_horizon', 'row_state', 'device', 'resolution_log', 'class_secret'];

/** Cancels a call once something on the server waits for a lock somebody else holds, and tells how it ended and how long that took. */
async function cancelWaiting<T>(
  both: Pair,
  table: string,
  start: (signal: AbortSignal) => Promise<T>,
  beforeCancelling: () => Promise<void> = async () => {},
) {
  const psql = await openSession(both.database);
  const looking = await openSession(both.database);
  try {
    await psql.query(`BEGIN; LOCK TABLE tallybook.${table} IN ACCESS EXCLUSIVE MODE`);
    const abort = new AbortController();
    let over = false;
    const ended = start(abort.signal)
      .catch((error: unknown) => error)
      .finally(() => {
        over = true;
      });
    const waiting = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await expect
      .poll(async () => over || (await looking.query(waiting)).rows[0]?.[0] !== '0', { interval: 10, timeout: 20_000 })
      .toBe(true);
    await beforeCancelling();
    const at = performance.now();
    abort.abort();
    const end = await ended;
    return { end, ms: performance.now() - at };
  } finally {
    await psql.close();
    await looking.close();
  }
}

describe('R2: an operation that is cancelled', () => {
  it('ends promptly wherever it waits, and leaves everything as it was', async () => {
    await using both = await pair();
    const { a, b } = both;
    await a.award('Li W', 3);
    await a.sync();
    await b.award('Chen Yu', 5);
    const { planId } = await b.preview();
    for (const table of places) {
      const { connectionId, classId } = b;
      const preview = await cancelWaiting(both, table, (signal) =>
        b.device.client.call('sync.preview', { classId, connectionId }, { signal }),
      );
      expect([table, preview.end]).toMatchObject([table, { code: 'cancelled' }]);
      expect(preview.ms).toBeLessThan(promptMs);
    }
    const run = await cancelWaiting(both, 'run', (signal) =>
      b.device.client.call('sync.run', { classId: b.classId, planId, mode: 'sync' }, { signal }),
    );
    expect(run.end).toMatchObject({ code: 'cancelled' });
    expect(run.ms).toBeLessThan(promptMs);
    expect(pending(b)).toEqual({ n: 0 });
    await settle(b, a);
    await expectSame(a, b);
  });

  it('while it finds out how a run ended, also on a line that has gone dead, asks again the next time', async () => {
    await using both = await pair();
    const { a, b } = both;
    const proxy = await overLine(both);
    await b.award('Chen Yu', 5);
    await b.sync();
    await b.award('Chen Yu', 2);
    // As a crash leaves it that came before anything reached the server.
    const dead = randomUUID();
    inClassFile(b, ({ db }) => {
      const columns = 'connection_id, connection_name, peer_id, plan_id, mode, device, started_at';
      db.prepare(
        `INSERT INTO run (id, ${columns}, outcome, counts, left_rows, purpose) SELECT ?, ${columns}, 'checking', counts, left_rows, purpose FROM run LIMIT 1`,
      ).run(dead);
      db.prepare(
        'INSERT INTO outbox (run_id, connection_id, peer_id, plan_id, mode, at) SELECT id, connection_id, peer_id, plan_id, mode, started_at FROM run WHERE id = ?',
      ).run(dead);
    });
    const { classId, connectionId } = b;
    for (const frozen of [false, true]) {
      const asked = await cancelWaiting(
        both,
        'run',
        (signal) => b.device.client.call('sync.preview', { classId, connectionId }, { signal }),
        async () => {
          if (frozen) await proxy.mode({ kind: 'freeze' });
        },
      );
      await proxy.mode({ kind: 'pass' });
      expect(asked.end).toMatchObject({ code: 'cancelled' });
      expect(asked.ms).toBeLessThan(promptMs);
      expect(pending(b)).toEqual({ n: 1 });
    }
    await settle(b, a);
    await expectSame(a, b);
  });
});

describe('a run of an engine that is gone', () => {
  it('has ended when the class is opened again, also while the server cannot be reached', async () => {
    await using both = await pair();
    const { b } = both;
    await b.award('Chen Yu', 5);
    await b.sync();
    // As a crash leaves it that came before anything reached the server.
    inClassFile(b, ({ db }) => db.prepare(`UPDATE run SET outcome = 'checking'`).run());
    await b.call('connection.set', { connectionId: b.connectionId, change: { port: 1 } });
    await b.device.restart();
    const runs = (await b.call('run.list', {})).items.map(({ outcome }) => outcome);
    expect(new Set(runs)).toEqual(new Set(['failed']));
    expect(
      (await b.call('run.show', { runId: (await b.call('run.list', {})).items[0]?.runId ?? '' })).error,
    ).toMatchObject({
      code: 'engine-crashed',
    });
    expect((await b.call('connection.list', {})).items[0]?.status).not.toBe('IN_PROGRESS');
  });
});
