import type { CatalogColumn, TableKind, TimestampColumn } from './catalog.ts';
import type { FoundTable } from './found-tables.ts';
import type { InferredColumns } from './infer-columns.ts';
import { guessed, leftOut, type GuessReason, type InferenceNote } from './inference-note.ts';

/** How the rows of a table seem to live. */
export interface InferredKind {
  readonly kind: TableKind;
  readonly softDelete: string | null;
  readonly deletionDetails: readonly string[];
  readonly timestamp: TimestampColumn;
  /** The columns that travel: without the one the server keeps. */
  readonly columns: readonly CatalogColumn[];
  /** Columns that name a row to people. */
  readonly label: readonly string[];
}

const changedNames = /^(?:updated|changed|modified|last[_ -]?(?:updated|changed|modified))(?:[_ -]?(?:at|on|time))?$/i;
const madeNames = /^(?:(?:created|made|recorded|happened|logged|inserted)[_ -]?(?:at|on|time)?|at|time|timestamp)$/i;
const deletedNames = /^(?:deleted|removed|erased)(?:[_ -]?(?:at|on|time))?$/i;
const deletedByNames = /^(?:deleted|removed|erased)[_ -]?(?:by|with|from|reason|device)$/i;
const entryNames = /(?:^|[_ -])(?:logs?|events?|histor(?:y|ies)|audits?|journals?|entr(?:y|ies)|ledger|postings?)$/i;
const keyNames = /^(?:key|name|code|setting|option|parameter)$/i;
const valueNames = /^(?:value|val|content|data|setting)$/i;
const labelNames = /^(?:name|title|label|text|full[_ -]?name|display[_ -]?name|subject|number|code)$/i;
const nowDefault =
  /^(?:now\(\)|CURRENT_TIMESTAMP|clock_timestamp\(\)|statement_timestamp\(\)|transaction_timestamp\(\))/;

/** Guesses how a table's rows live, what says when they changed and how they are deleted, each with a note that says why. */
export function inferKind(table: FoundTable, inferred: InferredColumns, notes: InferenceNote[]): InferredKind {
  const timestamp = guessTimestamp(table, inferred, notes);
  const columns = inferred.columns.filter(
    ({ name }) => timestamp.maintainedBy === 'client' || name !== timestamp.column,
  );
  const content = columns.filter((column) => column.class === 'content');
  const softDelete = guessSoftDelete(table, inferred.key, content, notes);
  const [kind, why] = softDelete === null ? guessKind(table, inferred.key, content) : entity;
  notes.push(guessed(why, { table: table.name }));
  return {
    kind,
    softDelete,
    deletionDetails:
      softDelete === null
        ? []
        : content.filter(({ name, nullable }) => nullable && deletedByNames.test(name)).map(({ name }) => name),
    timestamp,
    columns,
    label: content.filter(({ name }) => labelNames.test(name)).map(({ name }) => name),
  };
}

const entity: readonly [TableKind, GuessReason] = ['entity', 'kind-entity'];

/** What is changed column by column loses nothing where the guess is wrong, so only good reasons make a table anything else. */
function guessKind(
  table: FoundTable,
  key: readonly string[],
  content: readonly CatalogColumn[],
): readonly [TableKind, GuessReason] {
  const others = content.filter(({ name }) => !key.includes(name));
  const [only] = key;
  const [value] = others;
  if (others.length === 0 && key.length > 1) return ['set', 'kind-set'];
  if (key.length === 1 && others.length === 1 && keyNames.test(only ?? '') && valueNames.test(value?.name ?? ''))
    return ['register', 'kind-register'];
  // Rows that go with their parent are no entries that stay for good.
  if (table.foreignKeys.some(({ onDelete }) => onDelete !== 'a' && onDelete !== 'r')) return entity;
  if (table.grants.insert && !table.grants.update) return ['append-only', 'kind-append-only-rights'];
  const stamped = table.columns.some(
    (column) => column.type === 'timestamp with time zone' && nowDefault.test(column.default ?? ''),
  );
  const changes = table.columns.some(({ name }) => changedNames.test(name));
  return entryNames.test(table.name) && stamped && !changes && !table.grants.update
    ? ['append-only', 'kind-append-only-name']
    : entity;
}

function guessSoftDelete(
  table: FoundTable,
  key: readonly string[],
  content: readonly CatalogColumn[],
  notes: InferenceNote[],
): string | null {
  const found = content.find(
    ({ name, type, nullable }) => type === 'timestamptz' && nullable && deletedNames.test(name) && !key.includes(name),
  );
  if (found === undefined) return null;
  const at = { table: table.name, column: found.name };
  if (table.foreignKeys.some(({ onDelete }) => onDelete === 'c')) {
    notes.push(leftOut('soft-delete-cascade', at));
    return null;
  }
  notes.push(guessed('soft-delete', at));
  return found.name;
}

function guessTimestamp(table: FoundTable, { columns, key }: InferredColumns, notes: InferenceNote[]): TimestampColumn {
  const times = columns.filter(
    ({ name, type, class: kind }) => type === 'timestamptz' && kind === 'content' && !key.includes(name),
  );
  const changed = times.find(({ name }) => changedNames.test(name));
  const kept =
    changed !== undefined &&
    (table.rowTriggers.length > 0 ||
      nowDefault.test(table.columns.find(({ name }) => name === changed.name)?.default ?? ''));
  if (kept) {
    notes.push(guessed('timestamp-server', { table: table.name, column: changed.name }));
    return { column: changed.name, maintainedBy: 'server' };
  }
  const written =
    changed ?? times.find(({ name }) => madeNames.test(name)) ?? times.find(({ name }) => !deletedNames.test(name));
  if (written !== undefined) {
    notes.push(guessed('timestamp-client', { table: table.name, column: written.name }));
    return { column: written.name, maintainedBy: 'client' };
  }
  const taken = new Set(table.columns.map(({ name }) => name.toLowerCase()));
  const free = ['updated_at', 'changed_at', 'row_changed_at', 'last_changed_on_server'].find(
    (name) => !taken.has(name),
  );
  const column = free ?? 'updated_at';
  notes.push(guessed('timestamp-added', { table: table.name, column }));
  return { column, maintainedBy: 'server' };
}
