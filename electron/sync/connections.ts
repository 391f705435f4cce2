import type { ConnectionInput, ConnectionItem } from '../../shared/contract/connection.ts';
import type { ParsedParams, Result } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { endpointOf } from '../engine/endpoint.ts';
import { connect } from '../remote/connect.ts';
import { testConnection } from '../remote/connection-test.ts';
import { createPgRemote } from '../remote/pg-remote.ts';
import type { Endpoint, RemoteClass } from '../remote/remote.ts';
import type { ClassStore } from '../store/class-store.ts';
import {
  addConnection as insertConnection,
  getConnection,
  listConnections,
  removeConnection as deleteConnection,
  setConnection,
  setConnectionStatus,
} from '../store/connection-store.ts';
import type { ConnectionRow } from '../store/connection-store.ts';
import { getPeer } from '../store/sync/peer-store.ts';
import { getPlan, listPlans } from '../store/sync/plan-store.ts';
import { changedInput, connectionFields, keepsPassword } from './connection-values.ts';
import { continuousStateOf } from './continuous-state.ts';
import { endHalt } from './end-halt.ts';
import { syncStateOf } from './engine-state.ts';
import { forgetContinuous } from './forget-continuous.ts';
import { factsFromText } from './plan-facts.ts';
import { waitingOf } from './waiting.ts';

/** A connection as everybody sees it. Busy only while this engine works on it, or while the outcome of a run is being found out. */
export function connectionItem(context: EngineContext, store: ClassStore, row: ConnectionRow): ConnectionItem {
  const { id, name, builtin, host, port, database, user, tls, mode, deletes, remoteClassId, lastRunAt } = row;
  const state = syncStateOf(context);
  const checking = row.checking && !state.running.has(id);
  const same = {
    id,
    name,
    builtin,
    host,
    port,
    database,
    user,
    tls,
    mode,
    deletes,
    remoteClassId,
    checking,
    lastRunAt,
    checkedAt: row.peerId === null ? null : getPeer(store, row.peerId).observedAt,
  };
  const busy = checking || state.busy.has(id);
  return {
    ...same,
    allowWeakPassword: row.allowWeakPassword,
    trust: row.fingerprint !== null ? 'fingerprint' : row.ca !== null ? 'ca' : 'store',
    classId: store.classId,
    status: busy ? 'IN_PROGRESS' : row.status,
    error: errorOf(store, row),
    pending: { ...waitingOf(store, row) },
    continuous: continuousStateOf(context, store, row),
    lastOutcome: row.lastOutcome,
  };
}

/**
 * What failed last; where nothing did, what kept a part of the class out of the list whose numbers are shown. Where no list could be made after a run, that of the run
 * says what is known still; one that has become stale, as when the address was changed, says nothing.
 */
function errorOf(store: ClassStore, { id, error, pending }: ConnectionRow): ConnectionItem['error'] {
  if (error !== null) return { code: error.code, params: { ...error.params } };
  const plan = pending.planId === null ? listPlans(store, id)[0] : getPlan(store, pending.planId);
  if (plan === undefined || plan.state === 'stale') return null;
  const { checks } = factsFromText(plan.facts);
  const tables = checks.find(({ id, state }) => id === 'tables' && state === 'failed');
  return tables === undefined || tables.code === null ? null : { code: tables.code, params: tables.params };
}

/** The connections of one class, or of all classes of this device that are not put away. */
export function connectionsOf(context: EngineContext, classId: string | undefined): readonly ConnectionItem[] {
  const ids = classId === undefined ? openClasses(context) : [classId];
  return ids.flatMap((id) => {
    const store = context.openClass(id);
    return listConnections(store).map((row) => connectionItem(context, store, row));
  });
}

/** Stores a connection and its password, which goes to the keychain and nowhere else. Nothing is connected yet. */
export async function addConnection(
  context: EngineContext,
  classId: string,
  input: ConnectionInput,
): Promise<ConnectionItem> {
  const store = context.openClass(classId);
  const row = insertConnection(store, connectionFields(input), context.now());
  await keepPassword(context, row.id, input.password);
  return changed(context, store, row.id);
}

/** Changes some fields. What was synced stays known: it belongs to the server's identity, not to its address. */
export async function changeConnection(
  context: EngineContext,
  params: ParsedParams<'connection.set'>,
): Promise<ConnectionItem> {
  const { classId, connectionId, change } = params;
  const before = getConnection(context.openClass(classId), connectionId);
  const fields = connectionFields(changedInput(before, withoutUndefined(change)));
  // First of all: however this ends, the new server never gets the password of the old one.
  if (!keepsPassword(before, fields)) await context.secrets.delete(connectionId);
  const store = context.openClass(classId);
  const row = setConnection(store, connectionId, fields);
  // What went wrong at another address, or with another password, says nothing about this one.
  if (row.status === 'FAILED') setConnectionStatus(store, connectionId, 'IDLE', null, null);
  await keepPassword(context, connectionId, change.password);
  endHalt(context, connectionId);
  return changed(context, store, connectionId);
}

/** Forgets a connection and its password, after the work that goes on with it. The data stays, here and on the server. */
export async function removeConnection(
  context: EngineContext,
  classId: string,
  connectionId: string,
  call: CallContext,
): Promise<void> {
  getConnection(context.openClass(classId), connectionId);
  await syncStateOf(context).lock.run(classId, call.signal, async () => {
    // Nothing of it stays behind where the app is closed while the keychain asks somebody.
    forgetContinuous(context, connectionId);
    deleteConnection(context.openClass(classId), connectionId);
    await context.secrets.delete(connectionId);
  });
  context.emit('class.changed', { classId, areas: ['connections', 'plans'] });
}

/** Tries a stored connection, the values of a form, or a form over a stored connection whose password it leaves out. */
export async function testValues(
  context: EngineContext,
  params: ParsedParams<'connection.test'>,
  call: CallContext,
): Promise<Result<'connection.test'>> {
  const stored =
    'connectionId' in params ? getConnection(context.openClass(params.classId), params.connectionId) : null;
  const form = params.connection;
  // What a form over a stored connection leaves out stays as it is stored, as it would once it is saved.
  const whole = form === undefined || stored === null ? form : changedInput(stored, withoutUndefined(form));
  const tried = form === undefined ? stored : { ...connectionFields(whole ?? form), ...passwordIn(form) };
  if (tried === null) throw new AppError('invalid-params', { field: 'connection' });
  const lender = stored !== null && keepsPassword(stored, { ...tried, ca: tried.ca ?? null }) ? stored : null;
  const endpoint = await endpointOf(context, tried, lender);
  let done = 0;
  return await testConnection(endpoint, {
    catalog: context.catalog,
    readOnly: tried.mode === 'pull-only',
    now: () => Date.parse(context.now()),
    signal: call.signal,
    onStep: (step) => {
      if (step.state !== 'running') done += 1;
      call.progress({ phase: step.id, done, total: 9, step });
    },
  });
}

/** The classes on a server, each with whether it is on this device already. */
export async function remoteClasses(
  context: EngineContext,
  source: ParsedParams<'class.remote'>,
  call: CallContext,
): Promise<Result<'class.remote'>['items']> {
  const session = await connect(await sourceEndpoint(context, source), { signal: call.signal });
  try {
    const remote = await createPgRemote(session, context.catalog, { signal: call.signal });
    const here = classesHere(context);
    return (await remote.classes()).map((found) => remoteClassItem(found, here));
  } finally {
    await session.close();
  }
}

/** How to reach the server of a stored connection or of the values of a form. */
export async function sourceEndpoint(context: EngineContext, source: ParsedParams<'class.remote'>): Promise<Endpoint> {
  return 'connectionId' in source
    ? await endpointOf(context, findConnection(context, source.connectionId))
    : await endpointOf(context, { ...connectionFields(source.connection), ...passwordIn(source.connection) });
}

/** The stored connection with an id, whichever class it belongs to; throws `not-found`. */
export function findConnection(context: EngineContext, connectionId: string): ConnectionRow {
  for (const classId of openClasses(context)) {
    const row = listConnections(context.openClass(classId)).find(({ id }) => id === connectionId);
    if (row !== undefined) return row;
  }
  throw new AppError('not-found', { what: 'connection' });
}

function remoteClassItem({ id, name, students }: RemoteClass, here: ReadonlySet<string>) {
  return { id, name, students, here: here.has(id) };
}

/** Ids, on servers, of the classes this device has: their own, and what they were bound to. */
function classesHere(context: EngineContext): ReadonlySet<string> {
  const bound = connectionsOf(context, undefined).flatMap(({ remoteClassId }) => remoteClassId ?? []);
  return new Set([...context.app.classes().map(({ id }) => id), ...bound]);
}

function openClasses(context: EngineContext): readonly string[] {
  return context.app
    .classes()
    .filter(({ archived }) => !archived)
    .map(({ id }) => id);
}

function changed(context: EngineContext, store: ClassStore, connectionId: string): ConnectionItem {
  const connection = connectionItem(context, store, getConnection(store, connectionId));
  context.emit('connection.changed', { connection });
  context.emit('class.changed', { classId: store.classId, areas: ['connections'] });
  return connection;
}

/** An empty password is taken away, one that is left out stays. */
async function keepPassword(context: EngineContext, id: string, password: string | undefined): Promise<void> {
  if (password === undefined) return;
  if (password === '') await context.secrets.delete(id);
  else await context.secrets.set(id, password);
}

function passwordIn(form: ConnectionInput): { readonly password?: string } {
  return form.password === undefined ? {} : { password: form.password };
}

function withoutUndefined(change: ParsedParams<'connection.set'>['change']): Partial<ConnectionInput> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
