import type { ClassItem } from '../../shared/contract/class.ts';
import { AppError } from '../../shared/errors.ts';
import { countMembers } from '../store/catalog-rows.ts';
import type { EngineContext } from './context.ts';

/** The classes of this device. A file that cannot be opened shows what was last counted; opening the class says what is wrong with it. */
export function listClasses(context: EngineContext): ClassItem[] {
  for (const { id, archived } of context.app.classes()) if (!archived) recount(context, id);
  return [...context.app.classes()];
}

/** Counts the students of a class again for the list of classes. */
export function recount(context: EngineContext, classId: string): void {
  try {
    const students = countMembers(context.openClass(classId));
    if (students !== context.app.classOf(classId).students) context.app.setStudentCount(classId, students);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}
