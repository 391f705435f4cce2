import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { managedDatabase, type ManagedDatabase } from '../../tests/support/managed-database.ts';
import { verifyServer, type Holder } from './verify-server.ts';

/** What a role with few rights is told holds the horizon back. */
async function holdersSeen(db: ManagedDatabase): Promise<readonly Holder[]> {
  const found = await verifyServer(await db.session(), classroomCatalog, {
    scope: db.classId,
    signal: new AbortController().signal,
    onRows: async () => {},
  });
  return found?.holders ?? [];
}

it('tells that a session of another role holds the horizon back, and since when at least, though the server does not say when it began', async () => {
  await using db = await managedDatabase();
  const holder = await db.foreign();
  await holder.query('BEGIN');
  await holder.query('SELECT txid_current()');
  // Somebody synced after it had begun: it is at least as old as that.
  await db.owner.query(
    `INSERT INTO tallybook.run (class_id, run_id, device, plan_hash, counts, at) VALUES ($1, $2, $2, 'x', '{}', clock_timestamp() - interval '10 minutes')`,
    [db.classId, randomUUID()],
  );
  const [[pid] = []] = (await holder.query('SELECT pg_backend_pid()')).rows;
  const found = (await holdersSeen(db)).find(({ kind, id }) => kind === 'session' && id === pid);
  expect(found?.ageSeconds ?? 0).toBeGreaterThanOrEqual(600);
  expect(found?.transactions ?? 0).toBeGreaterThan(0);
  await holder.query('ROLLBACK');
});
