import type { Catalog } from '../../../shared/catalog/catalog.ts';
import { journalTriggers, journalTriggerNames } from '../journal-sql.ts';
import { inSchema } from '../row-sql.ts';
import type { SchemaProblem } from '../schema-state.ts';

/**
 * Statements that put missing or switched-off journal triggers back; null when the problems include others, which no script may guess about.
 * What changed while they were away is in no journal, so every device is made to read everything once.
 */
export function repairStatements(catalog: Catalog, problems: readonly SchemaProblem[]): readonly string[] | null {
  const broken = new Set<string>();
  for (const problem of problems) {
    if (problem.kind !== 'trigger-missing' && problem.kind !== 'trigger-off') return null;
    broken.add(problem.table);
  }
  const tables = catalog.tables.filter((table) => broken.has(table.name));
  return [
    ...tables.flatMap((table) => [
      ...journalTriggerNames.map((name) => `DROP TRIGGER IF EXISTS ${name} ON ${inSchema(catalog, table.name)}`),
      ...journalTriggers(catalog, table),
    ]),
    `UPDATE ${inSchema(catalog, 'gc_horizon')} SET horizon = txid_current() + 1, at = now()`,
  ];
}
