import type { serverMethods } from '../../../shared/contract/server.ts';
import { makeJoinCode, shareClass } from '../../sync/share-class.ts';
import { announceServer, serverStatus } from '../announce-server.ts';
import type { Handlers } from '../context.ts';

/** The built-in PostgreSQL and "Share from this PC". */
export const serverHandlers: Handlers<keyof typeof serverMethods> = {
  'server.status': async (context) => await serverStatus(context),
  'server.start': async (context, { keepRunning }, call) => {
    await context.builtin.start({ keepRunning, signal: call.signal });
    return await announceServer(context);
  },
  'server.stop': async (context) => {
    await context.builtin.stop();
    return await announceServer(context);
  },
  'server.share': async (context, { classId }, call) => {
    const shared = await shareClass(context, classId, call);
    await announceServer(context);
    return shared;
  },
  'server.joinCode': async (context, { classId }, call) => {
    const code = await makeJoinCode(context, classId, call);
    await announceServer(context);
    return { code };
  },
};
