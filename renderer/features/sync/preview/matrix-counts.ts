import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { categoriesOf, categoryOf, type Category } from './categories.ts';
import type { ChangeDirection, Kind } from './change-filter.ts';

/** One column of the summary: changes of a kind in a direction. */
export interface MatrixColumn {
  readonly direction: ChangeDirection;
  readonly kind: Kind;
  /** Of conflicts: those that were decided; otherwise those that still ask. */
  readonly decided?: boolean;
}

/** A line of the summary: a category and its count per column. */
export interface MatrixLine {
  readonly category: Category;
  readonly counts: readonly number[];
}

/** The summary of a preview: how many changes of each kind go each way, by category. */
export interface Matrix {
  readonly columns: readonly MatrixColumn[];
  readonly lines: readonly MatrixLine[];
}

const oneWay = (['up', 'down'] as const).flatMap((direction) =>
  (['add', 'update', 'delete'] as const).map((kind): MatrixColumn => ({ direction, kind })),
);

const bothWays = (['add', 'update', 'delete'] as const).map((kind): MatrixColumn => ({ direction: 'both', kind }));

/**
 * Counts by category, kind and direction. Changes of both sides get columns of their own only where there are any, and so do conflicts that were decided.
 * `questions`: how many conflicts of each table wait for a person; null where the list can hold none, because it takes a run back or tells of one: it has columns
 * only for the ways something goes.
 */
export function matrixOf(summary: PlanSummary['summary'], questions: PlanSummary['questions'] | null): Matrix {
  const merged = bothWays.filter(({ kind }) => summary.some((cell) => cell.direction === 'both' && cell.kind === kind));
  const asking = (questions ?? []).reduce((sum, { count }) => sum + count, 0);
  const columns: readonly MatrixColumn[] = [
    ...oneWay.filter(({ direction }) => questions !== null || summary.some((cell) => cell.direction === direction)),
    ...merged,
    ...(questions === null ? [] : [{ direction: 'both', kind: 'conflict' } as const]),
    ...(questions !== null && conflictCount(summary) > asking
      ? [{ direction: 'both', kind: 'conflict', decided: true } as const]
      : []),
  ];
  const lines = categoriesOf(summary.map((cell) => cell.table)).map((category) => ({
    category,
    counts: columns.map((column) => count(summary, questions ?? [], category, column)),
  }));
  return { columns, lines };
}

/** What of the address shows just the rows of one number. A conflict has no direction before it is decided. */
export function matrixFilter(
  category: Category,
  { direction, kind, decided = false }: MatrixColumn,
): Readonly<Record<'table' | 'kind' | 'direction' | 'unresolved' | 'chosen', string>> {
  const conflict = kind === 'conflict';
  return {
    table: category,
    kind: recordKind(category, kind),
    direction: conflict ? '' : direction,
    unresolved: conflict && !decided ? '1' : '',
    chosen: decided ? 'decided' : '',
  };
}

/** Of which kind the records of a column are. That somebody is erased is a record that is added: it is counted where people look for who goes. */
function recordKind(category: Category, kind: Kind): Kind {
  if (category !== 'erased') return kind;
  if (kind === 'add') return 'delete';
  return kind === 'delete' ? 'add' : kind;
}

function count(
  summary: PlanSummary['summary'],
  questions: PlanSummary['questions'],
  category: Category,
  column: MatrixColumn,
): number {
  const inCategory = ({ table }: { readonly table: string }): boolean => categoryOf(table) === category;
  const asking = questions.filter(inCategory).reduce((sum, cell) => sum + cell.count, 0);
  const found = summary
    .filter((cell) => inCategory(cell) && cell.kind === recordKind(category, column.kind))
    .filter((cell) => column.kind === 'conflict' || cell.direction === column.direction)
    .reduce((sum, cell) => sum + cell.count, 0);
  if (column.kind !== 'conflict') return found;
  return column.decided === true ? found - asking : asking;
}

/** How many conflicts a plan has, decided or not. */
export function conflictCount(summary: PlanSummary['summary']): number {
  return summary.filter((cell) => cell.kind === 'conflict').reduce((sum, cell) => sum + cell.count, 0);
}
