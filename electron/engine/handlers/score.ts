import type { scoreMethods } from '../../../shared/contract/score.ts';
import { addEvents, eventsOf } from '../../store/score-event.ts';
import { listEvents } from '../../store/score-history.ts';
import { voidEvents } from '../../store/score-void.ts';
import { studentOf } from '../../store/student.ts';
import { listTotals } from '../../store/totals.ts';
import { builtInWords } from '../built-in-words.ts';
import type { Handlers } from '../context.ts';
import { stampOf } from '../stamp-of.ts';

/** Points of a class. */
export const scoreHandlers: Handlers<keyof typeof scoreMethods> = {
  'score.add': (context, { classId, studentIds, award, note }) => {
    const store = context.openClass(classId);
    const ids = addEvents(store, { studentIds, award, note }, stampOf(context));
    context.emit('class.changed', { classId, areas: ['events', 'students'] });
    return { items: [...eventsOf(store, ids)] };
  },
  'score.void': (context, { classId, eventIds }) => {
    const store = context.openClass(classId);
    voidEvents(store, eventIds, stampOf(context));
    context.emit('class.changed', { classId, areas: ['events', 'students'] });
    return { items: [...eventsOf(store, eventIds)] };
  },
  'score.list': (context, { classId, ...filter }) => {
    const store = context.openClass(classId);
    // A history of somebody who is not here would be empty, and look like one of a student without points.
    if (filter.studentId != null) studentOf(store, filter.studentId);
    const { items, total } = listEvents(store, filter, builtInWords);
    return { items: [...items], total };
  },
  'totals.list': (context, { classId }) => ({ items: [...listTotals(context.openClass(classId))] }),
};
