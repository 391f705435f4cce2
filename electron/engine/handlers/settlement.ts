import type { settlementMethods } from '../../../shared/contract/settlement.ts';
import { closeRound, listSettlements, reopenRound, settlementOf } from '../../store/settlement.ts';
import type { Handlers } from '../context.ts';
import { stampOf } from '../stamp-of.ts';

/** Rounds of a class. */
export const settlementHandlers: Handlers<keyof typeof settlementMethods> = {
  'settlement.close': (context, { classId, name }) => {
    const store = context.openClass(classId);
    const id = closeRound(store, name, stampOf(context));
    if (id === null) return { settlement: null };
    context.emit('class.changed', { classId, areas: ['events', 'students'] });
    return { settlement: settlementOf(store, id) };
  },
  'settlement.list': (context, { classId }) => ({ items: [...listSettlements(context.openClass(classId))] }),
  'settlement.reopen': (context, { classId, id }) => {
    const store = context.openClass(classId);
    reopenRound(store, id, stampOf(context));
    context.emit('class.changed', { classId, areas: ['events', 'students'] });
    return settlementOf(store, id);
  },
};
