import type { KeyboardEvent, ReactElement, ReactNode } from 'react';

/** What a style sheet reads of a cell whose words have no element of their own: a long list has one in every line. */
export interface CellLook {
  readonly className?: string | undefined;
  /** Told by the mouse, null for nothing; the words of the cell where it is left out. */
  readonly title?: string | null;
  readonly data?: Readonly<Record<`data-${string}`, string | boolean | undefined>>;
}

/** One column. `width` is a CSS grid track; `from` hides the column while the grid is narrower (px). */
export interface GridColumn<Row> {
  readonly id: string;
  readonly header: string;
  readonly width: string;
  readonly from?: number;
  /** Hides the column from this width on (px): one for narrow grids in the place of another. */
  readonly to?: number;
  readonly align?: 'end';
  readonly sortable?: boolean;
  /** Words alone are told by the mouse too where they are cut off. Buttons and fields in a cell take `tabIndex={-1}`: the grid is one tab stop; Enter on the cell presses or focuses them. */
  readonly cell: (row: Row, index: number) => ReactNode;
  /** For words that are the cell as they are. */
  readonly look?: (row: Row) => CellLook | undefined;
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
  /** What the boxes mean, for those who do not see them. */
  readonly label?: string;
  readonly allLabel?: string;
  /** There is nothing a box could be given or taken from. */
  readonly disabled?: boolean;
}

/** Rows chosen to do something with, apart from their check boxes: Shift and Control with arrows or clicks, Control+A. */
export interface GridMarks {
  readonly isMarked: (index: number) => boolean;
  /** Just the rows from one to the other. */
  readonly onRange: (from: number, to: number) => void;
  readonly onToggle: (index: number) => void;
  readonly onAll: () => void;
  /** A move or a click without Shift or Control. */
  readonly onClear: () => void;
  /** Every tap chooses: for boards without a keyboard. */
  readonly picking: boolean;
}

/** A line between the rows that names the part of the list it begins, with a box for the whole part. */
export interface GridSection {
  readonly label: string;
  readonly detail?: string;
  readonly state: 'none' | 'some' | 'all';
  readonly disabled: boolean;
  readonly selectLabel: string;
  readonly onAll: (selected: boolean) => void;
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
  readonly marks?: GridMarks;
  /** The line at a place that is no row. */
  readonly section?: (index: number) => GridSection | undefined;
  readonly sort?: GridSort | null;
  readonly onSort?: (columnId: string) => void;
  /** Enter or a click on a row. */
  readonly onOpen?: (row: Row, index: number) => void;
  /** The same on a row that is still being read. */
  readonly onOpenUnread?: (index: number) => void;
  /** The row shown beside the grid, marked. */
  readonly current?: number | null;
  /** The row the keyboard is on, when the page steers it (next unresolved); otherwise the grid keeps it. */
  readonly active?: number;
  readonly onActive?: (index: number) => void;
  /** Keys of the page (L, S, N …) while the grid has the focus; true means done. Not called while composing. `inSight`: the row is on the screen; when not, the key brings it there. */
  readonly onKey?: (event: KeyboardEvent, index: number, inSight: boolean) => boolean;
  /** Sets `data-kind` on a row for its edge and colours. */
  readonly rowKind?: (row: Row) => string | undefined;
  /** What stands in place of rows; none while it is not known whether there are any. */
  readonly empty?: ReactElement | undefined;
}
