import { Radio } from 'antd';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { ChoiceActions } from './choice-actions.tsx';
import { sideAnswer } from './detail-words.ts';
import { FieldTable, Origins, Unchanged } from './detail-table.tsx';
import { fieldWord, valueText, type Words } from './field-words.ts';
import { useHalfMade } from './half-made.ts';
import type { RowProps } from './row-props.ts';
import { deletedHere, isDeletionAsked } from './what-changes.ts';
import styles from './detail.module.css';

type Side = 'local' | 'server';

/** A question about the whole record: restore it or keep it deleted; whose version holds. Points are kept either way. */
export function SideChoices(props: RowProps) {
  const { store, row, words, canEdit } = props;
  const { t } = words;
  const made = row.choice === 'local' || row.choice === 'server' ? row.choice : null;
  const [{ side }, setHalf] = useHalfMade(store, row, { kind: 'side', side: made });
  const options = optionsOf(row, words);
  const target = { ordinals: [row.ordinal] };
  return (
    <>
      <div className={styles['question']}>
        <Radio.Group
          className={styles['options'] ?? ''}
          aria-label={t('sync:detail.whatToDo')}
          disabled={!canEdit}
          value={side}
          onChange={(event) => setHalf({ kind: 'side', side: event.target.value as Side })}
        >
          {options.map((option) => (
            <Radio key={option.side} value={option.side} className={styles['option'] ?? ''}>
              <span className={styles['optionLine']}>
                <strong>{option.label}</strong>
              </span>
              <small>{option.hint}</small>
            </Radio>
          ))}
        </Radio.Group>
      </div>
      {row.conflict === 'parent-deleted' && (
        <p className={styles['quiet']}>{t('sync:detail.keptEitherWay', { count: row.newChildren })}</p>
      )}
      <details className={styles['fold']}>
        <summary>{t('sync:detail.allFields')}</summary>
        <FieldTable row={row} words={words} />
      </details>
      <Unchanged row={row} words={words} />
      <Origins row={row} words={words} />
      <ChoiceActions
        store={store}
        row={row}
        canEdit={canEdit}
        missing={t('sync:detail.pickFirst')}
        used={side !== null && side === made}
        onUse={side === null ? null : () => void store.decide({ target, choice: side })}
      />
    </>
  );
}

/** The two ways out in words; the live record first, because restoring loses nothing. */
function optionsOf(
  row: PlanRowItem,
  words: Words,
): readonly { readonly side: Side; readonly label: string; readonly hint: string }[] {
  const { t } = words;
  if (!isDeletionAsked(row)) {
    const said = (side: Side): string =>
      words.format.series(
        row.fields
          .filter(({ clash }) => clash)
          .map((field) => `${fieldWord(field.name, t, row.table)} ${valueText(row, field, side, words)}`),
      );
    return (['local', 'server'] as const).map((side) => ({
      side,
      label: words.format.labelled(t(`sync:side.${side}`), said(side)),
      hint: t(`sync:detail.keepSide.${side}`),
    }));
  }
  const gone = deletedHere(row) ? 'local' : 'server';
  const live = gone === 'local' ? 'server' : 'local';
  return [
    {
      side: live,
      label: sideAnswer(row, live, words),
      hint: t(`sync:detail.restoreHint.${live}`),
    },
    { side: gone, label: sideAnswer(row, gone, words), hint: t(`sync:detail.keepDeletedHint.${gone}`) },
  ];
}
