import type { ReasonItem } from '../../shared/contract/roster.ts';
import { AppError } from '../../shared/errors.ts';
import { builtInReasons } from '../../shared/model/built-in-reasons.ts';
import { int4, wholeDelta } from '../../shared/model/delta.ts';
import { optionalText, requiredText } from '../../shared/model/text-rules.ts';
import { changeColumns } from './change-columns.ts';
import type { ClassStore } from './class-store.ts';
import type { Stamp } from './stamp.ts';
import { rawStatement, statement } from './statement.ts';
import { uuidv7 } from './uuid.ts';

const listed = 'SELECT id, text, delta, category, built_in, sort, deleted_at FROM reason';

interface ReasonRow {
  readonly id: string;
  readonly text: string;
  readonly delta: number;
  readonly category: string | null;
  readonly built_in: number;
  readonly sort: number;
  readonly deleted_at: string | null;
}

/** The reasons that are not deleted, in the teacher's order. */
export function listReasons(store: ClassStore): readonly ReasonItem[] {
  return (statement(store.db, `${listed} WHERE deleted_at IS NULL ORDER BY sort, id`).all() as ReasonRow[]).map(toItem);
}

/** One reason, deleted or not. Throws `not-found`. */
export function reasonOf(store: ClassStore, id: string): ReasonItem {
  return toItem(reasonRow(store, id));
}

/** One reason points may be given with. Throws `not-found`, also for a deleted one. */
export function liveReason(store: ClassStore, id: string): ReasonItem {
  const row = reasonRow(store, id);
  if (row.deleted_at !== null) throw new AppError('not-found', { what: 'reason' });
  return toItem(row);
}

/** Writes the reasons every new class starts with, the same on every device. */
export function addBuiltInReasons(store: ClassStore): void {
  for (const reason of builtInReasons)
    insert(store, { ...reason, delta: BigInt(reason.delta), sort: BigInt(reason.sort), builtIn: true });
}

/** What may be given for a reason. */
export interface ReasonInput {
  readonly text: string;
  readonly delta: number;
  readonly category?: string | null | undefined;
}

/** Makes a reason at the end of the list and answers its id. Throws `blank-name`, `name-too-long`, `delta-invalid`, `delta-out-of-range`, `text-invalid`. */
export function addReason(store: ClassStore, { text, delta, category }: ReasonInput): string {
  const id = uuidv7();
  const [sort] = rawStatement(
    store.db,
    'SELECT coalesce(max(sort) + 1, 0) FROM reason WHERE deleted_at IS NULL',
  ).get() as [number];
  insert(store, {
    id,
    text: requiredText('text', text),
    delta: wholeDelta(delta),
    category: optionalText('category', category),
    sort: int4('sort', sort),
    builtIn: false,
  });
  return id;
}

/** What may change in a reason; what is left out stays. */
export interface ReasonChange {
  readonly text?: string | undefined;
  readonly delta?: number | undefined;
  readonly category?: string | null | undefined;
  readonly sort?: number | undefined;
}

/** Changes a live reason; events given with it keep the text and the points they were given with. Throws `not-found` and what `addReason` throws. */
export function changeReason(store: ClassStore, id: string, { text, delta, category, sort }: ReasonChange): void {
  liveReason(store, id);
  changeColumns(store, 'reason', id, {
    ...(text !== undefined && { text: requiredText('text', text) }),
    ...(delta !== undefined && { delta: wholeDelta(delta) }),
    ...(category !== undefined && { category: optionalText('category', category) }),
    ...(sort !== undefined && { sort: int4('sort', sort) }),
  });
}

/** Deletes a reason softly; events given with it stay as they are. No effect on a deleted one. Throws `not-found`. */
export function deleteReason(store: ClassStore, id: string, stamp: Stamp): void {
  reasonRow(store, id);
  statement(store.db, 'UPDATE reason SET deleted_at = ?, deleted_by = ? WHERE id = ? AND deleted_at IS NULL').run(
    stamp.at,
    stamp.by ?? stamp.deviceName,
    id,
  );
}

function reasonRow(store: ClassStore, id: string): ReasonRow {
  const found = statement(store.db, `${listed} WHERE id = ?`).get(id) as ReasonRow | undefined;
  if (found === undefined) throw new AppError('not-found', { what: 'reason' });
  return found;
}

interface NewReason {
  readonly id: string;
  readonly text: string;
  readonly delta: bigint;
  readonly category: string | null;
  readonly sort: bigint;
  readonly builtIn: boolean;
}

function insert(store: ClassStore, { id, text, delta, category, sort, builtIn }: NewReason): void {
  statement(
    store.db,
    'INSERT INTO reason (id, text, delta, category, sort, built_in, deleted_at, deleted_by) VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)',
  ).run(id, text, delta, category, sort, builtIn ? 1n : 0n);
}

function toItem({ id, text, delta, category, built_in, sort }: ReasonRow): ReasonItem {
  return { id, text, delta, category, builtIn: built_in === 1, sort };
}
