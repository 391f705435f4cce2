import type { LeftReason } from '../../shared/sync/plan.ts';

/** Why a row stays out: the row it waits for, or of a refused one the column that cannot be stored here. */
export interface OutRow {
  readonly reason: LeftReason;
  readonly needs: number | null;
  readonly column?: string;
}
