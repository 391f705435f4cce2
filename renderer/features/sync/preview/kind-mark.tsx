import { useTranslation } from 'react-i18next';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { isDecided, isErasure } from './what-changes.ts';
import styles from './kind-mark.module.css';

/** What a change is called, on the screen and on paper. */
export function kindWord(row: Pick<PlanRowItem, 'table' | 'kind' | 'choice' | 'restored'>) {
  if (isErasure(row)) return 'erased';
  if (row.kind === 'conflict' && isDecided(row)) return 'settled';
  return row.kind === 'add' && row.restored ? 'restored' : row.kind;
}

/** The kind of a change: icon, word and arrow; the edge of the row is the fourth sign. What stands in every line is as few elements as can be: icon and arrow are drawn by the style sheet. */
export function KindMark(props: {
  readonly row: Pick<PlanRowItem, 'table' | 'kind' | 'direction' | 'choice' | 'restored'>;
  /** What the row says of itself instead, where the list takes something back, or a past run only kept what is here. */
  readonly instead?: 'stays' | 'undone' | 'kept' | null;
}) {
  const { t } = useTranslation();
  const { direction } = props.row;
  const { instead = null } = props;
  const isStill = instead === 'stays' || instead === 'kept';
  const kind = isStill ? 'stays' : instead === 'undone' || isErasure(props.row) ? 'delete' : props.row.kind;
  const word = instead ?? kindWord(props.row);
  const still = isStill || (kind === 'conflict' && word !== 'settled');
  return (
    <span className={styles['kind']} data-kind={kind} data-arrow={still ? undefined : direction}>
      {t(`sync:kind.${word}`)} {!isStill && <span className="visually-hidden">{t(`sync:direction.${direction}`)}</span>}
    </span>
  );
}
