import type { LostItem } from '../../../shared/contract/bin.ts';
import { shownText } from '../../../shared/model/visible-text.ts';
import type { Words } from './preview/field-words.ts';
import { thingWord, type Piece } from './preview/what-changes.ts';
import { runFields } from './run-row-words.ts';
import { shownLabel } from './shown-label.ts';

/** More fields than this are counted, not named. */
const longest = 3;

type Lost = Pick<LostItem, 'table' | 'row' | 'current' | 'key' | 'names' | 'same'>;

/** A field of a lost value as people read it. */
interface LostField {
  readonly name: string;
  readonly word: string;
  readonly said: string;
  /** What the record says there now; null where there is no record. */
  readonly now: string | null;
}

/** What a lost value said, beside what the record says now: the fields that differ, or all of them where it is the same again or the record is gone. */
export function lostFields(item: Lost, words: Words): readonly LostField[] {
  const { table, key, row, current, same, names } = item;
  const before = same ? null : current;
  const fields = runFields({ table, op: 'update', before, after: row, key, names }, words);
  return fields.map(({ name, word, after, before: now }) => ({
    name,
    word,
    said: after ?? '',
    now: same ? after : now,
  }));
}

/** The same in a line of the list, without what the name of the record says already, and points before what they were given for. */
export function lostPieces(item: Lost & Pick<LostItem, 'label'>, words: Words): readonly Piece[] {
  const { t, format } = words;
  const fields = lostFields(item, words);
  const named = lostRecord(item, words);
  const untold = fields.filter(
    ({ said, now }) => now !== null || said === '' || !named.includes(said.replace(/^“|”$/gu, '')),
  );
  const isDelta = ({ name }: LostField): boolean => name === 'delta';
  const shown =
    untold.length === 0 ? fields : [...untold.filter(isDelta), ...untold.filter((field) => !isDelta(field))];
  const pieces = shown.slice(0, longest).flatMap(({ name, word, said, now }, index): readonly Piece[] => [
    {
      kind: 'plain', // Whether it is deleted is said by the value itself.
      text: `${index === 0 ? '' : format.series(['', ''])}${name === 'deleted_at' ? '' : `${word} `}`,
    },
    { kind: 'strong', text: said },
    ...(now === null || item.same ? [] : [{ kind: 'plain' as const, text: ` ${t('sync:bin.now', { value: now })}` }]),
  ]);
  const more = shown.length - longest;
  return more > 0 ? [...pieces, { kind: 'plain', text: ` ${t('sync:what.more', { count: more })}` }] : pieces;
}

/** The record a lost value belonged to: its kind where that is not plain from the name, and its name. */
export function lostRecord(item: Pick<LostItem, 'table' | 'key' | 'row' | 'label'>, words: Words): string {
  const { table, label } = item;
  return shownText(table === 'student' ? label : `${thingWord(table, words)} · ${shownLabel(item, words)}`);
}

/** Whether putting a lost value back deletes a record that is there: what lost was its deletion. */
export function isLostDeletion({ row, current }: Pick<LostItem, 'row' | 'current'>): boolean {
  return (row['deleted_at'] ?? null) !== null && current !== null && (current['deleted_at'] ?? null) === null;
}

/** The words for putting a lost value back. */
export function restoreWords(
  item: LostItem,
  words: Words,
): { readonly action: string; readonly named: string; readonly done: string } {
  const record = lostRecord(item, words);
  const kind = isLostDeletion(item) ? 'bin.deletes' : 'bin';
  const { t } = words;
  return {
    action: t(`sync:${kind}.restore`),
    named: t(`sync:${kind}.restoreNamed`, { record }),
    done: t(`sync:${kind}.done`, { record }),
  };
}

/** Whose the lost value was. */
export function lostBy(item: Pick<LostItem, 'side' | 'by'>, { t }: Pick<Words, 't'>): string {
  return item.side === 'local' ? t('sync:bin.ofThisPc') : (item.by ?? t('sync:bin.ofServer'));
}
