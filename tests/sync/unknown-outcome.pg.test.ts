import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { advisoryNamespace } from '../../electron/remote/class-lock.ts';
import { createPgRemote } from '../../electron/remote/pg-remote.ts';
import { Book, connectionTo } from '../support/device.ts';
import type { FaultProxy } from '../support/fault-proxy.ts';
import { overLine } from '../support/over-line.ts';
import { openSession } from '../support/managed-database.ts';
import { expectSame, pair, settle, type Pair } from '../support/pair.ts';
import { sql } from '../support/sql.ts';
import { copyOfDatabase } from '../support/test-database.ts';

interface Cut extends Pair {
  readonly proxy: FaultProxy;
}

/** A pair whose second device reaches the server through a line that can be cut. */
async function pairOverLine(): Promise<Cut> {
  const both = await pair();
  return { ...both, proxy: await overLine(both) };
}

/** Runs a plan whose COMMIT arrives while its answer does not, and keeps the line cut. */
async function losingTheAnswer({ b, proxy }: Cut, planId: string, mode: 'apply' | 'sync') {
  const cuts: Promise<void>[] = [];
  return await b.device.client.call(
    'sync.run',
    { classId: b.classId, planId, mode },
    {
      onProgress: ({ phase }) => {
        if (phase === 'commit' && cuts.length === 0) cuts.push(proxy.mode({ kind: 'cut-at-message', message: 1 }));
      },
    },
  );
}

describe('R2: a run whose outcome is not known', () => {
  it('is settled before anything else, keeps what was edited since, and doubles nothing', async () => {
    await using both = await pairOverLine();
    const { a, b, proxy } = both;
    await a.award('Chen Yu', 1);
    await a.sync();
    await b.award('Li W', 5);
    await b.call('student.set', { id: (await b.student('Li W')).id, change: { name: 'Li Wei' } });
    const plan = await b.preview();
    const lost = await losingTheAnswer(both, plan.planId, 'sync');
    expect(lost).toMatchObject({ outcome: 'checking', nextPlanId: null });
    await proxy.mode({ kind: 'refuse' });
    await b.call('student.set', { id: (await b.student('Li Wei')).id, change: { name: 'Li Wen' } });
    for (const mode of ['apply', 'pull', 'sync'] as const)
      await expect(b.run(mode, plan.planId)).rejects.toMatchObject({ code: 'refused' });
    await b.device.restart();
    await b.call('connection.set', {
      connectionId: b.connectionId,
      change: { password: both.database.config.password },
    });
    await proxy.mode({ kind: 'pass' });
    await expect(b.run('sync', plan.planId)).rejects.toMatchObject({ code: 'plan-used' });
    await settle(b, a);
    await expectSame(a, b);
    expect(await a.student('Li Wen')).toMatchObject({ allTime: 5 });
    const runs = (await b.call('run.list', {})).items;
    expect(runs.map(({ outcome }) => outcome)).not.toContain('checking');
    // What came from others was not here when the line broke: it came with the next run.
    expect(runs.find(({ runId }) => runId === lost.runId)).toMatchObject({
      counts: { up: { add: 1, update: 1 }, down: { add: 0 } },
    });
    expect((await b.student('Chen Yu')).allTime).toBe(1);
    // It knows its own mark on the server again and goes on as the device it was.
    const { items } = await b.call('device.list', { connectionId: b.connectionId });
    expect(items.map(({ name }) => name).toSorted()).toEqual(['Office PC', 'Room 301 PC']);
  });

  it('is settled where the server became another one meanwhile: what was deleted there since is not sent again', async () => {
    await using both = await pairOverLine();
    const { b, proxy, database } = both;
    const { id } = await b.student('Li W');
    await b.call('student.set', { id, change: {}, tag: ['choir'] });
    const lost = await losingTheAnswer(both, (await b.preview()).planId, 'apply');
    expect(lost.outcome).toBe('checking');
    const moved = await copyOfDatabase(database);
    await sql(moved.config, 'DELETE FROM tallybook.student_tag');
    await proxy.stop();
    const { host, port, database: name } = moved.config;
    await b.call('connection.set', { connectionId: b.connectionId, change: { host, port, database: name } });

    const plan = await b.preview();
    expect((await b.rows(plan.planId)).map(({ table, kind, direction }) => [table, kind, direction])).toEqual([
      ['student_tag', 'delete', 'down'],
    ]);
    const runs = (await b.call('run.list', {})).items;
    expect(runs.find(({ runId }) => runId === lost.runId)?.outcome).toBe('completed');
  });

  it('and that the ledger does not know did not happen, whatever was read back: all of it is sent again', async () => {
    await using both = await pairOverLine();
    const { a, b, database } = both;
    await b.call('student.set', { id: (await b.student('Li W')).id, change: { name: 'Li Wei' } });
    const lost = await losingTheAnswer(both, (await b.preview()).planId, 'apply');
    expect(lost).toMatchObject({ outcome: 'checking' });
    await both.proxy.mode({ kind: 'pass' });
    // As if COMMIT had never arrived.
    await sql(database.config, `DELETE FROM tallybook.run WHERE run_id = '${lost.runId}'`);
    await sql(database.config, `UPDATE tallybook.student SET name = 'Li W' WHERE name = 'Li Wei'`);
    const next = await b.preview();
    expect((await b.rows(next.planId)).map(({ kind, direction }) => `${kind} ${direction}`)).toEqual(['update up']);
    await settle(b, a);
    await expectSame(a, b);
    expect((await a.student('Li Wei')).name).toBe('Li Wei');
  });

  it('of a connection that is removed and made again costs nothing and asks nothing', async () => {
    await using both = await pairOverLine();
    const { a, b, database } = both;
    await b.award('Li W', 5);
    await b.call('student.set', { id: (await b.student('Li W')).id, change: { name: 'Li Wei' } });
    await losingTheAnswer(both, (await b.preview()).planId, 'sync');
    await b.call('connection.remove', { connectionId: b.connectionId });
    const { id } = await b.call('connection.add', { connection: connectionTo(database) });
    const again = new Book(b.device, b.classId, id);
    expect((await again.preview()).total).toBe(0);
    await settle(again, a);
    await expectSame(a, again);
    expect(await a.student('Li Wei')).toMatchObject({ allTime: 5 });
    expect((await b.call('run.list', {})).items.map(({ outcome }) => outcome)).not.toContain('checking');
  });

  it.each(['committed', 'not committed'])(
    'is found out by reading where the role may only read by now, so that pulls go on: %s',
    async (how) => {
      await using both = await pairOverLine();
      const { a, b, proxy, database } = both;
      await b.award('Li W', 5);
      const plan = await b.preview();
      expect(await losingTheAnswer(both, plan.planId, 'apply')).toMatchObject({ outcome: 'checking' });
      const event = `WHERE delta = 5 AND class_id = '${b.classId}'`;
      if (how === 'not committed') {
        // As if COMMIT had never arrived.
        await sql(
          database.config,
          `DELETE FROM tallybook.score_event ${event}; DELETE FROM tallybook.run WHERE at = (SELECT max(at) FROM tallybook.run)`,
        );
      }
      await proxy.mode({ kind: 'pass' });
      const [user, password] = [`reads_${database.database}`, 'reads'];
      await sql(
        database.config,
        `CREATE ROLE "${user}" LOGIN PASSWORD '${password}'; GRANT USAGE ON SCHEMA tallybook TO "${user}"; GRANT SELECT ON ALL TABLES IN SCHEMA tallybook TO "${user}"`,
      );
      await b.call('connection.set', { connectionId: b.connectionId, change: { user, password, mode: 'pull-only' } });
      await a.award('Chen Yu', 2);
      await a.sync();
      expect(await b.run('pull', (await b.preview()).planId)).toMatchObject({ counts: { down: { add: 1 } } });
      expect(await b.student('Chen Yu')).toMatchObject({ allTime: 2 });
      const outcomes = (await b.call('run.list', {})).items.map(({ outcome }) => outcome);
      expect(outcomes).not.toContain('checking');
      expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(how === 'committed' ? 0 : 1);
      expect(await b.student('Li W')).toMatchObject({ allTime: 5 });
      expect(await sql(database.config, `SELECT count(*) FROM tallybook.score_event ${event}`)).toEqual([
        [how === 'committed' ? '1' : '0'],
      ]);
    },
  );

  it('waits for a run that is still under way, also where the role may only read', async () => {
    await using both = await pair();
    const { b, database } = both;
    await b.award('Li W', 5);
    await b.sync();
    const [user, password] = [`reads_${database.database}`, 'reads'];
    await sql(
      database.config,
      `CREATE ROLE "${user}" LOGIN PASSWORD '${password}'; GRANT USAGE ON SCHEMA tallybook TO "${user}"; GRANT SELECT ON ALL TABLES IN SCHEMA tallybook TO "${user}"`,
    );
    const session = await openSession(database, { user, password });
    const remote = await createPgRemote(session, classroomCatalog, { lockTimeoutMs: 50 });
    const running = await openSession(database);
    const runId = randomUUID();
    await running.query(`BEGIN; SELECT pg_advisory_xact_lock(${advisoryNamespace}, hashtext('${b.classId}'));
      INSERT INTO tallybook.run (class_id, run_id, device, plan_hash, counts) VALUES ('${b.classId}', '${runId}', '${runId}', '', '{}')`);
    await expect(remote.wasCommitted(b.classId, runId)).rejects.toMatchObject({ code: 'checking' });
    await running.query('COMMIT');
    expect(await remote.wasCommitted(b.classId, runId)).toBe(true);
    expect(await remote.wasCommitted(b.classId, randomUUID())).toBe(false);
    await remote.close();
    await running.close();
  });
});
