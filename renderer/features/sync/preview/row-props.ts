import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import type { Words } from './field-words.ts';
import type { PreviewStore } from './preview-store.ts';

/** What every part of the panel beside the list gets: the change it is about, where it belongs, and whether anything can be decided now. */
export interface RowProps {
  readonly store: PreviewStore;
  readonly row: PlanRowItem;
  readonly canEdit: boolean;
  readonly words: Words;
}
