import { Checkbox } from 'antd';
import type { GridColumn, GridMarks, GridSelection } from './grid-types.ts';
import styles from './grid.module.css';

/** One row of a grid, at its place in the scroll. A row whose page is still being read is a quiet bar. */
export function GridRow<Row>(props: {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly columns: readonly GridColumn<Row>[];
  readonly row: Row | undefined;
  readonly rowKey: string | undefined;
  readonly kind: ((row: Row) => string | undefined) | undefined;
  /** The cell the keyboard is on, −1 for the row as a whole, null when it is on another row. */
  readonly active: number | null;
  readonly current: boolean;
  readonly selection: GridSelection | undefined;
  readonly marks: GridMarks | undefined;
  readonly clickable: boolean;
  readonly selectLabel: string;
}) {
  const { row, selection, marks, index } = props;
  const ticked = selection?.isSelected(index) ?? false;
  const selected = marks === undefined ? ticked : marks.isMarked(index);
  const offset = selection === undefined ? 1 : 2;
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selection === undefined && marks === undefined ? undefined : selected}
      aria-current={props.current ? 'true' : undefined}
      aria-busy={row === undefined}
      className={styles['row']}
      data-index={index}
      data-key={props.rowKey}
      data-active={props.active === -1}
      data-kind={row === undefined ? undefined : props.kind?.(row)}
      data-clickable={props.clickable}
      style={{ height: props.height, transform: `translateY(${props.top}px)` }}
    >
      {selection !== undefined && (
        <div role="gridcell" aria-colindex={1} className={styles['cell']}>
          <Checkbox
            checked={ticked}
            disabled={row === undefined || selection.canSelect?.(index) === false}
            tabIndex={-1}
            aria-label={props.selectLabel}
            onChange={() => selection.onToggle(index)}
          />
        </div>
      )}
      {props.columns.map((column, place) => (
        <div
          key={column.id}
          id={`${props.id}-${place}`}
          role="gridcell"
          aria-colindex={place + offset}
          className={styles['cell']}
          data-align={column.align}
          data-active={props.active === place}
        >
          {row === undefined ? <span className={styles['bar']} /> : column.cell(row, index)}
        </div>
      ))}
    </div>
  );
}
