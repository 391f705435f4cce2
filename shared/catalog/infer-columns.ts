import type { CatalogColumn } from './catalog.ts';
import type { FoundTable, FoundTableColumn } from './found-tables.ts';
import { isIdentifier } from './identifier.ts';
import { inferType } from './infer-type.ts';
import { guessed, leftOut, type InferenceNote } from './inference-note.ts';
import { keyTypes } from './key.ts';
import { integerTypes } from './limits.ts';
import { reservedColumnNames } from './reserved-names.ts';

/** The columns of a table that a catalog can have, and its key without the scope column. */
export interface InferredColumns {
  readonly key: readonly string[];
  readonly columns: readonly CatalogColumn[];
  /** Whether the server gives the keys. */
  readonly sequence: boolean;
}

/** Most columns a table of a catalog has. */
const mostColumns = 400;

/** The columns of a table, with notes about those left out; null where the table has no key a catalog can have. */
export function inferColumns(
  table: FoundTable,
  schema: string,
  scope: string,
  notes: InferenceNote[],
): InferredColumns | null {
  const key = table.key.filter((name) => name !== scope);
  if (key.length === 0) {
    notes.push(leftOut('no-key', { table: table.name }));
    return null;
  }
  const taken = new Set<string>();
  const columns: CatalogColumn[] = [];
  for (const found of table.columns.filter(({ name }) => name !== scope)) {
    const column = inferColumn(table, found, schema, taken, notes);
    if (column !== null && columns.length < mostColumns) columns.push(column);
    else if (column !== null) notes.push(leftOut('too-many', { table: table.name, column: found.name }));
  }
  const usable = key.every((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    return column?.class === 'content' && !column.nullable && keyTypes.has(column.type);
  });
  if (!usable) {
    notes.push(leftOut('key-left-out', { table: table.name, detail: key.join(', ') }));
    return null;
  }
  const sequence = hasSequence(table, key, columns);
  if (sequence) notes.push(guessed('key-sequence', { table: table.name, column: key[0] ?? '' }));
  return { key, columns, sequence };
}

function inferColumn(
  table: FoundTable,
  found: FoundTableColumn,
  schema: string,
  taken: Set<string>,
  notes: InferenceNote[],
): CatalogColumn | null {
  const at = { table: table.name, column: found.name };
  const type = inferType(found, schema);
  const folded = found.name.toLowerCase();
  const problem = !isIdentifier(found.name)
    ? leftOut('name-unusable', at)
    : reservedColumnNames.has(folded)
      ? leftOut('name-reserved', at)
      : taken.has(folded)
        ? leftOut('name-taken', at)
        : type === null
          ? leftOut('type-unsupported', { ...at, detail: found.type })
          : null;
  if (problem !== null || type === null) {
    if (problem !== null) notes.push(problem);
    if (!found.nullable && found.default === null && !found.identity && !found.generated)
      notes.push(leftOut('column-required', at));
    return null;
  }
  taken.add(folded);
  if (found.generated) notes.push(guessed('generated', at));
  return {
    name: found.name,
    ...type,
    nullable: found.nullable || found.generated,
    class: found.generated ? 'generated' : 'content',
    policy: 'ask',
  };
}

function hasSequence(table: FoundTable, key: readonly string[], columns: readonly CatalogColumn[]): boolean {
  const [only, ...others] = key;
  const found = table.columns.find(({ name }) => name === only);
  const column = columns.find(({ name }) => name === only);
  if (found === undefined || column === undefined || others.length > 0 || !integerTypes.has(column.type)) return false;
  return found.identity || (found.default?.startsWith('nextval(') ?? false);
}
