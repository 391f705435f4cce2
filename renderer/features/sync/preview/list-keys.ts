import type { BulkScope } from './bulk-scope.ts';
import { decideMarked, decideRow, tickMarked, type Choosing } from './list-decisions.ts';
import { listCommand } from './preview-keys.ts';
import type { Marks } from './use-marks.ts';
import type { WhenRead } from './use-when-read.ts';

/** What keys on the list work with. */
export interface ListKeys {
  readonly marks: Marks;
  readonly scope: BulkScope | null;
  readonly canEdit: boolean;
  readonly choosing: Choosing;
  readonly whenRead: WhenRead;
  readonly close: () => void;
  readonly stepUnresolved: (direction: 1 | -1) => void;
  readonly help: () => void;
  /** Whether the detail of the row the keyboard is on is shown. */
  readonly shown: boolean;
}

/** Where a key was pressed: the line, and whether it is on the screen. */
interface Where {
  readonly at: number;
  readonly inSight: boolean;
}

/**
 * Carries a key out on the chosen rows, else on the row it was pressed on. Whether it was one of the page's.
 *
 * Nothing is decided about a row that can be seen neither in the list nor beside it, nor by a key that is only held down.
 */
export function pressedOnList(event: KeyboardEvent, { at, inSight }: Where, keys: ListKeys): boolean {
  const { marks, scope, choosing } = keys;
  const marked = scope?.kind === 'marked' ? scope : null;
  const canEdit = keys.canEdit && !event.repeat;
  if (event.key === ' ' && marked !== null) {
    if (canEdit) tickMarked(marked, choosing.store);
    return true;
  }
  // The grid brings the row into sight; whoever then presses again has seen it.
  if (event.key === ' ' && !inSight) return true;
  const command = listCommand(event);
  switch (command) {
    case null:
      return false;
    case 'next':
    case 'previous':
      keys.stepUnresolved(command === 'next' ? 1 : -1);
      return true;
    case 'close':
      if (marked === null) keys.close();
      else marks.onClear();
      return true;
    case 'help':
      keys.help();
      return true;
    default: {
      if (canEdit && marked !== null) decideMarked(marked, command, choosing);
      else if (canEdit && (inSight || keys.shown)) keys.whenRead(at, (row) => decideRow(row, command, choosing));
      return true;
    }
  }
}
