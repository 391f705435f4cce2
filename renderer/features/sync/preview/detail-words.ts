import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { fieldWord, isShown, visibleFields, type Words } from './field-words.ts';
import {
  byTimeFields,
  claimOf,
  deletedHere,
  isDeletionAsked,
  isErasure,
  newerSide,
  recordText,
} from './what-changes.ts';

/** The sentence that opens the detail of a row: what happened, in words, and what the app has settled by itself. */
export function detailSentence(row: PlanRowItem, words: Words): string {
  const { t, format } = words;
  const other = format.beforeWords(row.by.server ?? t('sync:who.another'));
  const record = recordText(row, words);
  const when = (side: 'local' | 'server'): string => {
    const at = row.times[side];
    return at === null ? t('sync:detail.sometime') : format.when(at);
  };
  if (row.reason === 'file-restored') return unsentInCopy(row, words, when('local'));
  switch (row.conflict) {
    case 'both-updated':
    case 'both-added':
      return bothChanged(row, words);
    case 'updated-here-deleted-there':
      return t('sync:detail.changedHereDeletedThere', {
        fields: touched(row, 'local', words),
        other,
        record,
        when: when('server'),
      });
    case 'deleted-here-updated-there':
      if (row.reason === 'server-restored')
        return t('sync:detail.deletedHereAgainThere', { record, when: when('local') });
      return t('sync:detail.deletedHereChangedThere', {
        fields: touched(row, 'server', words),
        other,
        record,
        when: when('local'),
      });
    case 'parent-deleted':
      return t(deletedHere(row) ? 'sync:detail.deletedHereNewThere' : 'sync:detail.deletedThereNewHere', {
        count: row.newChildren,
        other,
        record,
      });
    case 'same-identity':
      return t(row.other === null ? 'sync:detail.claimed' : 'sync:detail.claimedBy', {
        record: row.label,
        other: row.other ?? '',
        field: fieldWord(claimOf(row)?.field ?? '', t, row.table),
        value: claimOf(row)?.value ?? '',
      });
    case 'integrity':
      return t('sync:detail.integrity');
    case null: {
      const newer = newerSide(row);
      if (newer !== null) return byTime(row, `sync:detail.newer.${newer}`, words);
      if (byTimeFields(row).length > 0) return byTime(row, 'sync:detail.overruled', words);
      if (isErasure(row)) return t(`sync:detail.erased.${row.direction}`);
      return t(`sync:detail.${row.kind === 'conflict' ? 'update' : row.kind}.${row.direction}`);
    }
  }
}

/** What lay unsent in a file that was copied or put back: what was done here, and why nobody can tell whether it counts. */
function unsentInCopy(row: PlanRowItem, words: Words, when: string): string {
  const { t, format } = words;
  const record = recordText(row, words);
  const done =
    row.conflict === 'deleted-here-updated-there'
      ? t('sync:detail.copied.deleted', { record, when })
      : row.conflict === 'updated-here-deleted-there'
        ? t('sync:detail.copied.added', { record, when })
        : t('sync:detail.copied.changed', { fields: touched(row, 'local', words), when });
  return format.sentences(done, t('sync:detail.copied.why'));
}

/** Both sides changed the same, and nothing asks: which side's counts (`counts`), and where the other one goes. */
function byTime(
  row: PlanRowItem,
  counts: 'sync:detail.newer.local' | 'sync:detail.newer.server' | 'sync:detail.overruled',
  { t, format }: Words,
): string {
  const settled = byTimeFields(row);
  const names = format.list(settled.map((field) => fieldWord(field.name, t, row.table)));
  return format.sentences(t('sync:detail.bothChanged', { fields: names, count: settled.length }), t(counts));
}

/** The fields of a question that ask nothing. What was the same when both sides first met was not merged. */
export function mergedFields(row: Pick<PlanRowItem, 'fields' | 'conflict'>): PlanRowItem['fields'] {
  const met = row.conflict === 'both-added';
  return row.fields.filter(({ name, clash, local, server }) => !clash && isShown(name) && !(met && local === server));
}

function bothChanged(row: PlanRowItem, words: Words): string {
  const { t, format } = words;
  const names = (fields: PlanRowItem['fields']): string =>
    format.list(visibleFields(fields).map((field) => fieldWord(field.name, t, row.table)));
  const clashing = row.fields.filter((field) => field.clash);
  const merged = mergedFields(row);
  const differ = row.conflict === 'both-added' ? 'sync:detail.bothDiffer' : 'sync:detail.bothChanged';
  const asked = t(differ, { fields: names(clashing), count: clashing.length });
  const count = merged.length;
  return format.sentences(asked, count === 0 ? null : t('sync:detail.merged', { fields: names(merged), count }));
}

/** The fields one side changed, for a sentence; the deletion itself is not among them. */
function touched(row: PlanRowItem, side: 'local' | 'server', { t, format }: Words): string {
  const fields = row.fields.filter((field) => field[side] !== field.base && !field.name.startsWith('deleted_'));
  return format.list(visibleFields(fields).map((field) => fieldWord(field.name, t, row.table)));
}

/** A side as an answer: whose values hold or, where the record is deleted on the other one, what becomes of it. */
export function sideAnswer(row: PlanRowItem, side: 'local' | 'server', words: Words): string {
  const { t } = words;
  if (!isDeletionAsked(row)) return t(`sync:side.${side}`);
  return (side === 'local') === deletedHere(row)
    ? t('sync:detail.keepDeleted')
    : t('sync:detail.restore', { record: recordText(row, words) });
}

/** Why a side is recommended, where the engine says so, or why nobody can tell which is newer; null where there is nothing to say. */
export function recommendation(row: PlanRowItem, words: Words): string | null {
  const { t } = words;
  if (row.recommended === null) {
    // Of two records that were made one there is no side to name.
    if (row.reason === 'decided-before') return t('sync:reason.made-one-before');
    return row.reason === 'clock-unknown' || row.reason === 'clocks-overlap' ? t(`sync:reason.${row.reason}`) : null;
  }
  const side = sideAnswer(row, row.recommended === 'local' ? 'local' : 'server', words);
  const known = [
    'newer',
    'restore-keeps-points',
    'policy-server',
    'policy-local',
    'integrity-local',
    'server-restored',
    'decided-before',
  ] as const;
  const reason = known.find((candidate) => candidate === row.reason);
  return t('sync:detail.recommended', { side, reason: reason === undefined ? '' : t(`sync:reason.${reason}`) });
}
