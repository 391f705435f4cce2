/** What the board of cards does with a key. */
export type BoardStep =
  | { readonly kind: 'move'; readonly to: number; readonly extend: boolean }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'all' }
  | { readonly kind: 'done' }
  | { readonly kind: 'clear' }
  /** Its key is only held down: it chooses and goes on once. */
  | { readonly kind: 'held' }
  | null;

/** Turns a key into a step on a board of `count` cards in `columns`; null means the key is none of the board's. */
export function boardStep(
  press: {
    readonly key: string;
    readonly shiftKey: boolean;
    readonly ctrlKey: boolean;
    readonly metaKey: boolean;
    readonly repeat: boolean;
    readonly isComposing: boolean;
  },
  board: { readonly at: number; readonly count: number; readonly columns: number },
): BoardStep {
  if (press.isComposing) return null;
  const { at, count, columns } = board;
  const move = (to: number): BoardStep => ({
    kind: 'move',
    to: to < 0 || to >= count ? at : to,
    extend: press.shiftKey,
  });
  switch (press.key) {
    case 'ArrowRight':
      return move(at + 1);
    case 'ArrowLeft':
      return move(at - 1);
    case 'ArrowDown':
      // From the last full row down into a shorter one: its last card.
      return move(
        at + columns >= count && Math.floor(at / columns) < Math.floor((count - 1) / columns)
          ? count - 1
          : at + columns,
      );
    case 'ArrowUp':
      return move(at - columns);
    case 'Home':
      return move(0);
    case 'End':
      return move(count - 1);
    case ' ':
      return { kind: press.repeat ? 'held' : 'toggle' };
    case 'Enter':
      return { kind: press.repeat ? 'held' : 'done' };
    case 'Escape':
      return { kind: 'clear' };
    case 'a':
    case 'A':
      return press.ctrlKey || press.metaKey ? { kind: 'all' } : null;
    default:
      return null;
  }
}
