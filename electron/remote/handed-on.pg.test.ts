import { expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { inOwnClass } from '../../tests/support/in-own-class.ts';
import type { ManagedDatabase } from '../../tests/support/managed-database.ts';
import { applyRun, observeAll, point, student, write } from '../../tests/support/remote-runs.ts';
import { createPgRemote } from './pg-remote.ts';
import type { PgSession } from './pg-session.ts';

let db: ManagedDatabase;
let classId: string;

inOwnClass((own) => ({ db, classId } = own));

/** What would be handed on with a connection between two transactions: settings, temporary tables, locks, prepared statements. */
async function handedOn(session: PgSession): Promise<unknown> {
  const { rows } =
    await session.query(`SELECT 'setting', name || ' ' || setting FROM pg_catalog.pg_settings WHERE source = 'session'
UNION ALL SELECT 'table', relname FROM pg_catalog.pg_class WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind = 'r'
UNION ALL SELECT 'lock', locktype FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'advisory'
UNION ALL SELECT 'statement', name FROM pg_catalog.pg_prepared_statements
UNION ALL SELECT 'listening', pg_catalog.pg_listening_channels() ORDER BY 1, 2`);
  return { rows, transaction: session.transaction };
}

it('a look or a run, however it ends, leaves nothing on a connection that a pooler would hand on to others', async () => {
  const session = await db.session();
  const remote = await createPgRemote(session, classroomCatalog);
  const before = await handedOn(session);
  const li = student();
  const points = Array.from({ length: 1_500 }, () => write('score_event', null, point(li)));
  const abort = new AbortController();
  await db.owner.query(`ALTER TABLE tallybook.student ADD CONSTRAINT nobody CHECK (name <> 'refused')`);
  const ends = {
    look: async () => (await observeAll(remote, classId)).observation.full,
    run: async () => (await applyRun(remote, classId, [write('student', null, li)])).kind,
    'a large run': async () => (await applyRun(remote, classId, points)).kind,
    'an incremental look': async () => (await observeAll(remote, classId, '1')).observation.full,
    'a stale run': async () =>
      (await applyRun(remote, classId, [write('student', { ...li, name: 'other' }, { ...li, name: 'x' })])).kind,
    'a refused run': async () =>
      (await applyRun(remote, classId, [write('student', null, student({ name: 'refused' }))])).kind,
    'a cancelled run': async () =>
      await applyRun(remote, classId, [write('student', li, { ...li, name: 'late' })], {
        signal: abort.signal,
        onPhase: (phase) => (phase === 'write' ? abort.abort() : undefined),
      }).then(
        ({ kind }) => kind,
        (error: unknown) => (error as { readonly code?: string }).code,
      ),
  };
  const found: Record<string, unknown> = {};
  for (const [what, end] of Object.entries(ends)) {
    found[what] = await end();
    expect([what, await handedOn(session)]).toEqual([what, before]);
  }
  expect(found).toEqual({
    look: true,
    run: 'committed',
    'a large run': 'committed',
    'an incremental look': false,
    'a stale run': 'stale',
    'a refused run': 'refused',
    'a cancelled run': 'cancelled',
  });
});
