/** Where the keyboard is in a grid: row −1 is the head, column −1 the whole row. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** What a grid does with a key. */
export type GridStep =
  | { readonly kind: 'move'; readonly to: GridPlace; readonly extend: boolean }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'all' }
  | { readonly kind: 'open' }
  /** Its key is only held down: it ticks and opens once. */
  | { readonly kind: 'held' }
  | null;

/** The parts of a key press that matter here. */
export interface GridKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** The key is held down, and comes again by itself. */
  readonly repeat: boolean;
  readonly isComposing: boolean;
}

/** Turns a key into a step. `rowsPerPage` is what fits on the screen; null means the key is none of the grid's. */
export function gridStep(
  press: GridKey,
  at: GridPlace,
  size: { readonly rows: number; readonly columns: number; readonly rowsPerPage: number },
): GridStep {
  if (press.isComposing || press.altKey) return null;
  const control = press.ctrlKey || press.metaKey;
  const last = size.rows - 1;
  const move = (row: number, column = at.column): GridStep => ({
    kind: 'move',
    to: { row: Math.max(-1, Math.min(last, row)), column: Math.max(-1, Math.min(size.columns - 1, column)) },
    extend: press.shiftKey && row !== at.row,
  });
  switch (press.key) {
    case 'ArrowDown':
      return move(at.row + 1);
    case 'ArrowUp':
      return move(at.row - 1);
    case 'ArrowRight':
      return move(at.row, at.column + 1);
    case 'ArrowLeft':
      return move(at.row, at.row < 0 ? Math.max(0, at.column - 1) : at.column - 1);
    case 'PageDown':
      return move(at.row + size.rowsPerPage);
    case 'PageUp':
      return move(Math.max(0, at.row - size.rowsPerPage));
    case 'Home':
      return move(0);
    case 'End':
      return move(last);
    case ' ':
      return press.repeat ? { kind: 'held' } : { kind: 'toggle' };
    case 'a':
    case 'A':
      return control ? { kind: 'all' } : null;
    case 'Enter':
      if (control) return null;
      return press.repeat ? { kind: 'held' } : { kind: 'open' };
    default:
      return null;
  }
}
