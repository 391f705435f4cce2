import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../use-latest.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { GridSectionRow } from './grid-section-row.tsx';
import type { GridProps } from './grid-types.ts';
import { headHeight, useGrid, type GridWork } from './use-grid.ts';
import styles from './grid.module.css';

/**
 * A list of any length as an ARIA grid: one tab stop, arrows, Page Up and Down, Home and End, Space selects, Enter opens.
 *
 * Only the rows on the screen are in the document. The focus stays on the grid itself and `aria-activedescendant` names the row or cell.
 */
export function Grid<Row>(props: GridProps<Row>) {
  const { t } = useTranslation();
  const work = useGrid(props);
  const { base, scroller, columns, at, totalHeight, onKeyDown, onClick, onFocus } = work;
  const { selection } = props;
  const tracks = [...(selection === undefined ? [] : ['24px']), ...columns.map((column) => column.width)].join(' ');
  const style: CSSProperties & Record<'--grid-columns', string> = { '--grid-columns': tracks };
  const cell =
    at.row < 0
      ? `head-${Math.max(0, at.column)}`
      : at.column < 0 || props.section?.(at.row) !== undefined
        ? `${at.row}`
        : `${at.row}-${at.column}`;
  return (
    <div
      ref={scroller}
      className={styles['grid']}
      role="grid"
      tabIndex={0}
      data-focus-home
      aria-label={props.label}
      aria-rowcount={props.rowCount + 1}
      aria-colcount={columns.length + (selection === undefined ? 0 : 1)}
      aria-multiselectable={selection !== undefined || props.marks !== undefined}
      aria-activedescendant={`${base}-${cell}`}
      style={style}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocus={onFocus}
    >
      <GridHead
        base={base}
        columns={columns}
        active={at.row < 0 ? Math.max(0, at.column) : -1}
        selection={selection}
        sort={props.sort ?? null}
        onSort={props.onSort}
        allLabel={selection?.allLabel ?? t('common:grid.selectAll')}
      />
      <div className={styles['rows']} role="rowgroup" style={{ height: totalHeight }}>
        <Lines grid={props} work={work} />
      </div>
      {props.rowCount === 0 && props.empty !== undefined && <EmptyRow>{props.empty}</EmptyRow>}
    </div>
  );
}

/** The lines on the screen: rows, and heads of parts. */
function Lines<Row>(props: { readonly grid: GridProps<Row>; readonly work: GridWork<Row> }) {
  const { t } = useTranslation();
  const { grid, work } = props;
  const { selection, marks } = grid;
  const tick = useLatest((index: number) => selection?.onToggle(index));
  return (
    <>
      {work.shown.map((item) => {
        const place = { id: `${work.base}-${item.index}`, index: item.index, top: item.start - headHeight };
        const active = work.at.row === item.index ? work.at.column : null;
        const section = grid.section?.(item.index);
        if (section !== undefined)
          return (
            <GridSectionRow
              key={`line ${item.index}`}
              {...place}
              height={work.rowHeight}
              columns={work.columns.length}
              section={section}
              active={active !== null}
            />
          );
        const row = grid.row(item.index);
        const rowKey = row === undefined ? undefined : grid.rowKey(row);
        const ticked = selection?.isSelected(item.index) ?? null;
        return (
          <GridRow
            // Another row is another element: a menu that is open on one must not come to be about the next.
            key={rowKey === undefined ? `line ${item.index}` : `row ${rowKey}`}
            {...place}
            height={work.rowHeight}
            columns={work.columns}
            row={row}
            rowKey={rowKey}
            kind={row === undefined ? undefined : grid.rowKind?.(row)}
            active={active}
            current={grid.current === item.index}
            ticked={ticked}
            canTick={selection?.canSelect?.(item.index) !== false}
            selected={marks === undefined ? (ticked ?? undefined) : marks.isMarked(item.index)}
            clickable={grid.onOpen !== undefined}
            selectLabel={selection?.label ?? t('common:grid.select')}
            onTick={tick}
          />
        );
      })}
    </>
  );
}

/** What is said in place of rows. What stands in a grid stands in a cell of it. */
function EmptyRow(props: { readonly children: ReactNode }) {
  return (
    <div role="row" data-empty>
      <div className={styles['empty']} role="gridcell">
        {props.children}
      </div>
    </div>
  );
}
