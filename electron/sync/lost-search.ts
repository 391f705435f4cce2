import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import { nameKeys } from '../../shared/model/search-key.ts';
import { cellOf } from '../../shared/sync/row.ts';
import en from '../../shared/text/en/sync.json' with { type: 'json' };
import zh from '../../shared/text/zh-CN/sync.json' with { type: 'json' };
import type { LostValue } from '../store/sync/recovery-bin.ts';
import { rowSearch } from './row-search.ts';

/** Types whose values people read as they are. */
const written: ReadonlySet<string> = new Set(['text', 'varchar', 'char', 'enum']);

/**
 * What a search in the recovery bin looks in: everything a line of it says, in every language of the app and with its readings: what kind of record it is, what
 * it is called, what it said, and whose it was.
 */
export function lostSearch(
  table: CatalogTable,
  { label, row, side, by }: Pick<LostValue, 'label' | 'row' | 'side' | 'by'>,
): string {
  const references = new Set(table.foreignKeys.flatMap(({ columns }) => columns));
  const said = table.columns
    .filter(
      ({ name, type, class: kind, rule }) =>
        kind === 'content' && written.has(type) && rule !== 'color' && !references.has(name),
    )
    .map(({ name }) => cellOf(row, name) ?? '')
    .filter((text) => text !== '');
  const whose = by === null ? [en, zh].map(({ bin }) => (side === 'local' ? bin.ofThisPc : bin.ofServer)) : [by];
  const words = [...[en, zh].map(({ thing }) => thingWord(thing, table.name)), ...whose];
  const lines = [
    rowSearch(label),
    ...said.map((text) => rowSearch(text)),
    ...words.map((word) => nameKeys(word).search),
  ];
  return [...new Set(lines)].join('\n');
}

function thingWord(things: Readonly<Record<string, string>> & { readonly other: string }, table: string): string {
  return things[table] ?? things.other;
}
