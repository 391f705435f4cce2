import type { ParsedParams, Result } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { endpointOf } from '../engine/endpoint.ts';
import { connect } from '../remote/connect.ts';
import { migrate, planMigration } from '../remote/migrations/migrate.ts';
import { inspectSchema } from '../remote/schema-state.ts';
import { getConnection } from '../store/connection-store.ts';
import { announceConnection } from './announce.ts';
import { syncStateOf } from './engine-state.ts';

/**
 * First-time set-up or upgrade of a server. Without consent nothing is changed and the script is returned; with it the same script is carried out. Setting
 * up what has an older schema needs `upgrade`; upgrading what has none throws `schema-missing`.
 */
export async function setUpServer(
  context: EngineContext,
  params: ParsedParams<'connection.init'>,
  call: CallContext,
): Promise<Result<'connection.init'>> {
  const { classId, connectionId, consent, grantTo = [], classPolicies = false, upgrade = false } = params;
  return await syncStateOf(context).lock.run(classId, call.signal, async () => {
    const store = context.openClass(classId);
    const row = getConnection(store, connectionId);
    const endpoint = await endpointOf(context, row);
    const session = await connect(endpoint, { signal: call.signal });
    try {
      const { state } = await inspectSchema(session, context.catalog, call.signal);
      if (state === 'older' && !upgrade) throw new AppError('schema-older');
      if (state === 'empty' && upgrade) throw new AppError('schema-missing');
      const onlyClass = classPolicies ? (row.remoteClassId ?? classId) : undefined;
      const options = { catalog: context.catalog, grantTo, onlyClass, signal: call.signal };
      const { sql } = await planMigration(session, options);
      if (!consent || sql === '') return { done: false, sql, server: state };
      call.progress({ phase: 'set-up', done: 0, total: null });
      const carriedOut = await migrate(session, options);
      const after = await inspectSchema(session, context.catalog, call.signal);
      context.log.write('info', 'server.set-up', { from: carriedOut.from, to: carriedOut.to });
      announceConnection(context, store, connectionId);
      return { done: true, sql: carriedOut.sql, server: after.state };
    } finally {
      await session.close();
    }
  });
}
