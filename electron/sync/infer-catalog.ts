import { inferCatalog } from '../../shared/catalog/infer-catalog.ts';
import type { ParsedParams, Result } from '../../shared/contract/contract.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { connect } from '../remote/connect.ts';
import { readTables } from '../remote/read-tables.ts';
import { requireVersion } from '../remote/schema-state.ts';
import { sourceEndpoint } from './connections.ts';

/** Makes the draft of a catalog from a schema of a server. Reads only the description of the tables, none of their rows. */
export async function inferFromServer(
  context: EngineContext,
  params: ParsedParams<'catalog.infer'>,
  call: CallContext,
): Promise<Result<'catalog.infer'>> {
  const session = await connect(await sourceEndpoint(context, params.source), { signal: call.signal });
  try {
    requireVersion(session);
    const { catalog, notes } = inferCatalog(await readTables(session, params.schema, call.signal));
    return { catalog, notes: [...notes] };
  } finally {
    await session.close();
  }
}
