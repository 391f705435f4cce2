import type { StudentItem } from '../../../shared/contract/roster.ts';

/** Every tag in use, in order. */
export function tagsOf(students: readonly StudentItem[]): readonly string[] {
  return [...new Set(students.flatMap((student) => student.tags))].toSorted((a, b) => a.localeCompare(b));
}
