import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import type { BulkScope } from './bulk-scope.ts';
import type { QuickChoice } from './change-columns.tsx';
import type { ListCommand } from './preview-keys.ts';
import type { PreviewStore } from './preview-store.ts';
import { canKeepBoth, keepBothFields } from './what-changes.ts';

/** What a decision made in the list can do. */
export interface Choosing {
  readonly store: PreviewStore;
  readonly open: (row: PlanRowItem) => void;
  readonly openMenu: () => void;
}

type DecidingCommand = Exclude<ListCommand, 'next' | 'previous' | 'close' | 'help'>;

/** Carries a letter or an entry of its menu out on one row. What does not fit the row opens its detail instead, where it can be decided. */
export function decideRow(row: PlanRowItem, choice: QuickChoice | DecidingCommand, { store, open }: Choosing): void {
  const target = { ordinals: [row.ordinal] };
  const asks = row.kind === 'conflict';
  switch (choice) {
    case 'local':
    case 'server':
    case 'keep-local':
    case 'keep-server':
      if (!asks || row.conflict === 'same-identity') open(row);
      else void store.decide({ target, choice: choice === 'local' || choice === 'keep-local' ? 'local' : 'server' });
      break;
    case 'both':
      if (canKeepBoth(row)) void store.decide({ target, choice: 'both', fields: keepBothFields(row) });
      else open(row);
      break;
    case 'skip':
      void store.decide({ target, rule: 'later' });
      break;
    case 'reset':
      void store.decide({ target, rule: 'reset' });
      break;
    case 'merge':
    case 'open':
      open(row);
      break;
  }
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
      void store.decide({ target, choice: 'both' });
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
