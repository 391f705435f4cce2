import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';
import { serverBookkeeping } from '../../shared/catalog/reserved-names.ts';
import type { FoundRelation, FoundRule, FoundSchema } from './introspect.ts';
import { uniqueIndexNames } from './migrations/0002-domain-tables.ts';
import { isOurPolicy } from './policy-sql.ts';
import type { ForeignRule } from './remote.ts';

/**
 * What people put on tables of the catalog that may refuse a row: checks, unique and exclusion rules, references, columns that must not be empty, policies. What the
 * catalog's own tables come with is left out: a plan knows of it.
 */
export function foreignRules(catalog: Catalog, found: FoundSchema): readonly ForeignRule[] {
  return catalog.tables.flatMap((table) => {
    const relation = found.relations.get(table.name);
    if (relation === undefined) return [];
    return [
      ...relation.rules
        .filter((rule) => !isOurs(catalog, table, rule))
        .map(({ name, late }) => ({ table: table.name, rule: name, late })),
      ...neededColumns(table, relation).map((rule) => ({ table: table.name, rule, late: null })),
    ];
  });
}

/** Columns that may be empty here and not there. */
function neededColumns(table: CatalogTable, relation: FoundRelation): readonly string[] {
  const emptied = new Set(table.columns.filter(({ nullable }) => nullable).map(({ name }) => name));
  return relation.columns.filter(({ name, nullable }) => !nullable && emptied.has(name)).map(({ name }) => name);
}

/** Whether a rule is one the tables are made with. */
function isOurs(catalog: Catalog, table: CatalogTable, { kind, name, columns, other }: FoundRule): boolean {
  switch (kind) {
    case 'primary-key':
      return true;
    case 'check':
      return table.columns.some((column) => {
        const { min, max, maxBytes } = column.limits ?? {};
        const own = [min, max, maxBytes].filter((limit) => limit !== undefined);
        // As the server names them: what somebody adds later gets the next number.
        return own.some((_, index) => name === `${table.name}_${column.name}_check${index === 0 ? '' : index}`);
      });
    case 'unique':
      return uniqueIndexNames(table).includes(name);
    case 'foreign-key': {
      const ofCatalog = (reference: string, keys: readonly string[]): boolean =>
        other === `${catalog.schema}.${reference}` && columns.join() === [catalog.scopeColumn, ...keys].join();
      return (
        ofCatalog('class', []) || table.foreignKeys.some((key) => !key.soft && ofCatalog(key.references, key.columns))
      );
    }
    case 'referenced': {
      const ours = [...serverBookkeeping, ...catalog.tables.map((each) => each.name)];
      return ours.some((each) => other === `${catalog.schema}.${each}`);
    }
    case 'policy':
      return isOurPolicy(name);
    case 'exclusion':
      return false;
  }
}
