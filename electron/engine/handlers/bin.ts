import type { binMethods } from '../../../shared/contract/bin.ts';
import { forgetLost } from '../../store/sync/recovery-bin.ts';
import { announceRows } from '../../sync/announce.ts';
import { lostItems, putBack } from '../../sync/recovery-bin.ts';
import type { Handlers } from '../context.ts';
import { recount } from '../list-classes.ts';

/** The recovery bin of a class. */
export const binHandlers: Handlers<keyof typeof binMethods> = {
  'bin.list': (context, { classId, ...asked }) => lostItems(context.openClass(classId), asked),
  'bin.restore': (context, { classId, id }, { permit }) => {
    const changed = putBack(context.openClass(classId), id, context.now(), permit);
    if (changed) recount(context, classId);
    announceRows(context, classId);
    return { changed };
  },
  'bin.forget': (context, { classId, ids }) => {
    const forgotten = forgetLost(context.openClass(classId), ids);
    context.emit('class.changed', { classId, areas: ['runs'] });
    return { forgotten };
  },
};
