import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { valueText, visibleFields, type Words } from './field-words.ts';
import { runRowPieces } from '../run-row-words.ts';
import { whatChanges, type Piece } from './what-changes.ts';

const outReasons = [
  'changed-since',
  'no-inverse',
  'already-there',
  'stays-void',
  'erasure-waits',
  'erasure-refused',
  'joined',
  'erased',
  'new-child',
] as const;

/** Why a row takes no part, whatever is ticked; null where it can. */
export function outReason(row: Pick<PlanRowItem, 'left'>): (typeof outReasons)[number] | null {
  return outReasons.find((reason) => reason === row.left) ?? null;
}

/** What a row of a list that takes a run back says in the place of its kind: points it ends are undone, not added, and what stays is neither. */
export function insteadOfKind(
  row: Pick<PlanRowItem, 'left' | 'voids'>,
  purpose: PlanSummary['purpose'],
): 'stays' | 'undone' | null {
  if (purpose === 'sync') return null;
  if (outReason(row) !== null) return 'stays';
  return purpose === 'undo' && row.voids !== null ? 'undone' : null;
}

/** The sentence that opens the detail of a row of a list nobody decides: what a run did is taken back, or this PC becomes what the server is. */
export function fixedSentence(
  row: Pick<PlanRowItem, 'left' | 'direction' | 'fields'>,
  purpose: Exclude<PlanSummary['purpose'], 'sync'>,
  { t }: Words,
): string {
  const out = outReason(row);
  if (out !== null) return t(`sync:undo.stays.${out}`);
  if (purpose === 'undo') return t(`sync:undo.row.${row.direction}`);
  return t(isUnsent(row) ? 'sync:replace.unsent' : 'sync:replace.fetched');
}

/** Whether a row holds a change of this PC that no server ever got. */
export function isUnsent(row: Pick<PlanRowItem, 'fields'>): boolean {
  return row.fields.some((field) => field.local !== field.base);
}

/** More values than this are left to the detail. */
const longest = 3;

/**
 * What happens to a row, short enough for a line, by what its list is for: a new record that is dropped is told by what it holds, a row of which the two sides
 * become something else by each of them, and one that stays by the reason.
 */
export function whatHappens(row: PlanRowItem, purpose: PlanSummary['purpose'], words: Words): readonly Piece[] {
  if (purpose === 'undo') return takenBack(row, words);
  if (purpose !== 'replace' || row.kind !== 'delete' || !isUnsent(row)) return whatChanges(row, words);
  const held = visibleFields(row.fields)
    .filter((field) => field.local !== null && field.local !== '' && !field.name.endsWith('_id'))
    .slice(0, longest);
  const values = held.map((field) => valueText(row, field, 'local', words)).join(' · ');
  return [
    { kind: 'old', text: values },
    { kind: 'plain', text: `${values === '' ? '' : ' '}${words.t('sync:replace.neverSent')}` },
  ];
}

function takenBack(row: PlanRowItem, words: Words): readonly Piece[] {
  const { t } = words;
  const out = outReason(row);
  if (out !== null) return [{ kind: 'plain', text: t(`sync:undo.stays.${out}`) }];
  if (row.sides !== null)
    return (['up', 'down'] as const).flatMap((side): readonly Piece[] => [
      { kind: 'plain', text: words.format.lead(t(`sync:undo.side.${side}`)) },
      ...sidePieces(row, side, words),
      { kind: 'plain', text: side === 'up' ? words.format.lead(t('sync:undo.side.end')) : '' },
    ]);
  return goesHere(row) ? [{ kind: 'plain', text: t('sync:undo.goesHere') }] : whatChanges(row, words);
}

/** What happens to a row on one side. */
export function sidePieces(
  { table, key, sides }: Pick<PlanRowItem, 'table' | 'key' | 'sides'>,
  side: 'up' | 'down',
  words: Words,
): readonly Piece[] {
  return sides === null ? [] : runRowPieces({ table, key, ...sides[side] }, words);
}

/** Whether a record goes from this PC because the pull that brought it is taken back: the server keeps it. */
function goesHere({ kind, direction, fields }: Pick<PlanRowItem, 'kind' | 'direction' | 'fields'>): boolean {
  const hidden = fields.some(({ name, result }) => name === 'deleted_at' && result !== null);
  return kind === 'delete' && direction === 'down' && !hidden;
}
