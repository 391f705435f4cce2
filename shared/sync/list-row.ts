import { contentColumns, tableOf, type CatalogTable } from '../catalog/catalog.ts';
import { pkFromCells, pkOf } from '../catalog/key.ts';
import { refusedColumn, unsendableColumn } from '../catalog/refused-column.ts';
import { alikeOf, heldBy, naturalOf, type Claim } from './claims.ts';
import { change, diffRow, directionOf, neverGoesMissing, type DiffHints } from './diff.ts';
import type { Lookup, Side } from './lookup.ts';
import type { Direction, PlanRow, Row, RowOutcome, TreeRow, Trees } from './plan.ts';
import { copiedOutcome, putBackOutcome } from './put-back.ts';
import { forMode, type SyncMode } from './sync-mode.ts';
import { cellOf, hardReferences, references, sameRow, type Reference } from './row.ts';

/** What is known of a row beside its trees, for the words around it. */
export interface RowWords extends Pick<PlanRow, 'label' | 'origin' | 'serverVer' | 'newer'> {
  /** Why the clocks cannot tell which side is newer; null where they can. */
  readonly untold?: 'clock-unknown' | 'clocks-overlap' | null;
}

/** What is known of a row beside its trees, for what it comes to. */
export interface RowHints extends Omit<DiffHints, 'parentGone'> {
  /** Whether the server was put back and holds something else there than both sides once agreed on. */
  readonly putBack: boolean;
  /** Whether the file was copied, or put back, with this PC's change unsent. */
  readonly copied: boolean;
}

/** Parts of the per-key step that need more than the row itself: its parents, and keys that were taken over by others. */
export function outcomeOf(
  lookup: Lookup,
  table: CatalogTable,
  trees: Trees,
  hints: RowHints,
  mode: SyncMode,
): Exclude<RowOutcome, { kind: 'agreed' }> | null {
  if (mode === 'push-only' && isGivenUp(lookup, table, trees)) return givenUp(table, trees);
  const parentGone = isParentGone(lookup, table, trees);
  const both = isRepointed(lookup, table, trees)
    ? change(table, trees, trees.server)
    : diffRow(table, trees, { ...hints, parentGone });
  const asks = hints.putBack && !comesAgain(lookup, table, trees, both);
  const known = hints.copied ? copiedOutcome(table, trees, both) : both;
  const outcome = forMode(table, trees, asks ? putBackOutcome(table, trees, both) : known, mode, parentGone);
  if (outcome === null || outcome.kind === 'agreed') return null;
  if (outcome.kind === 'conflict' || outcome.result === null) return outcome;
  const moved = followAliases(lookup, table, outcome.result);
  if (sameRow(table, moved, outcome.result)) return outcome;
  const repointed = change(table, trees, moved);
  return repointed.kind === 'agreed' ? null : repointed;
}

/**
 * Whether a row of a server that was put back is one this PC only let go of (it once took everything from a server that did not have it): rows of such tables never
 * go missing, so that nobody deleted it, and it comes again. Not where another record took its key over: it is that one now.
 */
function comesAgain(lookup: Lookup, table: CatalogTable, { local, server }: Trees, outcome: RowOutcome): boolean {
  if (local !== null || server === null || !neverGoesMissing(table)) return false;
  return outcome.kind === 'change' && outcome.result !== null && !wasTakenOver(lookup, table, pkOf(table, server));
}

/** Whether a row that never goes missing by itself is missing because a row it cannot be without is deleted for good on that side. */
function isParentGone(lookup: Lookup, table: CatalogTable, { base, local, server }: Trees): boolean {
  const present = local ?? server;
  if (!neverGoesMissing(table) || base === undefined || base === null || (local !== null && server !== null))
    return false;
  const side: Side = local === null ? 'local' : 'server';
  return hardReferences(table, present).some((parent) => {
    const place = lookup.ordinal(parent.table, parent.pk);
    return place !== null && isGone(lookup, lookup.row(place), side);
  });
}

/** Whether a listed row is deleted for good on a side, be it agreed with or asked about. */
export function isGone(lookup: Lookup, row: PlanRow, side: Side): boolean {
  const other = side === 'local' ? row.trees.server : row.trees.local;
  if (row.trees[side] !== null || other === null) return false;
  // What a server that was put back holds again was deleted here, although nothing, or nothing any more, was agreed on.
  const isAgain = row.reason === 'server-restored' && row.conflict !== 'same-identity';
  if (!isAgain && (row.trees.base === undefined || row.trees.base === null)) return false;
  if (row.kind === 'delete') return row.result === null;
  const table = tableOf(lookup.catalog, row.table);
  return row.kind === 'conflict' && (isAgain || !neverGoesMissing(table) || row.group !== undefined);
}

/** How often one key may have been taken over by another, and that by another, before it is followed no more. */
const LONGEST_CHAIN = 16;

/** A row whose pointers lead to keys that were taken over points at the new ones. */
function followAliases(lookup: Lookup, table: CatalogTable, row: Row): Row {
  let moved = row;
  for (const reference of references(table, row)) {
    const [column] = reference.key.columns;
    const cell = column === undefined || reference.key.columns.length > 1 ? null : followAlias(lookup, reference);
    if (column !== undefined && cell !== null && !table.key.includes(column)) moved = { ...moved, [column]: cell };
  }
  return moved;
}

/**
 * Whether a recorded row differs only in pointers, and those of the server lead where an alias says that the ones here lead now: somebody decided that the records
 * are one, and the row went along there. That is no change of what was recorded, and nothing to ask about.
 */
function isRepointed(lookup: Lookup, table: CatalogTable, { local, server }: Trees): boolean {
  if (table.kind !== 'append-only' || local === null || server === null || sameRow(table, local, server)) return false;
  return contentColumns(table).every(({ name }) => {
    const [from, to] = [cellOf(local, name), cellOf(server, name)];
    if (from === to) return true;
    if (from === null || to === null || table.key.includes(name)) return false;
    return table.foreignKeys.some(
      ({ columns, references: target }) =>
        columns.length === 1 && columns[0] === name && leadsTo(lookup, target, from, to),
    );
  });
}

/** Whether a backup copy still has a record that became another one here: it goes there too, or the one it became could not have its values. */
function isGivenUp(lookup: Lookup, table: CatalogTable, { base, local, server }: Trees): boolean {
  if (local !== null || server === null || base === undefined || base === null) return false;
  return wasTakenOver(lookup, table, pkOf(table, server));
}

function givenUp(table: CatalogTable, trees: Trees): Exclude<RowOutcome, { kind: 'agreed' }> | null {
  const outcome = change(table, trees, null);
  return outcome.kind === 'agreed' ? null : outcome;
}

/** Whether a record is gone here because another one, which is here, took its key over. */
export function wasTakenOver(lookup: Lookup, table: CatalogTable, pk: string): boolean {
  let [key = null] = JSON.parse(pk) as string[];
  if (table.key.length > 1 || lookup.trees(table, pk).local !== null) return false;
  for (let steps = 0; steps < LONGEST_CHAIN && key !== null; steps += 1) {
    key = nextKey(lookup, table.name, key);
    if (key !== null && lookup.trees(table, pkFromCells([key])).local !== null) return true;
  }
  return false;
}

/** Whether aliases say that a key was taken over by another one, in one step or in several. */
function leadsTo(lookup: Lookup, table: string, from: string, to: string): boolean {
  let at: string | null = from;
  for (let steps = 0; steps < LONGEST_CHAIN && at !== null; steps += 1) {
    at = nextKey(lookup, table, at);
    if (at === to) return true;
  }
  return false;
}

/** The key that took a key over, as an alias says; null where none does. */
export function nextKey(lookup: Lookup, table: string, key: string): string | null {
  const { alias } = lookup.catalog.roles;
  if (alias === null) return null;
  const entry = lookup.trees(tableOf(lookup.catalog, alias), pkFromCells([table, key]));
  return cellOf(entry.local ?? entry.server, 'new_id');
}

function followAlias(lookup: Lookup, { table, pk }: Reference): string | null {
  if (lookup.catalog.roles.alias === null) return null;
  const target = tableOf(lookup.catalog, table);
  let found: string | null = null;
  for (let at = pk, steps = 0; steps < LONGEST_CHAIN; steps += 1) {
    if (lookup.ordinal(table, at) !== null || lookup.trees(target, at).local !== null) return found;
    const [old] = JSON.parse(at) as string[];
    const next = old === undefined ? null : nextKey(lookup, table, old);
    if (next === null) return null;
    found = next;
    at = JSON.stringify([next]);
  }
  return null;
}

/** Why nobody can tell which side is newer, where a column would be settled by that. */
function untoldOf(
  table: CatalogTable,
  { fields }: RowOutcome & { kind: 'conflict' },
  words: RowWords,
): PlanRow['reason'] {
  const byTime = fields.some(
    ({ name, clash }) => clash && table.columns.some((column) => column.name === name && column.policy === 'newest'),
  );
  return byTime ? (words.untold ?? null) : null;
}

/** An outcome as a row of the plan. `key` is the address of the row. */
export function listRow(
  table: CatalogTable,
  pk: string,
  trees: Trees,
  outcome: Exclude<RowOutcome, { kind: 'agreed' }>,
  words: RowWords,
): { readonly row: PlanRow; readonly direction: Direction } {
  const newer = words.newer ?? null;
  const asks = outcome.kind === 'conflict';
  const row: PlanRow = {
    table: table.name,
    pk,
    label: words.label,
    kind: asks ? 'conflict' : outcome.change,
    conflict: asks ? outcome.conflict : null,
    restored: !asks && outcome.restored,
    trees,
    result: asks ? undefined : outcome.result,
    fields: outcome.fields,
    origin: words.origin,
    recommended: asks ? (outcome.recommended ?? newer) : null,
    reason: asks ? (outcome.reason ?? (newer === null ? untoldOf(table, outcome, words) : 'newer')) : null,
    newer,
    serverVer: words.serverVer,
    ...(outcome.gone !== undefined ? { gone: outcome.gone } : {}),
  };
  return { row, direction: asks ? 'both' : (directionOf(table, trees, outcome.result) ?? 'both') };
}

/** What is to be noted of a listed row for the closure. */
export interface Notes {
  /** Rows of the plan listed before that this one points at, and that could be missing or go. */
  readonly parents: readonly number[];
  /** Values this row holds in any version. */
  readonly claims: readonly Claim[];
  /** Why the row cannot be stored as the server has it: the column that is in the way; null if it can. */
  readonly refused: string | null;
  /** Whether that is because the row comes back naming a record that is on neither side any more. */
  readonly parentLost: boolean;
}

/** Notes what matters of a listed row beside others. */
export function notesOf(lookup: Lookup, table: CatalogTable, row: PlanRow): Notes {
  const { local, server } = row.trees;
  const versions = new Set<TreeRow>([local, server, row.result ?? null, row.gone ?? null]);
  const parents = new Set<number>();
  const nowhere: string[] = [];
  const seen = new Set<string>();
  for (const version of versions) {
    for (const parent of hardReferences(table, version)) {
      const address = `${parent.table} ${parent.pk}`;
      if (seen.has(address) && version !== row.result) continue;
      seen.add(address);
      const place = lookup.ordinal(parent.table, parent.pk);
      if (place !== null && !isOnBothSides(lookup.row(place))) parents.add(place);
      // A parent of the same table may be listed later.
      if (place === null && version === server && parent.table !== table.name && isMissingHere(lookup, parent))
        nowhere.push(parent.key.columns[0] ?? '');
    }
  }
  const refused = refusedOf(table, row, nowhere);
  const lost = refused === null ? lostParent(lookup, table, row) : null;
  return { parents: [...parents], claims: claimsIn(table, row), refused: refused ?? lost, parentLost: lost !== null };
}

/** Whether nobody who points at a row can miss it, whatever becomes of the plan. One that comes back, changed, is missing on a side. */
function isOnBothSides({ kind, trees: { local, server } }: PlanRow): boolean {
  return kind === 'update' && local !== null && server !== null;
}

/** The column in which a row that comes back as the server had it last names a record that is on neither side any more. */
function lostParent(lookup: Lookup, table: CatalogTable, { trees: { local, server }, result }: PlanRow): string | null {
  if (server !== null || result === undefined || sameRow(table, result, local)) return null;
  const lost = hardReferences(table, result).find((parent) => {
    const trees = lookup.trees(tableOf(lookup.catalog, parent.table), parent.pk);
    return trees.local === null && trees.server === null;
  });
  return lost === undefined ? null : (lost.key.columns[0] ?? null);
}

function isMissingHere(lookup: Lookup, parent: Reference): boolean {
  return lookup.trees(tableOf(lookup.catalog, parent.table), parent.pk).local === null;
}

/** Why one side's row cannot be stored on the other as it is: a column with a value of no use, or one that names a record which is nowhere. */
function refusedOf(
  table: CatalogTable,
  { trees: { local, server }, result }: PlanRow,
  nowhere: readonly string[],
): string | null {
  if (sameRow(table, local, server)) return null;
  const column =
    (local === null ? null : unsendableColumn(table, local)) ?? (server === null ? null : refusedColumn(table, server));
  if (column !== null) return column.name;
  // What the row becomes may point elsewhere, and what goes points nowhere.
  if (result === null) return null;
  return nowhere.find((name) => result === undefined || cellOf(result, name) === cellOf(server, name)) ?? null;
}

/** Every value a listed row holds in one of its versions. Only new rows can be a thing the other side knows under another key. */
function claimsIn(table: CatalogTable, { trees: { base, local, server }, result, gone }: PlanRow): readonly Claim[] {
  if (table.unique.length === 0 && table.naturalKeys.length === 0) return [];
  const held = [local, server, result, gone].flatMap((version) => heldBy(table, version));
  const isNew = (base === undefined || base === null) && (local === null || server === null);
  const named = isNew ? [...naturalOf(table, local ?? server), ...alikeOf(table, local ?? server)] : [];
  return [...new Set([...held, ...named])];
}
