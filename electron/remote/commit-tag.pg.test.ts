import { expect, it } from 'vitest';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import { managedDatabase } from '../../tests/support/managed-database.ts';
import { applyRun, serverRows, student, write } from '../../tests/support/remote-runs.ts';
import { createPgRemote } from './pg-remote.ts';
import type { PgSession } from './pg-session.ts';

/** A session in whose transaction something fails, unnoticed, just before COMMIT. */
function failingBeforeCommit(session: PgSession): PgSession {
  const query: PgSession['query'] = async (sql, params, options) => {
    if (sql === 'COMMIT') await session.query('SELECT 1 / 0').catch(() => undefined);
    return await session.query(sql, params, options);
  };
  return new Proxy(session, {
    get(target, name) {
      if (name === 'query') return query;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function'
        ? (...args: readonly unknown[]): unknown => Reflect.apply(value, target, args)
        : value;
    },
  });
}

it('a COMMIT the server answers with ROLLBACK is no success', async () => {
  await using db = await managedDatabase();
  const remote = await createPgRemote(failingBeforeCommit(await db.session()), classroomCatalog);
  const row = student();
  await expect(applyRun(remote, db.classId, [write('student', null, row)])).rejects.toMatchObject({
    code: 'unexpected',
  });
  const looking = await createPgRemote(await db.session(), classroomCatalog);
  expect([...(await serverRows(looking, db.classId)).keys()]).toEqual([]);
});
