import type { Result } from '../../../shared/contract/contract.ts';
import type { RunRowItem } from '../../../shared/contract/run.ts';
import { shownText, visibleText } from '../../../shared/model/visible-text.ts';
import { choiceWord } from './preview/choice-words.ts';
import { fieldWord, isUnknown, valueText, visibleFields, type Words } from './preview/field-words.ts';
import { thingWord } from './preview/what-changes.ts';
import { whoWhen } from './preview/when-words.ts';
import { isRestored } from './run-row-words.ts';
import { shownLabel } from './shown-label.ts';

/** Who carried a run out and when: whoever decided in it did so there, before it began. */
export interface Decider {
  readonly device: string;
  readonly startedAt: string;
}

/** What a row is about: a student by the name alone, anything else with the kind of thing it is. */
export function runRecord(
  row: Pick<RunRowItem, 'table' | 'key' | 'label' | 'before' | 'after'>,
  words: Pick<Words, 't'>,
) {
  const label = visibleText(shownLabel({ ...row, row: row.after ?? row.before }, words));
  return row.table === 'student' ? label : `${thingWord(row.table, words)} · ${label}`;
}

/** What a run did to a row, as the list of changes calls it. */
export function opWord(row: Pick<RunRowItem, 'op' | 'before' | 'side'>): RunRowItem['op'] | 'restored' | 'kept' {
  if (row.side === 'none') return 'kept';
  return isRestored(row) ? 'restored' : row.op;
}

/** When a row of a run was taken back, in words; null where its run was not, or the row was written nowhere, so that there was nothing to take back. */
export function takenBackText(row: Pick<RunRowItem, 'side'>, at: string | null, { t, format }: Words): string | null {
  return at === null || row.side === 'none' ? null : t('sync:undo.byRun', { time: format.when(at) });
}

/** What a row of a run that took another one back says in the place of its kind, as the list of it did: points it ended are undone, not added. */
export function insteadOfOp(
  { table, op, before }: Pick<RunRowItem, 'table' | 'op' | 'before'>,
  purpose: Result<'run.show'>['run']['purpose'],
): 'undone' | null {
  return purpose === 'undo' && op === 'add' && before === null && isVoid(table) ? 'undone' : null;
}

function isVoid(table: string): boolean {
  return table === 'score_void' || table === 'settlement_void' || table === 'redemption_void';
}

/** How the question about a row was settled, in the words of the list it was asked in; empty where there was none. */
export function settledWord(row: Pick<RunRowItem, 'choice' | 'fields' | 'table'>, words: Pick<Words, 't'>): string {
  return row.choice === null || row.choice === 'skip' ? '' : choiceWord({ ...row, conflict: null }, words);
}

/** Who answered the question about a row, and when: whoever carried the run out, unless it had been answered before. */
export function deciderOf(
  { decidedBefore: first }: Pick<RunRowItem, 'decidedBefore'>,
  { device, startedAt }: Decider,
  { format }: Pick<Words, 'format'>,
): { readonly who: string; readonly when: string } {
  return { who: shownText(first?.who ?? device), when: format.when(first?.at ?? startedAt) };
}

/** Who settled it and when; empty where nobody was asked. */
export function decidedBy(row: Pick<RunRowItem, 'choice' | 'decidedBefore'>, decider: Decider, words: Words): string {
  return row.choice === null ? '' : words.t('sync:who.at', deciderOf(row, decider, words));
}

/** The changes of the side that was written, or of the server where this PC's was kept, which are in no part of what came of it, whether somebody decided so or the newer change counted: each field with its value. */
export function notTaken(
  row: Pick<RunRowItem, 'choice' | 'fields' | 'sideNames' | 'side' | 'table'>,
  words: Words,
): readonly string[] {
  const { choice, side, table, sideNames: names } = row;
  const from = side === 'down' ? 'local' : 'server';
  if (choice === 'both') return [];
  const lost = row.fields.filter((field) => field[from] !== field.result && field[from] !== field.base);
  return visibleFields(lost)
    .filter(({ name }) => !isUnknown({ names }, name))
    .map((field) => `${fieldWord(field.name, words.t, table)} ${valueText({ names }, field, from, words)}`);
}

/** Who had changed the record and when: on both sides where both had, else on the side it came from. */
export function changedBy(row: Pick<RunRowItem, 'op' | 'side' | 'choice' | 'by' | 'times'>, words: Words): string {
  const both = row.times.local !== null && (row.times.server !== null || row.by.server !== null);
  const kind = row.choice !== null && both ? 'conflict' : row.op;
  return whoWhen(
    { kind, direction: both || row.side === 'none' ? 'both' : row.side, by: row.by, times: row.times },
    words,
  );
}
