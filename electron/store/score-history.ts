import type { ScoreItem } from '../../shared/contract/score.ts';
import { foldText, matchesSearch, searchKey } from '../../shared/model/search-key.ts';
import type { ClassStore } from './class-store.ts';
import { listedEvent, toScoreItems } from './score-event.ts';
import { rawStatement, statement } from './statement.ts';
import type { SqlValue } from './statement.ts';

/** What of the history is wanted. */
export interface HistoryFilter {
  readonly eventIds?: readonly string[] | undefined;
  readonly studentId?: string | undefined;
  /** Finds in the student's name, number, pinyin and initials, and in the text and the note of the event. */
  readonly search?: string | undefined;
  readonly voided?: boolean | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
}

/** Other words a stored text is shown under, so that a search finds what a person sees. */
export type ShownAs = (text: string) => readonly string[];

/**
 * A page of events, newest first, and how many the filter keeps. The events of a deleted student are hidden with him, unless it is him, or they, who are asked for.
 * `shownAs` gives the translations of a text.
 */
export function listEvents(
  store: ClassStore,
  { eventIds, studentId, search, voided, offset, limit }: HistoryFilter,
  shownAs: ShownAs,
): { readonly items: readonly ScoreItem[]; readonly total: number } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  if (eventIds !== undefined) {
    conditions.push('e.id IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(eventIds));
  } else if (studentId === undefined) conditions.push('s.deleted_at IS NULL');
  if (studentId !== undefined) {
    conditions.push('e.student_id = ?');
    values.push(studentId);
  }
  if (voided !== undefined) conditions.push(`e.id ${voided ? '' : 'NOT '}IN (SELECT event_id FROM score_void)`);
  if (search !== undefined && foldText(search) !== '') {
    conditions.push(
      '(e.student_id IN (SELECT value FROM json_each(?)) OR e.text IN (SELECT value FROM json_each(?)) OR e.note IN (SELECT value FROM json_each(?)))',
    );
    values.push(...foundBy(store, search, shownAs));
  }
  const where = `WHERE ${conditions.join(' AND ')}`;
  const [total] = rawStatement(
    store.db,
    `SELECT count(*) FROM score_event e JOIN student s ON s.id = e.student_id ${where}`,
  ).get(...values) as [number];
  const rows = statement(store.db, `${listedEvent} ${where} ORDER BY e.at DESC, e.id DESC LIMIT ? OFFSET ?`).all(
    ...values,
    BigInt(limit ?? 100),
    BigInt(offset ?? 0),
  );
  return { items: toScoreItems(rows), total };
}

/** How many events this device has recorded since a time. */
export function countRecorded(store: ClassStore, deviceId: string, since: string): number {
  const sql = 'SELECT count(*) FROM score_event WHERE at >= ? AND device_id = ?';
  return (rawStatement(store.db, sql).get(since, deviceId) as [number])[0];
}

/** The students, texts and notes a search finds, as JSON lists: few words are in use, so they are judged once each and not per event. */
function foundBy(store: ClassStore, search: string, shownAs: ShownAs): readonly string[] {
  const typed = foldText(search);
  const distinct = (column: 'text' | 'note'): readonly string[] =>
    rawStatement(store.db, `SELECT DISTINCT ${column} FROM score_event WHERE ${column} IS NOT NULL`)
      .all()
      .map((found) => (found as [string])[0]);
  const students = rawStatement(store.db, 'SELECT id, name, number FROM student').all() as [
    string,
    string,
    string | null,
  ][];
  return [
    students.filter(([, name, number]) => matchesSearch(searchKey(name, number), search)).map(([id]) => id),
    distinct('text').filter((text) => [text, ...shownAs(text)].some((word) => foldText(word).includes(typed))),
    distinct('note').filter((note) => foldText(note).includes(typed)),
  ].map((list) => JSON.stringify(list));
}
