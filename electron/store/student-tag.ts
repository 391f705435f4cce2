import { requiredText } from '../../shared/model/text-rules.ts';
import type { ClassStore } from './class-store.ts';
import { rawStatement, statement } from './statement.ts';

/** The tags of every student who has some. */
export function allTags(store: ClassStore): ReadonlyMap<string, readonly string[]> {
  const tags = new Map<string, string[]>();
  for (const found of rawStatement(
    store.db,
    'SELECT student_id, tag FROM student_tag ORDER BY student_id, tag',
  ).all()) {
    const [studentId, tag] = found as [string, string];
    const list = tags.get(studentId);
    if (list === undefined) tags.set(studentId, [tag]);
    else list.push(tag);
  }
  return tags;
}

/** Puts tags on a student; those that are there already stay as they are. Throws `blank-name`, `name-too-long`, `text-invalid`. */
export function addTags(store: ClassStore, studentId: string, tags: readonly string[]): void {
  const add = statement(store.db, 'INSERT INTO student_tag (student_id, tag) VALUES (?, ?) ON CONFLICT DO NOTHING');
  for (const tag of tags) add.run(studentId, requiredText('tag', tag));
}

/** Takes tags off a student; one that is not there is no error. */
export function removeTags(store: ClassStore, studentId: string, tags: readonly string[]): void {
  const remove = statement(store.db, 'DELETE FROM student_tag WHERE student_id = ? AND tag = ?');
  for (const tag of tags) remove.run(studentId, tag.trim());
}
