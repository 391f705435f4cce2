import { columnNamed, type CatalogTable } from '../catalog/catalog.ts';
import { claimedCells } from '../catalog/claimed-cells.ts';
import type { TreeRow } from './plan.ts';
import { cellOf, isDeleted } from './row.ts';

/**
 * A value that one record at a time may have, or that names one thing of the world, as text: rows with the same claim are in each other's way.
 * A JSON array of the table, the rule (number of the unique rule; `n` and the number of the natural key; `~` before either for values as people read them)
 * and the cells.
 */
export type Claim = string;

/** What a claim is about. */
export interface ClaimParts {
  readonly kind: 'unique' | 'natural' | 'alike';
  readonly columns: readonly string[];
  readonly cells: readonly string[];
}

/** The parts of a claim made for this table. */
export function partsOf(table: CatalogTable, claim: Claim): ClaimParts {
  const [, rule, cells] = JSON.parse(claim) as [string, string, string[]];
  const alike = rule.startsWith('~');
  const place = alike ? rule.slice(1) : rule;
  const isNatural = place.startsWith('n');
  const columns = isNatural ? table.naturalKeys[Number(place.slice(1))] : table.unique[Number(place)]?.columns;
  return { kind: alike ? 'alike' : isNatural ? 'natural' : 'unique', columns: columns ?? [], cells };
}

/** The values of unique rules a version of a row holds. */
export function heldBy(table: CatalogTable, row: TreeRow | undefined): readonly Claim[] {
  return table.unique.flatMap((unique, index) => {
    const cells = claimedCells(table, unique, row);
    return cells === null ? [] : [claimOf(table, String(index), cells)];
  });
}

/** The natural keys a living row has, where no unique rule over the same columns holds them anyway. Deleted rows name nothing. */
export function naturalOf(table: CatalogTable, row: TreeRow | undefined): readonly Claim[] {
  return naturalCells(table, row).flatMap(({ index, columns, cells }) =>
    table.unique.some((unique) => sameColumns(unique.columns, columns)) ? [] : [claimOf(table, `n${index}`, cells)],
  );
}

/** The natural keys of a living row as people read them: texts after NFC, trim and case. Rows that share one of these, and not the key itself, are probably the same. */
export function alikeOf(table: CatalogTable, row: TreeRow | undefined): readonly Claim[] {
  return naturalCells(table, row).flatMap(({ index, columns, cells }) => {
    if (!columns.some((column) => columnNamed(table, column).type === 'text')) return [];
    return [claimOf(table, `~n${index}`, cells.map(asRead))];
  });
}

/** Whether two versions that are alike differ in the key itself. */
export function isAlikeOnly(table: CatalogTable, a: TreeRow, b: TreeRow): boolean {
  const alike = new Set(alikeOf(table, a));
  const same = new Set(naturalCells(table, a).map(({ cells, index }) => claimOf(table, `n${index}`, cells)));
  return (
    alikeOf(table, b).some((claim) => alike.has(claim)) &&
    !naturalCells(table, b).some(({ cells, index }) => same.has(claimOf(table, `n${index}`, cells)))
  );
}

function asRead(cell: string): string {
  return cell.normalize('NFC').trim().toLowerCase().normalize('NFC');
}

function claimOf(table: CatalogTable, rule: string, cells: readonly string[]): Claim {
  return JSON.stringify([table.name, rule, cells]);
}

function naturalCells(table: CatalogTable, row: TreeRow | undefined) {
  if (row === undefined || row === null || isDeleted(table, row)) return [];
  return table.naturalKeys.flatMap((columns, index) => {
    const cells = columns.map((column) => cellOf(row, column));
    return cells.every((cell) => cell !== null) ? [{ index, columns, cells }] : [];
  });
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}
