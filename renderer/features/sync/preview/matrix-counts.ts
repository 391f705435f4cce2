import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { categoriesOf, categoryOf, type Category } from './categories.ts';
import type { ChangeDirection, Kind } from './change-filter.ts';

/** One column of the summary: changes of a kind in a direction. */
export interface MatrixColumn {
  readonly direction: ChangeDirection;
  readonly kind: Kind;
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
 * Counts by category, kind and direction. Changes of both sides get columns of their own only where there are any. `asks`: whether the list can hold questions; one
 * that takes a run back, or tells of one, holds none, and has columns only for the ways something goes.
 */
export function matrixOf(summary: PlanSummary['summary'], asks = true): Matrix {
  const merged = bothWays.filter(({ kind }) => summary.some((cell) => cell.direction === 'both' && cell.kind === kind));
  const columns: readonly MatrixColumn[] = [
    ...oneWay.filter(({ direction }) => asks || summary.some((cell) => cell.direction === direction)),
    ...merged,
    ...(asks ? [{ direction: 'both', kind: 'conflict' } as const] : []),
  ];
  const lines = categoriesOf(summary.map((cell) => cell.table)).map((category) => ({
    category,
    counts: columns.map((column) => count(summary, category, column)),
  }));
  return { columns, lines };
}

/** What of the address shows just the rows of one number. A conflict has no direction before it is decided. */
export function matrixFilter(
  category: Category,
  { direction, kind }: MatrixColumn,
): { readonly table: Category; readonly kind: Kind; readonly direction: string } {
  return { table: category, kind, direction: kind === 'conflict' ? '' : direction };
}

function count(summary: PlanSummary['summary'], category: Category, column: MatrixColumn): number {
  return summary
    .filter((cell) => categoryOf(cell.table) === category && cell.kind === column.kind)
    .filter((cell) => column.kind === 'conflict' || cell.direction === column.direction)
    .reduce((sum, cell) => sum + cell.count, 0);
}

/** How many conflicts a plan has, decided or not. */
export function conflictCount(summary: PlanSummary['summary']): number {
  return summary.filter((cell) => cell.kind === 'conflict').reduce((sum, cell) => sum + cell.count, 0);
}
