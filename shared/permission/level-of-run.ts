import type { PermissionLevel } from './permission-level.ts';

/** What of a run somebody has to answer for. */
export interface RunWeight {
  /** Records that go, on either side. */
  readonly deletions: number;
  /** Conflicts that were decided by a person here, and whatever else somebody chose about a row that takes part. */
  readonly decided: number;
  /** Whether a guard asked, and was told to let it pass. */
  readonly overruled: boolean;
  /** What the list is for: taking a run back and "Pull and replace" are decisions as a whole. */
  readonly purpose: 'sync' | 'undo' | 'replace';
}

/** The level a run needs: who may give points may also sync what needs no deletion, decision or guard. */
export function levelOfRun({ deletions, decided, overruled, purpose }: RunWeight): PermissionLevel {
  return deletions > 0 || decided > 0 || overruled || purpose !== 'sync' ? 'admin' : 'points';
}
