import type { CatalogCheck, CatalogColumn, CatalogTable, ColumnLimits } from './catalog.ts';
import { columnProblems } from './column-problems.ts';
import type { FoundTable } from './found-tables.ts';
import { quoteIdentifier } from './identifier.ts';
import { contentByName } from './infer-relations.ts';
import { inferCondition, inferLimits } from './infer-rules.ts';
import { leftOut, type InferenceNote } from './inference-note.ts';

/** Most checks of a catalog. */
const mostChecks = 100;

/** What the checks of a table become: bounds of its columns, and conditions over its rows. */
export interface InferredChecks {
  readonly table: CatalogTable;
  readonly checks: readonly CatalogCheck[];
}

/** Takes over the checks of a table: bounds as limits of the column, others as a SELECT where SQLite judges them alike. `names` are those taken. */
export function inferChecks(
  table: CatalogTable,
  found: FoundTable,
  names: Set<string>,
  notes: InferenceNote[],
): InferredChecks {
  let changed = table;
  const checks: CatalogCheck[] = [];
  for (const { name, expression } of found.checks) {
    const limits = inferLimits(expression, contentByName(changed));
    const limited = limits === null ? null : withLimits(changed, limits.column, limits.limits);
    if (limited !== null) {
      changed = limited;
      continue;
    }
    const condition = inferCondition(expression, contentByName(changed));
    if (condition === null || names.size >= mostChecks) {
      notes.push(leftOut('check-left-out', { table: table.name, detail: name }));
      continue;
    }
    const keys = table.key.map(quoteIdentifier).join(', ');
    checks.push({
      name: freeName(names, name),
      level: 'block',
      table: table.name,
      reads: [table.name],
      sql: `SELECT ${keys} FROM ${quoteIdentifier(table.name)} WHERE NOT ${condition}`,
    });
  }
  return { table: changed, checks };
}

/** The table with bounds of a column added, or null where they do not go with those it has. */
function withLimits(table: CatalogTable, name: string, limits: ColumnLimits): CatalogTable | null {
  const columns = table.columns.map((column): CatalogColumn => {
    if (column.name !== name) return column;
    return { ...column, limits: { ...limits, ...column.limits } };
  });
  const before = table.columns.find((column) => column.name === name)?.limits ?? {};
  if (Object.keys(limits).some((side) => Object.hasOwn(before, side))) return null;
  const limited = { ...table, columns };
  return columnProblems(limited, '').some(({ reason }) => reason === 'limits') ? null : limited;
}

function freeName(names: Set<string>, name: string): string {
  let free = name;
  for (let count = 2; names.has(free); count += 1) free = `${name} ${count}`;
  names.add(free);
  return free;
}
