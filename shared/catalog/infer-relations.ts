import type { Catalog, CatalogForeignKey, CatalogTable, CatalogUnique, OnDelete } from './catalog.ts';
import type { CatalogReason } from './catalog-problem.ts';
import type { FoundForeignKey, FoundTable, FoundTables, FoundUnique } from './found-tables.ts';
import { inferConditions, type ColumnsByName } from './infer-rules.ts';
import { leftOut, type InferenceNote, type InferenceProblemReason } from './inference-note.ts';
import { relationProblems } from './relation-problems.ts';

/** Most references and unique rules a table of a catalog has. */
const most = 64;

/** What is known while the relations of a table are worked out: all tables so far, without any relation. */
export interface RelationContext {
  readonly found: FoundTables;
  readonly catalog: Catalog;
  readonly notes: InferenceNote[];
}

/** The content columns of a table by name: others cannot be part of a rule. */
export function contentByName({ columns }: CatalogTable): ColumnsByName {
  return new Map(columns.filter((column) => column.class === 'content').map((column) => [column.name, column]));
}

/** The references of a table to tables of the catalog. */
export function inferReferences(
  context: RelationContext,
  table: CatalogTable,
  found: FoundTable,
): readonly CatalogForeignKey[] {
  const seen = new Set<string>();
  return found.foreignKeys
    .flatMap((key) => {
      const reference = inferReference(context, table, key);
      const text = JSON.stringify([reference?.columns, reference?.references]);
      if (reference === null || seen.has(text)) return [];
      seen.add(text);
      return [reference];
    })
    .slice(0, most);
}

function inferReference(
  { found, catalog, notes }: RelationContext,
  table: CatalogTable,
  key: FoundForeignKey,
): CatalogForeignKey | null {
  const at = { table: table.name, column: key.columns.join(', '), detail: key.table };
  const scope = catalog.scopeColumn;
  const pairs = key.columns.map((column, place) => ({ column, target: key.references[place] ?? '' }));
  // The reference to the list of classes: every row has it, and no catalog says so.
  if (pairs.every(({ column }) => column === scope)) return null;
  const without = (reason: InferenceProblemReason): null => {
    notes.push(leftOut(reason, at));
    return null;
  };
  const parent = key.schema === found.schema ? catalog.tables.find(({ name }) => name === key.table) : undefined;
  if (parent === undefined) return without('reference-elsewhere');
  const scoped = pairs.filter(({ column, target }) => column !== scope || target !== scope);
  const ordered = parent.key.flatMap((name) => scoped.find(({ target }) => target === name)?.column ?? []);
  if (ordered.length !== scoped.length || ordered.length !== parent.key.length) return without('reference-not-key');
  const content = contentByName(table);
  if (ordered.some((column) => !content.has(column))) return without('reference-type');
  const reference: CatalogForeignKey = {
    columns: ordered,
    references: parent.name,
    soft: false,
    onDelete: meaningOf(key.onDelete),
  };
  const wrong = reasonsWith(catalog, { ...table, foreignKeys: [reference] });
  if (wrong.has('reference-type')) return without('reference-type');
  if (!wrong.has('reference-action') && key.onDelete !== 'd') return reference;
  notes.push(leftOut('reference-action', at));
  return { ...reference, onDelete: 'restrict' };
}

function meaningOf(letter: string): OnDelete {
  if (letter === 'c') return 'cascade';
  return letter === 'n' ? 'set-null' : 'restrict';
}

function reasonsWith(catalog: Catalog, table: CatalogTable): ReadonlySet<CatalogReason> {
  return new Set(relationProblems(catalog, table).map(({ reason }) => reason));
}

/** The unique rules of a table. */
export function inferUnique(
  context: RelationContext,
  table: CatalogTable,
  found: FoundTable,
): readonly CatalogUnique[] {
  return found.unique.flatMap((unique) => inferRule(context, table, unique) ?? []).slice(0, most);
}

function inferRule({ catalog, notes }: RelationContext, table: CatalogTable, found: FoundUnique): CatalogUnique | null {
  const without = (reason: InferenceProblemReason): null => {
    notes.push(leftOut(reason, { table: table.name, detail: found.name }));
    return null;
  };
  const content = contentByName(table);
  const columns = found.columns.filter((name) => name !== catalog.scopeColumn);
  if (columns.length === 0) return null;
  const named = columns.flatMap((name) => (name === null || !content.has(name) ? [] : [name]));
  const conditions = inferConditions(found.predicate, content);
  if (named.length !== columns.length || conditions === null || conditions.length > 8)
    return without('unique-expression');
  if (found.nullsAreEqual && named.some((name) => content.get(name)?.nullable === true)) return without('unique-nulls');
  const isLive = ({ kind, column }: (typeof conditions)[number]): boolean =>
    kind === 'null' && column === table.softDelete;
  const rule: CatalogUnique = {
    columns: named,
    amongLive: conditions.some(isLive),
    where: conditions.filter((condition) => !isLive(condition)),
  };
  const wrong = reasonsWith(catalog, { ...table, unique: [rule] });
  if (wrong.has('unique-type') || wrong.has('condition-value')) return without('unique-type');
  return wrong.has('unique-not-movable') ? without('unique-fixed') : rule;
}

/** The tables with references in a circle made soft: a run writes parents before children, and there is no such order in a circle. */
export function breakCircles(tables: readonly CatalogTable[], notes: InferenceNote[]): readonly CatalogTable[] {
  const placed = new Set<string>();
  const broken = new Map<string, CatalogTable>();
  let waiting = tables;
  while (waiting.length > 0) {
    const isPlaced = (key: CatalogForeignKey): boolean => key.soft || placed.has(key.references);
    const ready = waiting.find((table) => table.foreignKeys.every(isPlaced)) ?? waiting[0];
    if (ready === undefined) break;
    const foreignKeys = ready.foreignKeys.map((key) => {
      if (isPlaced(key)) return key;
      notes.push(
        leftOut('reference-circle', { table: ready.name, column: key.columns.join(', '), detail: key.references }),
      );
      return { ...key, soft: true, onDelete: 'restrict' } satisfies CatalogForeignKey;
    });
    broken.set(ready.name, { ...ready, foreignKeys });
    placed.add(ready.name);
    waiting = waiting.filter((table) => table !== ready);
  }
  return tables.map((table) => broken.get(table.name) ?? table);
}
