import type { Result } from '../../../shared/contract/contract.ts';
import type { PlanSummary } from '../../../shared/contract/sync.ts';
import { categoryOf } from './preview/categories.ts';
import type { ChangeFilter } from './preview/change-filter.ts';

type RunRow = Result<'run.show'>['rows'][number];

/** How many rows a run wrote, by table, kind and direction: the numbers of the summary. */
export function runSummary(rows: readonly Pick<RunRow, 'table' | 'op' | 'side'>[]): PlanSummary['summary'] {
  const counts = new Map<string, PlanSummary['summary'][number]>();
  for (const { table, op, side } of rows) {
    const key = `${table} ${op} ${side}`;
    const found = counts.get(key);
    counts.set(key, { table, kind: op, direction: side, count: (found?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

const kinds = ['add', 'update', 'delete'] as const;

/** The rows of a run that a filter keeps, in the order asked for; by default in the order they were written. */
export function filterRun(rows: readonly RunRow[], filter: ChangeFilter): readonly RunRow[] {
  const typed = filter.search.normalize('NFKC').toLowerCase().trim();
  const kept = rows.filter(
    (row) =>
      (filter.category === null || categoryOf(row.table) === filter.category) &&
      (filter.kind === null || row.op === filter.kind) &&
      (filter.direction === null || row.side === filter.direction) &&
      isChosen(row.choice, filter.chosen) &&
      row.search.includes(typed),
  );
  const sorted = sortRun(kept, filter.sort.by);
  return filter.sort.descending ? sorted.toReversed() : sorted;
}

/** Whether a row was carried out as a filter asks; `decided`: somebody had decided about it, whatever it was. */
function isChosen(choice: string | null, chosen: ChangeFilter['chosen']): boolean {
  if (chosen === null) return true;
  if (chosen === 'decided') return choice !== null;
  return chosen === 'two' ? choice === 'both' || choice === 'adopt' || choice === 'rename' : choice === chosen;
}

function sortRun(rows: readonly RunRow[], by: ChangeFilter['sort']['by']): readonly RunRow[] {
  switch (by) {
    case 'change':
      return rows.toSorted((a, b) => kinds.indexOf(a.op) - kinds.indexOf(b.op) || (a.side < b.side ? 1 : -1));
    case 'record':
      return rows.toSorted((a, b) => (a.search < b.search ? -1 : a.search > b.search ? 1 : 0));
    case 'plan':
    case 'when':
      return rows;
  }
}
