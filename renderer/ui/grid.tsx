import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { GridHead } from './grid-head.tsx';
import { gridStep, type GridPlace } from './grid-keys.ts';
import { GridRow } from './grid-row.tsx';
import type { GridProps } from './grid-types.ts';
import styles from './grid.module.css';

const headHeight = 36;

/**
 * A list of any length as an ARIA grid: one tab stop, arrows, Page Up and Down, Home and End, Space selects, Enter opens.
 *
 * Only the rows on the screen are in the document. The focus stays on the grid itself and `aria-activedescendant` names the row or cell.
 */
export function Grid<Row>(props: GridProps<Row>) {
  const { t } = useTranslation();
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<GridPlace>({ row: 0, column: -1 });
  const anchor = useRef<number | null>(null);
  const width = useWidth(scroller);
  const columns = props.columns.filter((column) => column.from === undefined || width >= column.from);
  const rowHeight = props.rowHeight ?? 44;
  const row = Math.min(props.active ?? place.row, props.rowCount - 1);
  const at: GridPlace = { row: props.rowCount === 0 ? -1 : row, column: Math.min(place.column, columns.length - 1) };

  const virtual = useVirtualizer({
    count: props.rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? -1;
  const { onVisible } = props;
  useEffect(() => {
    if (last >= first) onVisible?.(first, last);
  }, [onVisible, first, last]);
  const { active } = props;
  useEffect(() => {
    if (active !== undefined && active >= 0) virtual.scrollToIndex(active, { align: 'auto' });
  }, [active, virtual]);

  const go = (to: GridPlace): void => {
    setPlace(to);
    props.onActive?.(to.row);
    if (to.row >= 0) virtual.scrollToIndex(to.row, { align: 'auto' });
  };
  const activeId =
    at.row < 0
      ? `${base}-head-${Math.max(0, at.column)}`
      : at.column < 0
        ? `${base}-${at.row}`
        : `${base}-${at.row}-${at.column}`;

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.target !== event.currentTarget) {
      if (event.key === 'Escape') scroller.current?.focus();
      return;
    }
    if (!event.nativeEvent.isComposing && props.onKey?.(event, at.row) === true) {
      event.preventDefault();
      return;
    }
    const rowsPerPage = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1);
    const step = gridStep(
      {
        key: event.key,
        shiftKey: event.shiftKey,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        altKey: event.altKey,
        isComposing: event.nativeEvent.isComposing,
      },
      at,
      { rows: props.rowCount, columns: columns.length, rowsPerPage },
    );
    if (step === null || step.kind === 'leave') return;
    event.preventDefault();
    switch (step.kind) {
      case 'move': {
        if (step.extend && props.selection !== undefined && step.to.row >= 0 && at.row >= 0) {
          anchor.current ??= at.row;
          props.selection.onRange(anchor.current, step.to.row);
        } else {
          anchor.current = null;
        }
        go(step.to.row < 0 ? { row: -1, column: Math.max(0, step.to.column) } : step.to);
        break;
      }
      case 'toggle':
        anchor.current = at.row;
        if (at.row < 0) props.selection?.onAll(props.selection.state !== 'all');
        else if (props.selection === undefined) openAt(at);
        else props.selection.onToggle(at.row);
        break;
      case 'all':
        props.selection?.onAll(true);
        break;
      case 'open':
        openAt(at);
        break;
    }
  };

  const openAt = (where: GridPlace): void => {
    if (where.row < 0) {
      const column = columns[Math.max(0, where.column)];
      if (column?.sortable === true) props.onSort?.(column.id);
      return;
    }
    if (where.column >= 0 && pressIn(document.getElementById(`${base}-${where.row}-${where.column}`))) return;
    const opened = props.row(where.row);
    if (opened !== undefined) props.onOpen?.(opened, where.row);
  };

  const onRowClick = (event: MouseEvent, index: number): void => {
    go({ row: index, column: -1 });
    if (event.shiftKey && props.selection !== undefined) {
      props.selection.onRange(anchor.current ?? at.row, index);
      return;
    }
    anchor.current = index;
    if (
      event.target instanceof Element &&
      event.target.closest('button, a, input, [role="combobox"], [data-own-click]') !== null
    )
      return;
    const opened = props.row(index);
    if (opened !== undefined) props.onOpen?.(opened, index);
  };

  const tracks = [...(props.selection === undefined ? [] : ['40px']), ...columns.map((column) => column.width)].join(
    ' ',
  );
  const style: CSSProperties & Record<'--grid-columns', string> = { '--grid-columns': tracks };
  return (
    <div
      ref={scroller}
      className={styles['grid']}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={props.rowCount + 1}
      aria-colcount={columns.length + (props.selection === undefined ? 0 : 1)}
      aria-multiselectable={props.selection !== undefined}
      aria-activedescendant={activeId}
      style={style}
      onKeyDown={onKeyDown}
    >
      <GridHead
        base={base}
        columns={columns}
        active={at.row < 0 ? Math.max(0, at.column) : -1}
        selection={props.selection}
        sort={props.sort ?? null}
        onSort={props.onSort}
        allLabel={t('common:grid.selectAll')}
      />
      <div className={styles['rows']} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {shown.map((item) => (
          <GridRow
            key={item.key}
            id={`${base}-${item.index}`}
            index={item.index}
            top={item.start - headHeight}
            height={rowHeight}
            columns={columns}
            row={props.row(item.index)}
            kind={props.rowKind}
            active={at.row === item.index ? at.column : null}
            current={props.current === item.index}
            selection={props.selection}
            clickable={props.onOpen !== undefined}
            selectLabel={t('common:grid.select')}
            onClick={onRowClick}
          />
        ))}
      </div>
      {props.rowCount === 0 && props.empty !== undefined && <div className={styles['empty']}>{props.empty}</div>}
    </div>
  );
}

/** Presses the button of a cell, or puts the focus into its field. Whether there was one. */
function pressIn(cell: HTMLElement | null): boolean {
  const inside = cell?.querySelector<HTMLElement>('button:not([disabled]), a[href], input, [role="combobox"]');
  if (inside === null || inside === undefined) return false;
  if (inside instanceof HTMLButtonElement || inside instanceof HTMLAnchorElement) inside.click();
  else inside.focus();
  return true;
}

function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY);
  useEffect(() => {
    const node = element.current;
    if (node === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(node.clientWidth));
    observer.observe(node);
    setWidth(node.clientWidth);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
