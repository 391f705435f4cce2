import type { GridColumn, GridSelection, GridSort } from './grid-types.ts';
import { Icon } from './icon.tsx';
import { TickBox } from './tick-box.tsx';
import styles from './grid.module.css';

/** The head row of a grid: names of columns, sorting, the box for all. */
export function GridHead<Row>(props: {
  readonly base: string;
  readonly columns: readonly GridColumn<Row>[];
  /** The column the keyboard is on, −1 when it is elsewhere. */
  readonly active: number;
  readonly selection: GridSelection | undefined;
  readonly sort: GridSort | null;
  readonly onSort: ((columnId: string) => void) | undefined;
  readonly allLabel: string;
}) {
  const { selection, sort } = props;
  const offset = selection === undefined ? 1 : 2;
  return (
    <div role="rowgroup" className={styles['head']}>
      <div role="row" aria-rowindex={1} className={styles['headRow']}>
        {selection !== undefined && (
          <div role="columnheader" aria-colindex={1} className={styles['cell']}>
            <TickBox
              state={selection.state}
              label={props.allLabel}
              disabled={selection.disabled === true}
              onChange={selection.onAll}
            />
          </div>
        )}
        {props.columns.map((column, index) => {
          const sorted = sort !== null && sort.by === column.id;
          return (
            <div
              key={column.id}
              id={`${props.base}-head-${index}`}
              role="columnheader"
              aria-colindex={index + offset}
              aria-sort={!sorted ? undefined : sort.descending ? 'descending' : 'ascending'}
              className={styles['cell']}
              data-align={column.align}
              data-active={props.active === index}
            >
              {column.sortable === true && props.onSort !== undefined ? (
                <button
                  type="button"
                  tabIndex={-1}
                  className={styles['sort']}
                  onClick={() => props.onSort?.(column.id)}
                >
                  {column.header}
                  {sorted && <Icon name={sort.descending ? 'caret-down' : 'caret-up'} />}
                </button>
              ) : (
                column.header
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
