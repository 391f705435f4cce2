import { describe, expect, it } from 'vitest';
import { inClassFile } from '../support/class-file.ts';
import type { Book } from '../support/device.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle } from '../support/pair.ts';

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

describe('a run that is cancelled', () => {
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
