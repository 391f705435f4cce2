import type { StudentItem } from '../../shared/contract/roster.ts';
import { AppError } from '../../shared/errors.ts';
import { nameKeys, searchKey } from '../../shared/model/search-key.ts';
import { optionalNote, optionalText, requiredText } from '../../shared/model/text-rules.ts';
import { changeColumns } from './change-columns.ts';
import type { ClassStore } from './class-store.ts';
import { groupNamed, refuseDeletedGroup } from './group.ts';
import type { Stamp } from './stamp.ts';
import { rawStatement, statement } from './statement.ts';
import type { SqlValue } from './statement.ts';
import { addTags, allTags, removeTags } from './student-tag.ts';
import { uuidv7 } from './uuid.ts';

/** What may be given for a student. `group` names a group and makes it when new; `groupId` picks one and wins; null or blank is none. */
export interface StudentInput {
  readonly name: string;
  readonly number?: string | null | undefined;
  readonly group?: string | null | undefined;
  readonly groupId?: string | null | undefined;
  readonly note?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** What may change in a student; what is left out stays. */
export interface StudentChange {
  readonly change: { readonly [K in keyof Omit<StudentInput, 'tags'>]?: StudentInput[K] | undefined };
  readonly tag?: readonly string[] | undefined;
  readonly untag?: readonly string[] | undefined;
}

interface StudentRow {
  readonly id: string;
  readonly name: string;
  readonly number: string | null;
  readonly groupId: string | null;
  readonly group: string | null;
  readonly note: string | null;
  readonly deletedAt: string | null;
  readonly deletedBy: string | null;
  readonly current: number;
  readonly allTime: number;
}

const listed = `
SELECT s.id, s.name, s.number, g.id AS groupId, g.name AS "group", s.note, s.deleted_at AS deletedAt, s.deleted_by AS deletedBy,
  t.current, t.all_time AS allTime
FROM student s
JOIN student_total t ON t.student_id = s.id
LEFT JOIN "group" g ON g.id = s.group_id AND g.deleted_at IS NULL`;

/** The students of the class in name order, with their totals: those who are there, or those who are deleted. */
export function listStudents(store: ClassStore, { deleted }: { readonly deleted: boolean }): readonly StudentItem[] {
  const rows = statement(
    store.db,
    `${listed} WHERE s.deleted_at IS ${deleted ? 'NOT ' : ''}NULL`,
  ).all() as StudentRow[];
  return toItems(store, rows).toSorted((a, b) =>
    a.sortKey < b.sortKey ? -1 : a.sortKey > b.sortKey ? 1 : a.id < b.id ? -1 : 1,
  );
}

/** Some students, deleted or not, in the order of the ids. Throws `not-found` when one is missing. */
export function studentsOf(store: ClassStore, ids: readonly string[]): readonly StudentItem[] {
  const rows = statement(store.db, `${listed} WHERE s.id IN (SELECT value FROM json_each(?))`).all(
    JSON.stringify(ids),
  ) as StudentRow[];
  const byId = new Map(toItems(store, rows).map((item) => [item.id, item]));
  return ids.map((id) => byId.get(id) ?? notFound());
}

/** One student, deleted or not. Throws `not-found`. */
export function studentOf(store: ClassStore, id: string): StudentItem {
  return studentsOf(store, [id])[0] ?? notFound();
}

/**
 * Adds students, all or none, and answers their ids in order.
 * Throws `blank-name`, `name-too-long`, `number-taken`, `number-too-long`, `text-too-long`, `text-invalid`, `not-found` (group).
 */
export function addStudents(store: ClassStore, students: readonly StudentInput[], stamp: Stamp): readonly string[] {
  return store.transaction(() =>
    students.map((student) => {
      const id = uuidv7();
      const number = freeNumber(store, student.number, id);
      statement(
        store.db,
        `INSERT INTO student (id, name, number, group_id, note, avatar_hash, created_at, deleted_at, deleted_by)
         VALUES (?, ?, ?, ?, ?, NULL, ?, NULL, NULL)`,
      ).run(
        id,
        requiredText('name', student.name),
        number,
        chosenGroup(store, student) ?? null,
        optionalNote(student.note),
        stamp.at,
      );
      addTags(store, id, student.tags ?? []);
      return id;
    }),
  );
}

/** Changes a student who is not deleted (`student-deleted`). Throws what `addStudents` throws, and `not-found`. */
export function changeStudent(store: ClassStore, id: string, { change, tag, untag }: StudentChange): void {
  store.transaction(() => {
    refuseDeletedStudent(store, id);
    const group = chosenGroup(store, change);
    const columns: Record<string, SqlValue> = {
      ...(change.name !== undefined && { name: requiredText('name', change.name) }),
      ...(change.number !== undefined && { number: freeNumber(store, change.number, id) }),
      ...(group !== undefined && { group_id: group }),
      ...(change.note !== undefined && { note: optionalNote(change.note) }),
    };
    changeColumns(store, 'student', id, columns);
    removeTags(store, id, untag ?? []);
    addTags(store, id, tag ?? []);
  });
}

/** Deletes students softly: hidden with all their points, restorable. One who is deleted keeps the first time. Throws `not-found`. */
export function deleteStudents(store: ClassStore, ids: readonly string[], stamp: Stamp): void {
  store.transaction(() => {
    for (const id of ids) {
      studentHead(store, id);
      statement(store.db, 'UPDATE student SET deleted_at = ?, deleted_by = ? WHERE id = ? AND deleted_at IS NULL').run(
        stamp.at,
        stamp.by ?? stamp.deviceName,
        id,
      );
    }
  });
}

/**
 * Brings deleted students back with all their points, all or none. `number`, when given, becomes their number (null: none), which is the way
 * out of `number-taken`. One who is not deleted stays as he is. Throws `not-found`.
 */
export function restoreStudents(store: ClassStore, ids: readonly string[], number: string | null | undefined): void {
  store.transaction(() => {
    for (const id of ids) {
      const student = studentHead(store, id);
      if (student.deletedAt === null) continue;
      const wanted = freeNumber(store, number === undefined ? student.number : number, id);
      changeColumns(store, 'student', id, { number: wanted, deleted_at: null, deleted_by: null });
    }
  });
}

/** Throws `not-found` for a student who is not there and `student-deleted`, with the name, for one who is deleted. */
export function refuseDeletedStudent(store: ClassStore, id: string): void {
  const student = studentHead(store, id);
  if (student.deletedAt !== null) throw new AppError('student-deleted', { name: student.name });
}

function studentHead(
  store: ClassStore,
  id: string,
): { readonly name: string; readonly number: string | null; readonly deletedAt: string | null } {
  const found = rawStatement(store.db, 'SELECT name, number, deleted_at FROM student WHERE id = ?').get(id);
  if (found === undefined) notFound();
  const [name, number, deletedAt] = found as [string, string | null, string | null];
  return { name, number, deletedAt };
}

/** The number, tidied, after making sure that no other student who is there has it. */
function freeNumber(store: ClassStore, number: string | null | undefined, except: string): string | null {
  const wanted = optionalText('number', number);
  if (wanted === null) return null;
  const holder = rawStatement(
    store.db,
    'SELECT name FROM student WHERE number = ? AND deleted_at IS NULL AND id <> ?',
  ).get(wanted, except);
  if (holder !== undefined) throw new AppError('number-taken', { number: wanted, name: (holder as [string])[0] });
  return wanted;
}

/** The group a student is to have: an id, null for none, undefined when nothing was said. */
function chosenGroup(
  store: ClassStore,
  { group, groupId }: Pick<StudentInput, 'group' | 'groupId'>,
): string | null | undefined {
  if (groupId !== undefined) {
    if (groupId !== null) refuseDeletedGroup(store, groupId);
    return groupId;
  }
  if (group === undefined) return undefined;
  const name = optionalText('name', group);
  return name === null ? null : groupNamed(store, name).id;
}

function toItems(store: ClassStore, rows: readonly StudentRow[]): readonly StudentItem[] {
  const tags = allTags(store);
  return rows.map((row) => ({
    ...row,
    tags: [...(tags.get(row.id) ?? [])],
    deleted: row.deletedAt !== null,
    sortKey: nameKeys(row.name).sortKey,
    search: searchKey(row.name, row.number),
  }));
}

function notFound(): never {
  throw new AppError('not-found', { what: 'student' });
}
