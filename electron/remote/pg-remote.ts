import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';
import { AppError } from '../../shared/errors.ts';
import { apply } from './apply.ts';
import type { ApplyLimits } from './apply.ts';
import type { KeptSession } from './kept-sessions.ts';
import { makeClass } from './new-class.ts';
import { observe } from './observe.ts';
import type { PgSession } from './pg-session.ts';
import type { RemoteContext } from './remote-context.ts';
import { findRemoteFacts, type RemoteFacts } from './remote-facts.ts';
import type { Remote, RemoteClass } from './remote.ts';
import { readDevices, removeDevice } from './devices.ts';
import { classSecret, logStatement } from './resolution-log.ts';
import { verifyRun } from './verify-run.ts';
import { columnOf, inSchema } from './row-sql.ts';
import type { TableBlock } from './schema-state.ts';
import { wasCommitted } from './was-committed.ts';
import { tryRows } from './try-rows.ts';
import { beginEpoch, leaveVisit, readVisits } from './visit.ts';

/** Who may stop whatever a remote does, its opening first, how long a run waits for each lock, and what is known of a session that was used before. */
export interface RemoteOptions extends ApplyLimits {
  readonly signal?: AbortSignal | undefined;
  /** What was found out when the session began, and whether it is known to hold still; if not, an observation finds out. */
  readonly known?: { readonly facts: RemoteFacts; readonly holds: boolean } | undefined;
  /** What an earlier session found out about this server, which may hold still. */
  readonly before?: RemoteFacts | null;
  /** Takes the session over when the remote is closed; by default it is ended. */
  readonly onClose?: ((kept: KeptSession) => Promise<void>) | undefined;
}

/**
 * The server side of the sync service over one session, which it owns from now on. Throws `schema-missing`, `schema-older`, `schema-newer` or `schema-damaged`
 * where the schema cannot be worked with; the session then stays the caller's.
 */
export async function createPgRemote(
  session: PgSession,
  catalog: Catalog,
  options: RemoteOptions = {},
): Promise<Remote> {
  const { signal, onClose = async ({ session: ended }) => await ended.close() } = options;
  const askedBefore = session.asked;
  const facts = options.known?.facts ?? (await findRemoteFacts(session, catalog, options));
  const { identity, askSystem } = facts;
  const context: RemoteContext = { session, catalog, askSystem, blocks: facts.blocks };
  let expected = options.known?.holds === false ? facts : null;
  return {
    identity,
    get unproven() {
      return expected !== null;
    },
    get asked() {
      return session.asked - askedBefore;
    },
    blocks: facts.blocks,
    power: facts.power,
    foreignTriggers: facts.foreignTriggers,
    foreignRules: facts.foreignRules,
    schemaPrint: facts.print,
    tryRows: async (request) =>
      identity.inRecovery
        ? { tried: false, broken: [], refused: [] }
        : await tryRows(session, catalog, facts.foreignRules, request),
    classes: async () => await readClasses(session, catalog, facts.blocks, signal),
    createClass: async (cls) => {
      if (identity.inRecovery) throw new AppError('server-read-only');
      await makeClass(session, catalog, { ...cls, secret: null }, signal);
    },
    observe: async (request) =>
      await observe(context, request, {
        expected,
        onProved: () => {
          expected = null;
        },
      }),
    visit: async (request) => await leaveVisit(session, catalog, request),
    visits: async (scope, devices) => await readVisits(session, catalog, { scope, devices, signal }),
    beginEpoch: async (scope, from, to) => await beginEpoch(session, catalog, { scope, from, to, signal }),
    apply: async (request) => {
      if (identity.inRecovery) throw new AppError('server-read-only');
      return await apply(context, request, options);
    },
    wasCommitted: async (scope, runId) => await wasCommitted(context, { scope, runId, ...identity, ...options }),
    verifyRun: async (request) => await verifyRun(session, catalog, request),
    devices: async (scope) => await readDevices(session, catalog, scope, signal),
    removeDevice: async (scope, device) => await removeDevice(session, catalog, { scope, device, signal }),
    classSecret: async (scope) => await classSecret(session, catalog, scope, signal),
    logResolutions: async (scope, lines) => {
      const { sql: text, params } = logStatement(catalog, scope, lines);
      await session.query(text, params, { signal });
    },
    close: async () => await onClose({ session, facts }),
  };
}

/** The classes of the server, with the living rows of the catalog's table of members, where it has one. */
async function readClasses(
  session: PgSession,
  catalog: Catalog,
  blocks: readonly TableBlock[],
  signal: AbortSignal | undefined,
): Promise<readonly RemoteClass[]> {
  const isReadable = ({ name }: CatalogTable): boolean =>
    !blocks.some((block) => block.table === name && block.blocks === 'all');
  const people = catalog.tables.find((table) => table.name === catalog.roles.members && isReadable(table));
  const softDelete = people?.softDelete ?? null;
  const living = softDelete === null ? '' : ` AND ${columnOf('p', softDelete)} IS NULL`;
  const count =
    people === undefined
      ? '0'
      : `(SELECT count(*) FROM ${inSchema(catalog, people.name)} p WHERE ${columnOf('p', catalog.scopeColumn)} = c.id${living})`;
  const { rows } = await session.query(
    `SELECT c.id, c.name, ${count}, c.sample FROM ${inSchema(catalog, 'class')} c ORDER BY c.created_at, c.id`,
    [],
    { signal },
  );
  return rows.map(([id, name, students, sample]) => ({
    id: id ?? '',
    name: name ?? '',
    students: Number(students),
    sample: sample === 't',
  }));
}
