import type { LostItem } from '../../../shared/contract/bin.ts';
import { cellText, fieldWord, visibleFields, type Words } from './preview/field-words.ts';
import type { Piece } from './preview/what-changes.ts';

/** More fields than this are counted, not named. */
const longest = 3;

/** What a lost value said, beside what the record says now: only the fields that differ, references left out. */
export function lostPieces(item: Pick<LostItem, 'table' | 'row' | 'current' | 'key'>, words: Words): readonly Piece[] {
  const { t, format } = words;
  const { table, row, current, key } = item;
  const names = Object.keys(row).filter(
    (name) => !Object.hasOwn(key, name) && !name.endsWith('_id') && row[name] !== (current?.[name] ?? null),
  );
  if (current !== null && names.length === 0) return [{ kind: 'plain', text: t('sync:bin.same') }];
  const shown = visibleFields(
    names.map((name) => ({
      name,
      base: null,
      local: null,
      server: current?.[name] ?? null,
      result: row[name] ?? null,
      clash: false,
    })),
  );
  const pieces = shown
    .slice(0, longest)
    .flatMap(({ name, server, result }, index): readonly Piece[] => [
      { kind: 'plain', text: `${index === 0 ? '' : format.series(['', ''])}${fieldWord(name, t, table)} ` },
      { kind: 'strong', text: cellText(name, result, null, words) },
      ...(current === null
        ? []
        : [{ kind: 'plain' as const, text: ` ${t('sync:bin.now', { value: cellText(name, server, null, words) })}` }]),
    ]);
  const more = shown.length - longest;
  return more > 0 ? [...pieces, { kind: 'plain', text: ` ${t('sync:what.more', { count: more })}` }] : pieces;
}

/** Whose the lost value was. */
export function lostBy(item: Pick<LostItem, 'side' | 'by'>, { t }: Pick<Words, 't'>): string {
  return item.side === 'local' ? t('sync:bin.ofThisPc') : (item.by ?? t('sync:bin.ofServer'));
}
