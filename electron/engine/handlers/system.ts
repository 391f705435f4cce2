import { doctor } from '../doctor.ts';
import type { Handlers } from '../context.ts';
import { connectionHandlers } from './connection.ts';

const usualLimit = 200;

/** The self-check and the log. */
export const systemHandlers: Handlers<'app.doctor' | 'app.log'> = {
  'app.doctor': (context, { classId }, call) =>
    doctor(
      context,
      classId,
      async (ids, inner) => await connectionHandlers['connection.test'](context, ids, inner),
      call,
    ),
  'app.log': ({ recentLog }, { after, limit }) => ({
    items: recentLog.read(after, limit ?? usualLimit).map((entry) => ({ ...entry, data: { ...entry.data } })),
  }),
};
