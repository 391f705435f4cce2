import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import type { BulkScope } from './bulk-scope.ts';
import type { QuickChoice } from './change-columns.tsx';
import type { ListCommand } from './preview-keys.ts';
import type { PreviewStore } from './preview-store.ts';
import { outReason } from './fixed-words.ts';
import { canKeepBoth, isDecided, keepBothFields } from './what-changes.ts';

/** Why something could not be done in the list; the detail says it. */
export type Hint = 'asks' | 'cannotTick' | 'nothingAsked' | 'claimed' | 'notBoth';

/** What a decision made in the list can do. */
export interface Choosing {
  readonly store: PreviewStore;
  /** Shows the detail of a row; on wish the focus goes there, and it says why. */
  readonly open: (row: PlanRowItem, focus: boolean, hint?: Hint) => void;
  readonly openMenu: () => void;
}

type DecidingCommand = Exclude<ListCommand, 'next' | 'previous' | 'close' | 'help'>;

/** Carries a letter or an entry of its menu out on one row. What does not fit the row opens its detail instead, which says why. */
export function decideRow(row: PlanRowItem, choice: QuickChoice | DecidingCommand, { store, open }: Choosing): void {
  const target = { ordinals: [row.ordinal] };
  const asks = row.kind === 'conflict';
  switch (choice) {
    case 'local':
    case 'server':
    case 'keep-local':
    case 'keep-server':
      if (!asks) open(row, false, 'nothingAsked');
      else if (row.conflict === 'same-identity') open(row, true, 'claimed');
      else void store.decide({ target, choice: choice === 'local' || choice === 'keep-local' ? 'local' : 'server' });
      break;
    case 'both':
      if (!asks) open(row, false, 'nothingAsked');
      // Two that claim one number both stay where this PC's goes without it, or takes the server's.
      else if (row.conflict === 'same-identity') void store.decide({ target, choice: 'server' });
      else if (canKeepBoth(row)) void store.decide({ target, choice: 'both', fields: keepBothFields(row) });
      else open(row, true, 'notBoth');
      break;
    case 'skip':
      void store.decide({ target, rule: 'later' });
      break;
    case 'reset':
      void store.decide({ target, rule: 'reset' });
      break;
    case 'merge':
    case 'open':
      open(row, true);
      break;
  }
}

/** Gives or takes the tick of one row. What is undecided, or stays out for another reason, has none to give: its detail says why. */
export function toggleTick(row: PlanRowItem, { store, open }: Choosing): void {
  if (!isDecided(row)) open(row, true, 'asks');
  else if (row.blockedBy !== null || row.refused !== null || outReason(row) !== null) open(row, true, 'cannotTick');
  else void store.decide({ target: { ordinals: [row.ordinal] }, include: !row.included });
}

/** Takes in all chosen rows that can be by a tick, or leaves all of them out where none is left to take in; read or not. */
export function tickMarked({ target }: BulkScope, store: Choosing['store']): void {
  void store.decide({ target, include: 'toggle' });
}

/** Carries a letter out on all chosen rows; a merge asks first whose fields go where both sides changed the same. */
export function decideMarked({ target }: BulkScope, command: DecidingCommand, { store, openMenu }: Choosing): void {
  switch (command) {
    case 'keep-local':
      void store.decide({ target, rule: 'local' });
      break;
    case 'keep-server':
      void store.decide({ target, rule: 'server' });
      break;
    case 'both':
      void store.decide({ target, rule: 'both' });
      break;
    case 'skip':
      void store.decide({ target, rule: 'later' });
      break;
    case 'reset':
      void store.decide({ target, rule: 'reset' });
      break;
    case 'merge':
      openMenu();
      break;
  }
}
