import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import type { GridColumn } from '../../../ui/grid-types.ts';
import type { Words } from './field-words.ts';
import { isDecided, isErasure } from './what-changes.ts';
import styles from './kind-mark.module.css';

/** What a change is called, on the screen and on paper. */
export function kindWord(row: Pick<PlanRowItem, 'table' | 'kind' | 'choice' | 'restored'>) {
  if (isErasure(row)) return 'erased';
  if (row.kind === 'conflict' && isDecided(row)) return 'settled';
  return row.kind === 'add' && row.restored ? 'restored' : row.kind;
}

/** What tells the kind of a change. */
export interface Kind extends Pick<PlanRowItem, 'table' | 'kind' | 'direction' | 'choice' | 'restored'> {
  /** What the row says of itself instead, where the list takes something back, or a past run only kept what is here. */
  readonly instead?: 'stays' | 'undone' | 'kept' | null;
}

function signs({ instead = null, ...row }: Kind) {
  const isStill = instead === 'stays' || instead === 'kept';
  const kind = isStill ? 'stays' : instead === 'undone' || isErasure(row) ? 'delete' : row.kind;
  const word = instead ?? kindWord(row);
  const still = isStill || (kind === 'conflict' && word !== 'settled');
  return { kind, word, isStill, arrow: still ? undefined : row.direction } as const;
}

/** The column of the kind of a change: icon, word and arrow; the edge of the row is the fourth sign. What stands in every line is as few elements as can be: icon and arrow are drawn by the style sheet, which says the arrow in words to those who hear the list. */
export function kindColumn<Row>({ t }: Pick<Words, 't'>, width: string, kindOf: (row: Row) => Kind): GridColumn<Row> {
  return {
    id: 'change',
    header: t('sync:column.change'),
    width,
    sortable: true,
    // The space stands between the word and what is said of the arrow.
    cell: (row) => `${t(`sync:kind.${signs(kindOf(row)).word}`)} `,
    look: (row) => {
      const told = kindOf(row);
      const { kind, isStill, arrow } = signs(told);
      return {
        className: styles['kind'],
        title: null,
        data: {
          'data-kind': kind,
          'data-arrow': arrow,
          'data-direction': isStill ? undefined : t(`sync:direction.${told.direction}`),
        },
      };
    },
  };
}
