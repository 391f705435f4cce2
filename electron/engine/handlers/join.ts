import { joinByCode, joinClass } from '../../sync/join-class.ts';
import type { Handlers } from '../context.ts';

/** Joining a class that is on a server already. */
export const joinHandlers: Handlers<'class.join' | 'class.joinCode'> = {
  'class.join': (context, params, call) =>
    joinClass(
      context,
      { id: params.remoteClassId, name: params.remoteClassName },
      params.connection,
      params.pull ?? true,
      call,
    ),
  'class.joinCode': (context, { code, pull }, call) => joinByCode(context, code, pull ?? true, call),
};
