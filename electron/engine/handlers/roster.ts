import type { Area } from '../../../shared/contract/events.ts';
import type { rosterMethods } from '../../../shared/contract/roster.ts';
import { addGroup, changeGroup, deleteGroup, groupOf, listGroups } from '../../store/group.ts';
import { addReason, changeReason, deleteReason, listReasons, reasonOf } from '../../store/reason.ts';
import {
  addStudents,
  changeStudent,
  deleteStudents,
  listStudents,
  restoreStudents,
  studentOf,
  studentsOf,
} from '../../store/student.ts';
import { exportRecord } from '../../files/export-record.ts';
import { eraseStudent } from '../../sync/erase-student.ts';
import type { EngineContext, Handlers } from '../context.ts';
import { recount } from '../list-classes.ts';
import { stampOf } from '../stamp-of.ts';

/** Students, groups and reasons of a class. */
export const rosterHandlers: Handlers<keyof typeof rosterMethods> = {
  'student.list': (context, { classId, deleted }) => ({
    items: [...listStudents(context.openClass(classId), { deleted: deleted === true })],
  }),
  'student.add': (context, { classId, students }) => {
    const store = context.openClass(classId);
    const ids = addStudents(store, students, stampOf(context));
    changed(context, classId, ['students', 'groups']);
    return { items: [...studentsOf(store, ids)] };
  },
  'student.set': (context, { classId, id, change, tag, untag }) => {
    const store = context.openClass(classId);
    changeStudent(store, id, { change, tag, untag });
    changed(context, classId, ['students', 'groups', 'events']);
    return studentOf(store, id);
  },
  'student.delete': (context, { classId, ids }) => {
    const store = context.openClass(classId);
    deleteStudents(store, ids, stampOf(context));
    changed(context, classId, ['students', 'groups', 'events']);
    return { items: [...studentsOf(store, ids)] };
  },
  'student.restore': (context, { classId, ids, number }) => {
    const store = context.openClass(classId);
    restoreStudents(store, ids, number);
    changed(context, classId, ['students', 'groups', 'events']);
    return { items: [...studentsOf(store, ids)] };
  },
  'student.export': (context, { classId, id }) => exportRecord(context.openClass(classId), id),
  'student.erase': async (context, { classId, id }, call) => {
    const result = await eraseStudent(context, classId, id, call);
    changed(context, classId, ['students', 'groups', 'events', 'plans', 'runs']);
    return result;
  },
  'group.list': (context, { classId }) => ({ items: [...listGroups(context.openClass(classId))] }),
  'group.add': (context, { classId, name, color }) => {
    const store = context.openClass(classId);
    const id = addGroup(store, { name, color });
    changed(context, classId, ['groups']);
    return groupOf(store, id);
  },
  'group.set': (context, { classId, id, change }) => {
    const store = context.openClass(classId);
    changeGroup(store, id, change);
    changed(context, classId, ['groups', 'students']);
    return groupOf(store, id);
  },
  'group.delete': (context, { classId, id }) => {
    const store = context.openClass(classId);
    deleteGroup(store, id, stampOf(context));
    changed(context, classId, ['groups', 'students']);
    return groupOf(store, id);
  },
  'reason.list': (context, { classId }) => ({ items: [...listReasons(context.openClass(classId))] }),
  'reason.add': (context, { classId, text, delta, category }) => {
    const store = context.openClass(classId);
    const id = addReason(store, { text, delta, category });
    changed(context, classId, ['reasons']);
    return reasonOf(store, id);
  },
  'reason.set': (context, { classId, id, change }) => {
    const store = context.openClass(classId);
    changeReason(store, id, change);
    changed(context, classId, ['reasons']);
    return reasonOf(store, id);
  },
  'reason.delete': (context, { classId, id }) => {
    const store = context.openClass(classId);
    deleteReason(store, id, stampOf(context));
    changed(context, classId, ['reasons']);
    return reasonOf(store, id);
  },
};

function changed(context: EngineContext, classId: string, areas: readonly Area[]): void {
  if (areas.includes('students')) recount(context, classId);
  context.emit('class.changed', { classId, areas: [...areas] });
}
