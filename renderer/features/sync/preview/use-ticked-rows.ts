import { useEffect, useState } from 'react';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { toAppError } from '../../../to-app-error.ts';
import { useLatest } from '../../../use-latest.ts';
import { filterFrom } from './change-filter.ts';
import { readPlanRows } from './plan-lines.ts';

/** The ticked rows of a list that a question is about; null until all of it is read. */
export function useTickedRows(
  plan: PlanSummary,
  isAbout: (row: PlanRowItem) => boolean,
): { readonly rows: readonly PlanRowItem[] | null; readonly error: AppError | null } {
  const [rows, setRows] = useState<readonly PlanRowItem[] | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const keep = useLatest(isAbout);
  useEffect(() => {
    let shown = true;
    readPlanRows(plan, filterFrom(new URLSearchParams())).then(
      (all) => {
        if (shown) setRows(all.filter((row) => row.included && keep(row)));
      },
      (caught: unknown) => {
        if (shown) setError(toAppError(caught));
      },
    );
    return () => {
      shown = false;
    };
  }, [plan, keep]);
  return { rows, error };
}
