import type { RunRowItem } from '../../../shared/contract/run.ts';
import { clippedText, visibleText } from '../../../shared/model/visible-text.ts';
import { shownCategory, shownReason } from '../../../shared/text/shown-reason.ts';
import { cellText, fieldWord, visibleFields, type Words } from './preview/field-words.ts';
import { deletedText, type Piece } from './preview/what-changes.ts';

type RunRow = RunRowItem;

/** A field a run changed, with its value before and after as people read it. */
interface RunField {
  readonly name: string;
  readonly word: string;
  /** Null where there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

type Told = Pick<RunRow, 'table' | 'op' | 'before' | 'after' | 'key' | 'names'>;

/** The fields a run changed in a row; references whose record is not known any more are left out, as their ids say nothing. */
export function runFields(row: Told, words: Words): readonly RunField[] {
  const names = new Set([...Object.keys(row.before ?? {}), ...Object.keys(row.after ?? {})]);
  const cell = (side: 'before' | 'after', name: string): string | null => shownCell(row, row[side], name, words);
  const changed = [...names].filter(
    (name) =>
      !Object.hasOwn(row.key, name) &&
      (!name.endsWith('_id') || isKnown(row, name)) &&
      cell('before', name) !== cell('after', name),
  );
  const fields = changed.map((name) => ({
    name,
    base: null,
    local: null,
    server: cell('before', name),
    result: cell('after', name),
    clash: false,
  }));
  return visibleFields(fields).map(({ name, server, result }) => ({
    name,
    word: fieldWord(name, words.t, row.table),
    before: row.before === null ? null : cellText(name, server, row.names[name]?.before ?? null, words),
    after: row.after === null ? null : cellText(name, result, row.names[name]?.after ?? null, words),
  }));
}

/** Whether both records a reference pointed to are known by a name. */
function isKnown({ before, after, names }: Told, name: string): boolean {
  const known = names[name];
  if (known === undefined) return false;
  return (
    ((before?.[name] ?? null) === null || known.before !== null) &&
    ((after?.[name] ?? null) === null || known.after !== null)
  );
}

/** A cell of a row; what the app made by itself, and points without a reason, speak the reader's language. */
function shownCell(
  { table, key }: Pick<Told, 'table' | 'key'>,
  row: Told['after'],
  name: string,
  words: Words,
): string | null {
  const cell = row?.[name] ?? null;
  if (row === null || cell === null) return null;
  if (table === 'reason' && name === 'category') return shownCategory(words, row['built_in'] === 'true', cell);
  if (table === 'reason' && name === 'text') return shownReason(words, key['id'] ?? null, cell);
  if (table === 'score_event' && name === 'text') return shownReason(words, row['reason_id'] ?? null, cell);
  return cell;
}

/** Whether a run brought back a record that had been there before. */
export function isRestored({ op, before }: Pick<RunRow, 'op' | 'before'>): boolean {
  return op === 'add' && before !== null;
}

/** Points that were given, as the list of changes says it. */
function givenPieces(row: Told, words: Words): readonly Piece[] {
  const cell = (name: string): string | null => shownCell(row, row.after, name, words);
  const said = [cell('text'), cell('note')].filter((text) => text !== null).join(' · ');
  const text = words.most === undefined ? visibleText(said) : clippedText(visibleText(said), words.most);
  return [
    { kind: 'strong', text: cellText('delta', cell('delta'), null, words) },
    { kind: 'plain', text: ` ${text}` },
  ];
}

/** What a run did to a row, short enough for a line of a list. */
export function runRowPieces(row: Told, words: Words): readonly Piece[] {
  if (row.op === 'delete') return [{ kind: 'plain', text: deletedText(row.table, words) }];
  const back = isRestored(row);
  // When and where points were undone stands beside it; that they are is what happened.
  if (row.table === 'score_void' && row.op === 'add') return [{ kind: 'plain', text: words.t('sync:what.voided') }];
  if (row.table === 'score_event' && row.op === 'add' && !back && row.after !== null) return givenPieces(row, words);
  const shown = runFields(row, words).filter(({ name }) => !back || name !== 'deleted_at');
  if (back && shown.length === 0) return [{ kind: 'plain', text: words.t('sync:what.restored') }];
  const comma = words.format.series(['', '']);
  return shown.slice(0, 3).flatMap(({ word, before, after }, index): readonly Piece[] => [
    {
      kind: 'plain',
      text: `${index === 0 ? (back ? `${words.t('sync:what.restored')}${comma}` : '') : comma}${word} `,
    },
    ...(row.before === null || before === null
      ? []
      : ([
          { kind: 'old', text: before },
          { kind: 'plain', text: ' → ' },
        ] as const)),
    { kind: 'plain', text: after ?? '' },
  ]);
}
