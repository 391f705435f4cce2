import { encodeJoinCode } from '../../shared/model/join-code.ts';
import { AppError } from '../../shared/errors.ts';
import type { ConnectionItem } from '../../shared/contract/connection.ts';
import { createJoinRole, type AdminSql } from '../builtin-server/join-role.ts';
import type { ServerInfo } from '../builtin-server/server-start.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { connect } from '../remote/connect.ts';
import { migrate } from '../remote/migrations/migrate.ts';
import type { PgSession } from '../remote/pg-session.ts';
import type { ClassStore } from '../store/class-store.ts';
import {
  addConnection,
  bindConnection,
  getConnection,
  listConnections,
  type ConnectionRow,
} from '../store/connection-store.ts';
import { announceConnection, announceRows } from './announce.ts';
import { connectionItem } from './connections.ts';
import { connectRemote, openRemote } from './open-remote.ts';

/** Name of the connection to the own server while this PC has none. */
const FALLBACK_NAME = 'This PC';
/** What the server's own lists show of these sessions. */
const APPLICATION = 'Tallybook share';

/**
 * "Share from this PC": starts the built-in server, sets it up (pressing the button is the consent), connects the class to it and makes a code.
 * The class is there for others at once, its rows come with the first previewed apply.
 */
export async function shareClass(
  context: EngineContext,
  classId: string,
  call: CallContext,
): Promise<{ readonly connection: ConnectionItem; readonly code: string }> {
  const store = context.openClass(classId);
  const info = await context.builtin.start({ signal: call.signal });
  const connection = builtinConnection(context, store, info);
  await asOwner(info, call, async (session) => {
    await migrate(session, { catalog: context.catalog, signal: call.signal });
  });
  if (connection.remoteClassId === null) {
    await refuseSampleBesideOthers(context, classId, connection, call);
    bindConnection(store, connection.id, classId, 'new');
  }
  const open = await openRemote(context, store, connection.id, call.signal);
  try {
    const { name, sample } = context.app.classOf(classId);
    if (open.connection.attached === 'new') await open.remote.createClass({ id: open.peer.scope, name, sample });
  } finally {
    await open.remote.close();
  }
  announceConnection(context, store, connection.id);
  announceRows(context, classId);
  const code = await makeJoinCode(context, classId, call);
  return { connection: connectionItem(context, store, getConnection(store, connection.id)), code };
}

async function refuseSampleBesideOthers(
  context: EngineContext,
  classId: string,
  connection: ConnectionRow,
  call: CallContext,
): Promise<void> {
  if (!context.app.classOf(classId).sample) return;
  const remote = await connectRemote(context, connection, call.signal);
  try {
    const others = (await remote.classes()).filter(({ id }) => id !== classId);
    if (others.length > 0) throw new AppError('sample-refused', { classes: others.length });
  } finally {
    await remote.close();
  }
}

/** A code with which one more device joins: a login of its own that sees this class and no other one shared from here. */
export async function makeJoinCode(context: EngineContext, classId: string, call: CallContext): Promise<string> {
  const store = context.openClass(classId);
  const connection = listConnections(store).find((candidate) => candidate.builtin);
  if (connection === undefined || connection.remoteClassId === null)
    throw new AppError('connection-needed', { reason: 'not-shared' });
  const info = await context.builtin.start({ signal: call.signal });
  const onlyClass = connection.remoteClassId;
  const login = await createJoinRole(adminSql(info, call));
  await asOwner(info, call, async (session) => {
    await migrate(session, { catalog: context.catalog, grantTo: [login.role], onlyClass, signal: call.signal });
  });
  if (info.portChanged) await context.builtin.keepPort();
  return encodeJoinCode({
    host: info.host,
    port: info.port,
    database: info.database,
    role: login.role,
    secret: login.secret,
    fingerprint: info.fingerprint,
    classId: connection.remoteClassId,
    className: context.app.classOf(classId).name,
    device: context.app.device().name ?? '',
  });
}

function builtinConnection(context: EngineContext, store: ClassStore, info: ServerInfo): ConnectionRow {
  const found = listConnections(store).find((candidate) => candidate.builtin);
  if (found !== undefined) return found;
  const name = context.app.device().name ?? FALLBACK_NAME;
  return addConnection(
    store,
    {
      name,
      builtin: true,
      host: info.host,
      port: info.port,
      database: info.database,
      user: info.owner.user,
      tls: 'disable',
      ca: null,
      fingerprint: null,
      allowWeakPassword: false,
      mode: 'two-way',
      deletes: 'keep',
    },
    context.now(),
  );
}

async function asOwner<T>(info: ServerInfo, call: CallContext, work: (session: PgSession) => Promise<T>): Promise<T> {
  const session = await connect({ ...info.owner, applicationName: APPLICATION }, { signal: call.signal });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

function adminSql(info: ServerInfo, call: CallContext): AdminSql {
  return async (database, sql, params = []) => {
    const session = await connect({ ...info.admin, database, applicationName: APPLICATION }, { signal: call.signal });
    try {
      const { rows } = await session.query(sql, [...params], { signal: call.signal });
      return rows.map((row) => row.map((cell) => cell ?? ''));
    } finally {
      await session.close();
    }
  };
}
