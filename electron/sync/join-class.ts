import { decodeJoinCode } from '../../shared/model/join-code.ts';
import { isBlank, textLimits } from '../../shared/model/text-limits.ts';
import { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/contract/contract.ts';
import type { ConnectionInput } from '../../shared/contract/connection.ts';
import type { CallContext, EngineContext } from '../engine/context.ts';
import { endpointOf } from '../engine/endpoint.ts';
import { connect } from '../remote/connect.ts';
import { createPgRemote } from '../remote/pg-remote.ts';
import type { RemoteClass } from '../remote/remote.ts';
import { createClassFile } from '../store/class-files.ts';
import { addConnection, bindConnection, getConnection } from '../store/connection-store.ts';
import { classItemOf } from './class-item.ts';
import { connectionFields } from './connection-values.ts';
import { connectionItem } from './connections.ts';
import { preview } from './preview.ts';
import { reconnectable, reconnectClass } from './reconnect-class.ts';
import { runPlan } from './run-plan.ts';

type Joined = Result<'class.join'>;

/** Which class of a server to join. */
export interface Wanted {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * Joins a class of a server: an empty file of its own, connected and, unless `pull` is false, filled. It starts empty, so nothing of this PC can
 * come over the school's data. When the pull fails the class and its connection stay, and pulling again goes on.
 */
export async function joinClass(
  context: EngineContext,
  wanted: Wanted,
  input: ConnectionInput,
  pull: boolean,
  call: CallContext,
): Promise<Joined> {
  const fields = connectionFields(input);
  const { id, name: given, sample } = await findThere(context, wanted, input, call);
  const name = nameHere(id, given);
  if (context.app.classes().some((entry) => entry.id === id)) throw new AppError('class-exists', { name });
  createClassFile(context.dataFolder, { id, name, sample, empty: true, catalog: context.catalog });
  context.app.addClass({ id, name, sample, archived: false, students: 0 }, context.now());
  const store = context.openClass(id);
  const connection = addConnection(store, fields, context.now());
  if (input.password !== undefined) await context.secrets.set(connection.id, input.password);
  bindConnection(store, connection.id, id, 'existing');
  context.emit('app.changed', {});
  const run = pull ? await pullAll(context, id, connection.id, call) : null;
  return {
    class: classItemOf(context, id),
    connection: connectionItem(context, store, getConnection(store, connection.id)),
    run,
  };
}

/**
 * Joins with a code of "Share from this PC". A class that is here already is connected again: the code has the password that nobody typed, and nothing is
 * pulled. Throws `class-exists` where the code is not what that class is connected by.
 */
export async function joinByCode(
  context: EngineContext,
  text: string,
  pull: boolean,
  call: CallContext,
): Promise<Result<'class.joinCode'>> {
  const code = decodeJoinCode(text);
  const input: ConnectionInput = {
    // Nobody knows a PC by its address.
    name: isBlank(code.device) ? code.className : code.device,
    host: code.host,
    port: code.port,
    database: code.database,
    user: code.role,
    password: code.secret,
    tls: 'require',
    fingerprint: code.fingerprint,
    mode: 'two-way',
  };
  const { classId } = code;
  if (!context.app.classes().some(({ id }) => id === classId))
    return { ...(await joinClass(context, { id: classId }, input, pull, call)), reconnected: false };
  reconnectable(context, classId, code.role);
  await findThere(context, { id: classId }, input, call);
  // Looked up again: what was there may have changed while the server was asked.
  const connection = await reconnectClass(context, classId, reconnectable(context, classId, code.role), input);
  return { class: classItemOf(context, classId), connection, run: null, reconnected: true };
}

/** What a class of a server is called here: a server may hold any text as its name, and the name here is this PC's own. */
function nameHere(id: string, given: string): string {
  const name = given.length > 2 * textLimits.name ? Array.from(given).slice(0, textLimits.name).join('') : given;
  return isBlank(name) ? id.slice(0, 8) : name;
}

/** The wanted class as its server has it; throws `not-found`, `class-choice-needed`, or what connecting throws. */
async function findThere(
  context: EngineContext,
  wanted: Wanted,
  input: ConnectionInput,
  { signal }: CallContext,
): Promise<RemoteClass> {
  const session = await connect(await endpointOf(context, input), { signal });
  try {
    const remote = await createPgRemote(session, context.catalog, { signal });
    return pick(await remote.classes(), wanted);
  } finally {
    await session.close();
  }
}

function pick(classes: readonly RemoteClass[], wanted: Wanted): RemoteClass {
  const fitting = classes.filter((cls) =>
    wanted.id !== undefined
      ? cls.id === wanted.id
      : wanted.name === undefined || cls.name === wanted.name || cls.id === wanted.name,
  );
  const [first] = fitting;
  if (first === undefined) throw new AppError('not-found', { what: 'class' });
  if (fitting.length > 1)
    throw new AppError('class-choice-needed', { classes: classes.map((cls) => cls.name).join(', ') });
  return first;
}

async function pullAll(
  context: EngineContext,
  classId: string,
  connectionId: string,
  call: CallContext,
): Promise<Joined['run']> {
  const plan = await preview(context, classId, connectionId, call);
  return runPlan(context, { classId, planId: plan.planId, mode: 'pull' }, call);
}
