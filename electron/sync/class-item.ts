import type { ClassItem } from '../../shared/contract/class.ts';
import type { EngineContext } from '../engine/context.ts';
import { countMembers } from '../store/catalog-rows.ts';

/** A class as lists show it, with its students counted now. */
export function classItemOf(context: EngineContext, classId: string): ClassItem {
  const { id, name, archived, sample } = context.app.classOf(classId);
  return { id, name, archived, sample, students: countMembers(context.openClass(classId)) };
}
