import type { KeyboardEvent, ReactNode } from 'react';

/** One column. `width` is a CSS grid track; `from` hides the column while the grid is narrower (px). */
export interface GridColumn<Row> {
  readonly id: string;
  readonly header: string;
  readonly width: string;
  readonly from?: number;
  readonly align?: 'end';
  readonly sortable?: boolean;
  /** Buttons and fields in a cell take `tabIndex={-1}`: the grid is one tab stop; Enter on the cell presses or focuses them. */
  readonly cell: (row: Row, index: number) => ReactNode;
}

/** Row selection by check boxes. `state` is what the box in the head shows. */
export interface GridSelection {
  readonly isSelected: (index: number) => boolean;
  readonly canSelect?: (index: number) => boolean;
  readonly onToggle: (index: number) => void;
  /** All rows from one to the other become what the first is to be (Shift). */
  readonly onRange: (from: number, to: number) => void;
  readonly onAll: (selected: boolean) => void;
  readonly state: 'none' | 'some' | 'all';
}

/** The column a grid is ordered by. */
export interface GridSort {
  readonly by: string;
  readonly descending: boolean;
}

/** A grid of any number of rows, of which only those in sight are asked for. */
export interface GridProps<Row> {
  readonly label: string;
  readonly columns: readonly GridColumn<Row>[];
  readonly rowCount: number;
  /** The row at a place, or undefined while its page is being read. */
  readonly row: (index: number) => Row | undefined;
  readonly rowKey: (row: Row) => string;
  readonly rowHeight?: number;
  /** Called with the first and last row on the screen whenever that changes, so that their pages can be read. */
  readonly onVisible?: (first: number, last: number) => void;
  readonly selection?: GridSelection;
  readonly sort?: GridSort | null;
  readonly onSort?: (columnId: string) => void;
  /** Enter or a click on a row. */
  readonly onOpen?: (row: Row, index: number) => void;
  /** The row shown beside the grid, marked. */
  readonly current?: number | null;
  /** The row the keyboard is on, when the page steers it (next unresolved); otherwise the grid keeps it. */
  readonly active?: number;
  readonly onActive?: (index: number) => void;
  /** Keys of the page (L, S, N …) while the grid has the focus; true means done. Not called while composing. */
  readonly onKey?: (event: KeyboardEvent, index: number) => boolean;
  /** Sets `data-kind` on a row for its edge and colours. */
  readonly rowKind?: (row: Row) => string | undefined;
  readonly empty?: ReactNode;
}
