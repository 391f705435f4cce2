import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import { gridStep, type GridPlace, type GridStep } from './grid-keys.ts';
import type { GridColumn, GridProps } from './grid-types.ts';
import { useHeldRow } from './use-held-row.ts';
import { useKeptPlace, type PlaceKeeper } from './use-kept-place.ts';

export const headHeight = 36;
const defaultRowHeight = 44;

/** What a grid draws with: where the keyboard is, which rows are on the screen, and what keys and clicks do. */
export interface GridWork<Row> {
  readonly base: string;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly columns: readonly GridColumn<Row>[];
  readonly at: GridPlace;
  readonly rowHeight: number;
  readonly totalHeight: number;
  readonly shown: readonly { readonly key: string | number | bigint; readonly index: number; readonly start: number }[];
  readonly onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void;
  readonly onClick: (event: MouseEvent<HTMLDivElement>) => void;
  readonly onFocus: (event: FocusEvent<HTMLDivElement>) => void;
}

/** The behaviour of a grid, apart from what it looks like. */
export function useGrid<Row>(props: GridProps<Row>): GridWork<Row> {
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const keeper = useKeptPlace(props);
  const width = useWidth(scroller);
  const columns = useMemo(() => columnsFor(props.columns, width), [props.columns, width]);
  const rowHeight = props.rowHeight ?? defaultRowHeight;
  const row = Math.min(props.active ?? keeper.place.row, props.rowCount - 1);
  const column = Math.min(keeper.place.column, columns.length - 1);
  const at: GridPlace = { row: props.rowCount === 0 ? -1 : row, column };
  const { virtual, shown } = useRows(props, scroller, { rowHeight, cursor: at.row });
  const bring = (line: number): void => virtual.scrollToIndex(line, { align: 'auto' });
  const grid: GridNow<Row> = { props, base, scroller, columns, at, rowHeight, keeper, bring };
  return {
    base,
    scroller,
    columns,
    at,
    rowHeight,
    totalHeight: virtual.getTotalSize(),
    shown,
    onKeyDown: (event) => pressed(event, grid),
    onClick: (event) => clicked(event, grid),
    onFocus: (event) => {
      if (event.target === event.currentTarget) keeper.onFocus();
    },
  };
}

/** What a key or a click on a grid works with. */
interface GridNow<Row> extends Pick<GridWork<Row>, 'base' | 'scroller' | 'columns' | 'at' | 'rowHeight'> {
  readonly props: GridProps<Row>;
  readonly keeper: PlaceKeeper;
  /** Brings a row into sight. */
  readonly bring: (line: number) => void;
}

function go<Row>(to: GridPlace, { props, keeper, bring }: GridNow<Row>): void {
  keeper.go(to);
  props.onActive?.(to.row);
  if (to.row >= 0) bring(to.row);
}

/** What chooses the rows between two, where rows can be chosen. */
function rangeOf<Row>({ marks, selection }: GridProps<Row>): ((from: number, to: number) => void) | undefined {
  return marks?.onRange ?? selection?.onRange;
}

function move<Row>(to: GridPlace, ranged: boolean, grid: GridNow<Row>): void {
  const { props, at, keeper } = grid;
  const extend = rangeOf(props);
  if (ranged && extend !== undefined && to.row >= 0 && at.row >= 0) {
    const from = keeper.anchor() ?? at.row;
    keeper.setAnchor(from);
    extend(from, to.row);
  } else {
    keeper.setAnchor(null);
    if (to.row !== at.row && props.marks?.picking === false) props.marks.onClear();
  }
  go(to.row < 0 ? { row: -1, column: Math.max(0, to.column) } : to, grid);
}

/** A key on the grid. What is not in sight is brought there; no box is ticked and no button of a cell is pressed before somebody saw it. */
function pressed<Row>(event: KeyboardEvent<HTMLDivElement>, grid: GridNow<Row>): void {
  const { props, base, scroller, columns, at, rowHeight } = grid;
  if (event.target !== event.currentTarget) {
    if (event.key === 'Escape') scroller.current?.focus();
    return;
  }
  const high = scroller.current?.clientHeight ?? 0;
  const rowsPerPage = Math.max(1, Math.floor((high - headHeight) / rowHeight) - 1);
  const inSight = at.row < 0 || isInSight(scroller.current, `${base}-${at.row}`);
  const step = stepOf(event, props, { ...at, inSight }, { columns: columns.length, rowsPerPage });
  // Not where the key leads to another row: two rows that are to be brought into sight at once fight for the place for some frames, and the wrong one may win.
  if (!inSight && !isHelper(event.key) && step?.kind !== 'move') grid.bring(at.row);
  switch (step?.kind) {
    case 'move':
      move(step.to, step.extend, grid);
      break;
    case 'toggle':
      grid.keeper.setAnchor(at.row);
      if (props.selection === undefined) openSeen(grid, inSight);
      else if (inSight) toggle(props, at);
      break;
    case 'all':
      if (props.marks === undefined) props.selection?.onAll(true);
      else props.marks.onAll();
      break;
    case 'open':
      openSeen(grid, inSight);
      break;
    case 'held':
    case undefined:
      break;
  }
}

/** A row may be opened unseen; the button of a cell may not be pressed. */
function openSeen<Row>(grid: GridNow<Row>, inSight: boolean): void {
  if (inSight || grid.at.column < 0) openAt(grid, grid.at);
}

function clicked<Row>(event: MouseEvent<HTMLDivElement>, grid: GridNow<Row>): void {
  const { target } = event;
  const { props, scroller, keeper } = grid;
  const { marks } = props;
  const index = target instanceof Element ? rowIndex(target) : null;
  if (index === null || !(target instanceof Element)) return;
  const from = keeper.anchor() ?? grid.at.row;
  go({ row: index, column: -1 }, grid);
  const extend = rangeOf(props);
  if (event.shiftKey && extend !== undefined) {
    keeper.setAnchor(from);
    extend(from, index);
    return;
  }
  keeper.setAnchor(index);
  // A box is no place to stay in: the keys of the list go on working.
  if (target.closest('input[type="checkbox"], label') !== null) scroller.current?.focus({ preventScroll: true });
  if (target.closest('button, a, input, label, [role="combobox"]') !== null) return;
  if (marks !== undefined && (event.ctrlKey || event.metaKey || marks.picking)) {
    marks.onToggle(index);
    return;
  }
  marks?.onClear();
  openAt(grid, { row: index, column: -1 });
}

/** The columns a grid of a width (px) has. */
function columnsFor<Row>(columns: readonly GridColumn<Row>[], width: number): readonly GridColumn<Row>[] {
  return columns.filter(({ from, to }) => width >= (from ?? 0) && width < (to ?? Number.POSITIVE_INFINITY));
}

/** What a key on the grid asks of it; null when it is the page's, or nobody's. */
function stepOf<Row>(
  event: KeyboardEvent,
  props: GridProps<Row>,
  at: GridPlace & { readonly inSight: boolean },
  size: { readonly columns: number; readonly rowsPerPage: number },
): GridStep {
  const { isComposing } = event.nativeEvent;
  if (!isComposing && props.onKey?.(event, at.row, at.inSight) === true) {
    event.preventDefault();
    return null;
  }
  const { key, shiftKey, ctrlKey, metaKey, altKey, repeat } = event;
  const step = gridStep({ key, shiftKey, ctrlKey, metaKey, altKey, repeat, isComposing }, at, {
    ...size,
    rows: props.rowCount,
  });
  if (step !== null) event.preventDefault();
  return step;
}

/** Keys that do nothing by themselves. */
function isHelper(key: string): boolean {
  return key === 'Shift' || key === 'Control' || key === 'Alt' || key === 'Meta';
}

/** Whether the most of a row can be seen below the head of its list. */
function isInSight(scroller: HTMLElement | null, rowId: string): boolean {
  const row = document.getElementById(rowId)?.getBoundingClientRect();
  if (scroller === null || row === undefined) return false;
  const box = scroller.getBoundingClientRect();
  const middle = (row.top + row.bottom) / 2;
  return middle > box.top + headHeight && middle < box.bottom;
}

/** Space: the box of a row, of a part, or of all; without boxes it opens. */
function toggle<Row>(props: GridProps<Row>, at: GridPlace): void {
  const section = at.row < 0 ? undefined : props.section?.(at.row);
  const { selection } = props;
  if (section !== undefined) {
    if (!section.disabled) section.onAll(section.state !== 'all');
  } else if (at.row >= 0) selection?.onToggle(at.row);
  else if (selection?.disabled !== true) selection?.onAll(selection.state !== 'all');
}

/**
 * The rows in sight and some on either side, where a screen reader and a slow scroll find the next ones: three in a window of few rows, one on a board on end,
 * where more would be elements nobody sees.
 */
function withNeighbours(range: Range): number[] {
  const inSight = range.endIndex - range.startIndex + 1;
  return defaultRangeExtractor({ ...range, overscan: Math.min(3, Math.max(1, Math.round(40 / inSight))) });
}

/** Which rows are on the screen; tells the page, so that it can read them. */
function useRows<Row>(
  props: GridProps<Row>,
  scroller: RefObject<HTMLDivElement | null>,
  { rowHeight, cursor }: { readonly rowHeight: number; readonly cursor: number },
) {
  useHeldRow(scroller, cursor, { rowHeight, headHeight });
  const virtual = useVirtualizer({
    count: props.rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    rangeExtractor: withNeighbours,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? -1;
  const { onVisible, active } = props;
  useEffect(() => {
    if (last >= first) onVisible?.(first, last);
  }, [onVisible, first, last]);
  useEffect(() => {
    if (active === undefined || active < 0) return;
    // What is on the screen is known; to scroll, the browser has to work out how the page looks.
    const { scrollOffset, scrollRect } = virtual;
    const above = (scrollOffset ?? 0) + headHeight;
    const top = headHeight + active * rowHeight;
    const isThere = scrollRect !== null && top >= above && top + rowHeight <= above - headHeight + scrollRect.height;
    if (!isThere) virtual.scrollToIndex(active, { align: 'auto' });
  }, [active, virtual, rowHeight]);
  return { virtual, shown };
}

/** Enter: sorts by a head cell, presses the button of a cell, or opens the row. */
function openAt<Row>({ props, columns, base }: GridNow<Row>, where: GridPlace): void {
  if (where.row < 0) {
    const column = columns[Math.max(0, where.column)];
    if (column?.sortable === true) props.onSort?.(column.id);
    return;
  }
  if (where.column >= 0 && pressIn(document.getElementById(`${base}-${where.row}-${where.column}`))) return;
  const opened = props.row(where.row);
  if (opened !== undefined) props.onOpen?.(opened, where.row);
  else if (props.section?.(where.row) === undefined) props.onOpenUnread?.(where.row);
}

/** Presses the button of a cell, or puts the focus into its field. Whether there was one. */
function pressIn(cell: HTMLElement | null): boolean {
  const inside = cell?.querySelector<HTMLElement>('button:not([disabled]), a[href], input, [role="combobox"]');
  if (inside === null || inside === undefined) return false;
  if (inside instanceof HTMLButtonElement || inside instanceof HTMLAnchorElement) inside.click();
  else inside.focus();
  return true;
}

function rowIndex(target: Element): number | null {
  const index = target.closest<HTMLElement>('[data-index]')?.dataset['index'];
  return index === undefined ? null : Number(index);
}

/** The width of an element, followed; wider than any before it is known, so that no column is left out by mistake. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(Number.MAX_SAFE_INTEGER);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(entry.contentRect.width);
    });
    if (element.current !== null) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
