import type { ScoreItem } from '../../shared/contract/score.ts';
import { AppError } from '../../shared/errors.ts';
import { wholeDelta } from '../../shared/model/delta.ts';
import { optionalNote, shortText } from '../../shared/model/text-rules.ts';
import type { ClassStore } from './class-store.ts';
import { liveReason } from './reason.ts';
import type { Stamp } from './stamp.ts';
import { statement } from './statement.ts';
import { refuseDeletedStudent } from './student.ts';
import { uuidv7 } from './uuid.ts';

/** What is given: a preset, whose text and points are copied, or points of one's own (0: a note without points). */
export type Award = { readonly reasonId: string } | { readonly delta: number; readonly text: string };

interface EventRow extends Omit<ScoreItem, 'voided'> {
  readonly voided: number;
}

/** The columns of a listed event; `e` is the event, `s` its student. */
export const listedEvent = `
SELECT e.id, e.student_id AS studentId, s.name AS student, e.reason_id AS reasonId, e.text, e.delta, e.note, e.at, e.by,
  e.device_name AS device, EXISTS (SELECT 1 FROM score_void v WHERE v.event_id = e.id) AS voided
FROM score_event e JOIN student s ON s.id = e.student_id`;

/** Events as everybody sees them, from rows of `listedEvent`. */
export function toScoreItems(rows: readonly unknown[]): readonly ScoreItem[] {
  return (rows as EventRow[]).map((row) => ({ ...row, voided: row.voided === 1 }));
}

/**
 * Gives each student the same award, once each, all in one transaction: on the disk when this returns. Answers the events' ids in order.
 * Throws `not-found` (student, reason), `student-deleted`, `delta-invalid`, `delta-out-of-range`, `text-too-long`, `text-invalid`.
 */
export function addEvents(
  store: ClassStore,
  {
    studentIds,
    award,
    note,
  }: { readonly studentIds: readonly string[]; readonly award: Award; readonly note?: string | null | undefined },
  stamp: Stamp,
): readonly string[] {
  return store.transaction(() => {
    const given = awardOf(store, award);
    const tidyNote = optionalNote(note);
    const insert = statement(
      store.db,
      `INSERT INTO score_event (id, student_id, reason_id, text, delta, note, at, by, device_id, device_name)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    return [...new Set(studentIds)].map((studentId) => {
      refuseDeletedStudent(store, studentId);
      const id = uuidv7();
      insert.run(
        id,
        studentId,
        given.reasonId,
        given.text,
        given.delta,
        tidyNote,
        stamp.at,
        stamp.by,
        stamp.deviceId,
        stamp.deviceName,
      );
      return id;
    });
  });
}

/** Some events in the order of the ids. Throws `not-found` when one is missing. */
export function eventsOf(store: ClassStore, ids: readonly string[]): readonly ScoreItem[] {
  const rows = statement(store.db, `${listedEvent} WHERE e.id IN (SELECT value FROM json_each(?))`).all(
    JSON.stringify(ids),
  );
  const byId = new Map(toScoreItems(rows).map((item) => [item.id, item]));
  return ids.map((id) => {
    const item = byId.get(id);
    if (item === undefined) throw new AppError('not-found', { what: 'event' });
    return item;
  });
}

function awardOf(
  store: ClassStore,
  award: Award,
): { readonly reasonId: string | null; readonly text: string; readonly delta: bigint } {
  if ('reasonId' in award) {
    const reason = liveReason(store, award.reasonId);
    return { reasonId: reason.id, text: reason.text, delta: BigInt(reason.delta) };
  }
  return { reasonId: null, text: shortText('text', award.text), delta: wholeDelta(award.delta) };
}
