import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { useFormat } from '../../../format.ts';
import { setQuery } from '../../../router.ts';
import type { Category } from './categories.ts';
import type { ChangeFilter } from './change-filter.ts';
import { matrixFilter, matrixOf, type MatrixColumn } from './matrix-counts.ts';
import styles from './summary.module.css';

/** How many changes of which kind go where. Every number is a button that shows just those; pressing it again shows all. */
export const MatrixPanel = memo(function MatrixPanel(props: {
  readonly summary: PlanSummary['summary'];
  readonly filter: ChangeFilter;
  /** How many conflicts of each table wait for a person; null where the list can hold none. */
  readonly questions: PlanSummary['questions'] | null;
  /** Whether the list takes a run back: what it adds are entries that undo points, and rows that come back. */
  readonly takesBack?: boolean;
}) {
  const { t } = useTranslation();
  const { columns, lines } = matrixOf(props.summary, props.questions);
  const groups = (['up', 'down', 'both'] as const).map((direction) => ({
    direction,
    span: columns.filter((column) => column.direction === direction).length,
    asks: columns.some((column) => column.direction === direction && column.kind === 'conflict'),
    onlyAsks: columns.every((column) => column.direction !== direction || isQuestion(column)),
  }));
  return (
    <section className={styles['matrix']} aria-label={t('sync:matrix.label')}>
      <table>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              <span className="visually-hidden">{t('sync:matrix.category')}</span>
            </th>
            {groups
              .filter(({ span }) => span > 0)
              .map(({ direction, span, asks, onlyAsks }) => (
                <th key={direction} scope="colgroup" colSpan={span}>
                  {t(direction === 'both' && (!onlyAsks || !asks) ? 'sync:direction.both' : `sync:matrix.${direction}`)}
                </th>
              ))}
          </tr>
          <tr>
            {columns.map((column) => (
              <th key={keyOf(column)} scope="col">
                {props.takesBack === true && column.kind === 'add'
                  ? t('sync:matrix.kind.undone')
                  : t(headOf(column, props.questions !== null))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.category}>
              <th scope="row">{t(`sync:category.${line.category}`)}</th>
              {columns.map((column, place) => (
                <td key={keyOf(column)} data-empty={line.counts[place] === 0}>
                  <Count
                    category={line.category}
                    column={column}
                    count={line.counts[place] ?? 0}
                    filter={props.filter}
                    asks={props.questions !== null}
                    takesBack={props.takesBack === true}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
});

function isQuestion({ kind, decided }: MatrixColumn): boolean {
  return kind === 'conflict' && decided !== true;
}

function keyOf({ direction, kind, decided }: MatrixColumn): string {
  return `${direction} ${kind} ${decided === true ? 'decided' : ''}`;
}

/** The text over a column. */
function headOf({ direction, kind, decided }: MatrixColumn, asks: boolean) {
  if (decided === true) return 'sync:matrix.decided' as const;
  if (direction === 'both' && kind === 'update' && asks) return 'sync:matrix.merged' as const;
  return `sync:matrix.kind.${kind}` as const;
}

/** What a number counts, for those who hear it and where there is no room for the text over its column. */
function wordsOf(column: MatrixColumn, list: { readonly asks: boolean; readonly takesBack: boolean }) {
  const { direction, kind, decided } = column;
  if (list.takesBack && kind === 'add') return `sync:matrix.undone.${direction}` as const;
  if (decided === true) return 'sync:matrix.count.both.decided' as const;
  // Only where something is asked are changes of both sides merged.
  if (direction === 'both' && kind === 'update' && !list.asks) return 'sync:matrix.changedBoth' as const;
  return `sync:matrix.count.${direction}.${kind}` as const;
}

function Count(props: {
  readonly category: Category;
  readonly column: MatrixColumn;
  readonly count: number;
  readonly filter: ChangeFilter;
  readonly asks: boolean;
  readonly takesBack: boolean;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { category, column, count, filter } = props;
  if (count === 0) return '–';
  const wanted = matrixFilter(category, column);
  const pressed =
    filter.category === category &&
    filter.kind === wanted.kind &&
    (filter.direction ?? '') === wanted.direction &&
    filter.unresolved === (wanted.unresolved === '1') &&
    (filter.chosen ?? '') === wanted.chosen;
  const words = t(wordsOf(column, props), { count });
  const show = (): void =>
    setQuery(
      pressed
        ? { table: null, kind: null, direction: null, unresolved: null, chosen: null }
        : { ...wanted, unresolved: wanted.unresolved || null, chosen: wanted.chosen || null, q: null },
    );
  return (
    <button
      type="button"
      className={styles['count']}
      // Points that end are among what is counted here and rows that come back: two kinds, and so the colour of none.
      data-kind={props.takesBack && column.kind === 'add' ? 'undone' : column.kind}
      data-words={words}
      aria-pressed={pressed}
      aria-label={t('sync:matrix.button', { count, category: t(`sync:category.${category}`), words })}
      onClick={show}
    >
      {format.number(count)}
    </button>
  );
}
