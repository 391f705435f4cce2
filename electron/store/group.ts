import { AppError } from '../../shared/errors.ts';
import { int4 } from '../../shared/model/delta.ts';
import { hexColor, requiredText } from '../../shared/model/text-rules.ts';
import type { GroupItem } from '../../shared/contract/roster.ts';
import { changeColumns } from './change-columns.ts';
import type { ClassStore } from './class-store.ts';
import { rawStatement, statement } from './statement.ts';
import type { Stamp } from './stamp.ts';
import { uuidv7 } from './uuid.ts';

/** The colours new groups take in turn: far enough apart to be told from each other on a projector. */
const palette = ['#3b6fb6', '#1d7f4f', '#b36b00', '#7b3fb0', '#0f7a80', '#a8327a', '#5d6675', '#8a5a2b'] as const;

const listed = `
SELECT g.id, g.name, g.color, g.sort,
  (SELECT count(*) FROM student s WHERE s.group_id = g.id AND s.deleted_at IS NULL) AS students
FROM "group" g`;

/** The groups that are not deleted, in the teacher's order. */
export function listGroups(store: ClassStore): readonly GroupItem[] {
  return statement(store.db, `${listed} WHERE g.deleted_at IS NULL ORDER BY g.sort, g.id`).all() as GroupItem[];
}

/** One group, deleted or not. Throws `not-found`. */
export function groupOf(store: ClassStore, id: string): GroupItem {
  const found = statement(store.db, `${listed} WHERE g.id = ?`).get(id) as GroupItem | undefined;
  if (found === undefined) throw new AppError('not-found', { what: 'group' });
  return found;
}

/** Makes a group at the end of the list; without a colour it takes the next of the palette. Answers its id. */
export function addGroup(
  store: ClassStore,
  { name, color }: { readonly name: string; readonly color?: string | undefined },
): string {
  const tidy = requiredText('name', name);
  const [count, sort] = rawStatement(
    store.db,
    'SELECT count(*), coalesce(max(sort) + 1, 0) FROM "group" WHERE deleted_at IS NULL',
  ).get() as [number, number];
  const id = uuidv7();
  const shade = color === undefined ? (palette[count % palette.length] ?? palette[0]) : hexColor(color);
  statement(
    store.db,
    'INSERT INTO "group" (id, name, color, sort, deleted_at, deleted_by) VALUES (?, ?, ?, ?, NULL, NULL)',
  ).run(id, tidy, shade, BigInt(sort));
  return id;
}

/** The live group of that name, made when there is none. Answers its id and whether it is new. */
export function groupNamed(store: ClassStore, name: string): { readonly id: string; readonly isNew: boolean } {
  const tidy = requiredText('name', name);
  const found = rawStatement(
    store.db,
    'SELECT id FROM "group" WHERE name = ? AND deleted_at IS NULL ORDER BY sort, id LIMIT 1',
  ).get(tidy);
  if (found !== undefined) return { id: (found as [string])[0], isNew: false };
  return { id: addGroup(store, { name: tidy }), isNew: true };
}

/** What may change in a group; what is left out stays. */
export interface GroupChange {
  readonly name?: string | undefined;
  readonly color?: string | undefined;
  readonly sort?: number | undefined;
}

/** Changes a live group. Throws `not-found`, also for a deleted one. */
export function changeGroup(store: ClassStore, id: string, { name, color, sort }: GroupChange): void {
  refuseDeletedGroup(store, id);
  changeColumns(store, 'group', id, {
    ...(name !== undefined && { name: requiredText('name', name) }),
    ...(color !== undefined && { color: hexColor(color) }),
    ...(sort !== undefined && { sort: int4('sort', sort) }),
  });
}

/** Deletes a group softly: its students stay and count as having none. No effect on a deleted one. Throws `not-found`. */
export function deleteGroup(store: ClassStore, id: string, stamp: Stamp): void {
  groupOf(store, id);
  statement(store.db, 'UPDATE "group" SET deleted_at = ?, deleted_by = ? WHERE id = ? AND deleted_at IS NULL').run(
    stamp.at,
    stamp.by ?? stamp.deviceName,
    id,
  );
}

/** Throws `not-found` unless the group is there and not deleted. */
export function refuseDeletedGroup(store: ClassStore, id: string): void {
  const live = rawStatement(store.db, 'SELECT 1 FROM "group" WHERE id = ? AND deleted_at IS NULL').get(id);
  if (live === undefined) throw new AppError('not-found', { what: 'group' });
}
