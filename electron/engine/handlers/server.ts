import type { BuiltinStatus } from '../../../shared/contract/server.ts';
import type { serverMethods } from '../../../shared/contract/server.ts';
import type { ServerStatus } from '../../builtin-server/builtin-server.ts';
import { makeJoinCode, shareClass } from '../../sync/share-class.ts';
import type { EngineContext, Handlers } from '../context.ts';

/** The built-in PostgreSQL and "Share from this PC". */
export const serverHandlers: Handlers<keyof typeof serverMethods> = {
  'server.status': async (context) => statusItem(await context.builtin.status()),
  'server.start': async (context, { keepRunning }, call) => {
    await context.builtin.start({ keepRunning, signal: call.signal });
    return announced(context);
  },
  'server.stop': async (context) => {
    await context.builtin.stop();
    return announced(context);
  },
  'server.share': async (context, { classId }, call) => {
    const shared = await shareClass(context, classId, call);
    await announced(context);
    return shared;
  },
  'server.joinCode': async (context, { classId }, call) => ({ code: await makeJoinCode(context, classId, call) }),
};

async function announced(context: EngineContext): Promise<BuiltinStatus> {
  const status = statusItem(await context.builtin.status());
  context.emit('server.changed', status);
  return status;
}

function statusItem(status: ServerStatus): BuiltinStatus {
  const { state, port, version, startedAt, keepRunning, code } = status;
  return { state, port, version, startedAt, keepRunning, code };
}
