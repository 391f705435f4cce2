import { useTranslation } from 'react-i18next';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { MenuButton } from '../../../ui/menu-button.tsx';
import type { GridColumn } from '../../../ui/grid-types.ts';
import { blockerName, choiceWord, chosenInLine } from './choice-words.ts';
import type { Words } from './field-words.ts';
import { insteadOfKind, isUnsent, outReason, whatHappens } from './fixed-words.ts';
import { kindColumn } from './kind-mark.tsx';
import { recordColumns, ROOM_FOR_WHO, toldCell } from './record-columns.tsx';
import { canKeepBoth, recordText } from './what-changes.ts';
import { whoWhen } from './when-words.ts';

/** What can be chosen for a conflict in its line. */
export type QuickChoice = 'local' | 'server' | 'both' | 'skip' | 'reset' | 'open';

/** The columns of the list. `onChoose` is called with a choice made in the line; null where nothing can be decided. */
export function changeColumns(
  words: Words,
  purpose: PlanSummary['purpose'],
  onChoose: ((row: PlanRowItem, choice: QuickChoice) => void) | null,
): readonly GridColumn<PlanRowItem>[] {
  const { t } = words;
  // Who made a change says nothing of taking it back.
  const isWhoTold = purpose !== 'undo';
  const who = (row: PlanRowItem): string =>
    whoWhen(purpose === 'replace' && isUnsent(row) ? { ...row, direction: 'up' } : row, words);
  const columns: readonly GridColumn<PlanRowItem>[] = [
    kindColumn<PlanRowItem>(words, '100px', (row) => ({ ...row, instead: insteadOfKind(row, purpose) })),
    ...recordColumns<PlanRowItem>(
      words,
      (row) => ({ text: recordText(row, words), struck: row.kind === 'delete' && outReason(row) === null }),
      (row) => whatHappens(row, purpose, words),
      isWhoTold ? who : null,
    ),
    {
      id: 'when',
      header: t('sync:column.when'),
      width: 'minmax(122px, 1fr)',
      from: ROOM_FOR_WHO,
      sortable: true,
      cell: who,
      look: toldCell,
    },
    {
      id: 'decision',
      header: t('sync:column.decision'),
      width: '112px',
      from: 380,
      cell: (row) => {
        if (row.kind !== 'conflict') return outcomeText(row, words, purpose);
        if (onChoose === null) return choiceWord(row, words);
        return <Decision row={row} record={recordText(row, words)} onChoose={(choice) => onChoose(row, choice)} />;
      },
      look: (row) => (row.kind === 'conflict' && onChoose !== null ? undefined : toldCell()),
    },
  ];
  return isWhoTold ? columns : columns.filter(({ id }) => id !== 'when');
}

/** What will be done with a conflict, in a word, and the other choices. */
function Decision(props: {
  readonly row: PlanRowItem;
  /** What the row is about, as its line says it. */
  readonly record: string;
  readonly onChoose: (choice: QuickChoice) => void;
}) {
  const { t } = useTranslation();
  const { row, onChoose } = props;
  const chosen = chosenInLine(row);
  const shown = choiceWord(row, { t });
  const choices: readonly QuickChoice[] = [
    ...(row.conflict === 'same-identity' ? [] : (['local', 'server'] as const)),
    ...(canKeepBoth(row) || row.conflict === 'same-identity' ? (['both'] as const) : []),
    'skip',
    ...(row.choice === null ? [] : (['reset'] as const)),
    'open',
  ];
  return (
    <MenuButton
      inCell
      label={t('sync:decision.label', { record: props.record })}
      shown={shown}
      // What is decided already is not decided once more.
      items={choices.map((key) => ({ key, label: t(`sync:decision.menu.${key}`), disabled: key === chosen }))}
      selected={choices.find((key) => key === chosen) ?? null}
      onSelect={onChoose}
    />
  );
}

/** The same as `decisionWord` says, and for what a change waits that does. */
export function outcomeText(
  row: Parameters<typeof decisionWord>[0],
  { t }: Pick<Words, 't'>,
  purpose: PlanSummary['purpose'] = 'sync',
): string {
  const word = decisionWord(row, purpose);
  const record = word === 'sync:decision.blocked' ? blockerName(row) : null;
  return record === null ? t(word) : t('sync:decision.blockedBy', { record });
}

/** The word for what a run does with a change that asks nothing, by what its list is for. */
export function decisionWord(
  row: Pick<PlanRowItem, 'included' | 'blockedBy' | 'refused' | 'choice' | 'direction' | 'left' | 'fields'>,
  purpose: PlanSummary['purpose'] = 'sync',
) {
  const out = outReason(row);
  if (out !== null) return `sync:leftReason.${out}` as const;
  if (row.included && purpose === 'replace' && isUnsent(row)) return 'sync:decision.dropped';
  if (row.included && purpose !== 'sync') return `sync:decision.${purpose}` as const;
  if (row.included) return `sync:decision.${row.direction === 'both' ? 'merged' : row.direction}` as const;
  if (row.left === 'server-rule') return 'sync:decision.serverRule';
  if (row.refused !== null) return 'sync:decision.refused';
  if (row.blockedBy !== null) return 'sync:decision.blocked';
  return row.choice === 'skip' ? 'sync:decision.skip' : 'sync:decision.out';
}
