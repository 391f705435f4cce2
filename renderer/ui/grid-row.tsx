import { memo, type JSX } from 'react';
import type { GridColumn } from './grid-types.ts';
import { TickBox } from './tick-box.tsx';
import styles from './grid.module.css';

/** What a row of a grid is drawn from. Nothing in it is another one as long as the row looks the same. */
export interface GridRowProps<Row> {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly columns: readonly GridColumn<Row>[];
  readonly row: Row | undefined;
  readonly rowKey: string | undefined;
  readonly kind: string | undefined;
  /** The cell the keyboard is on, −1 for the row as a whole, null when it is on another row. */
  readonly active: number | null;
  readonly current: boolean;
  /** Its box; null in a grid without boxes. */
  readonly ticked: boolean | null;
  readonly canTick: boolean;
  /** Whether it is chosen; undefined in a grid where nothing can be. */
  readonly selected: boolean | undefined;
  readonly clickable: boolean;
  readonly selectLabel: string;
  readonly onTick: (index: number) => void;
}

function DrawnRow<Row>(props: GridRowProps<Row>) {
  const { row, index, ticked } = props;
  const offset = ticked === null ? 1 : 2;
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.selected}
      aria-current={props.current ? 'true' : undefined}
      aria-busy={row === undefined}
      className={styles['row']}
      data-index={index}
      data-key={props.rowKey}
      data-active={props.active === -1}
      data-kind={props.kind}
      data-clickable={props.clickable}
      style={{ height: props.height, transform: `translateY(${props.top}px)` }}
    >
      {ticked !== null && (
        <div role="gridcell" aria-colindex={1} className={styles['cell']}>
          <TickBox
            state={ticked ? 'all' : 'none'}
            label={props.selectLabel}
            disabled={row === undefined || !props.canTick}
            onChange={() => props.onTick(index)}
          />
        </div>
      )}
      {props.columns.map((column, place) => {
        const content = row === undefined ? <span className={styles['bar']} /> : column.cell(row, index);
        const look = row === undefined ? undefined : column.look?.(row);
        const isWords = look !== undefined || typeof content === 'string';
        return (
          <div
            key={column.id}
            id={`${props.id}-${place}`}
            role="gridcell"
            aria-colindex={place + offset}
            className={look?.className === undefined ? styles['cell'] : `${styles['cell']} ${look.className}`}
            // What does not fit is cut off, and told by the mouse.
            title={(look?.title === undefined && typeof content === 'string' ? content : look?.title) ?? undefined}
            {...look?.data}
            data-words={isWords || undefined}
            data-align={column.align}
            data-active={props.active === place}
          >
            {content}
          </div>
        );
      })}
    </div>
  );
}

/** One row of a grid, at its place in the scroll; drawn again only when something of it has changed. A row whose page is still being read is a quiet bar. */
export const GridRow = memo(DrawnRow) as <Row>(props: GridRowProps<Row>) => JSX.Element;
