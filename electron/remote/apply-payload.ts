import { claimedCells } from '../../shared/catalog/claimed-cells.ts';
import { contentColumns, tableOf } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';
import { cellOf } from '../../shared/sync/row.ts';
import type { Cell, Row } from '../../shared/sync/plan.ts';
import { copyLine } from './copy-text.ts';
import type { EffectList, TimedEffect } from './remote.ts';

/** What a run does to a row of the server. */
export type WriteOp = 'add' | 'update' | 'delete';

/** One row of the run's temporary table. */
export interface WriteRow {
  readonly table: CatalogTable;
  readonly op: WriteOp;
  /** Number of the update group; null for adds and deletes. */
  readonly group: number | null;
  readonly effect: TimedEffect;
}

/** Updates of one table that change the same columns and go in the same phase. */
export interface UpdateGroup {
  readonly group: number;
  readonly table: string;
  readonly columns: readonly string[];
  /** The rows leave the predicate of partial unique indexes, so they go before anything that claims their values. */
  readonly leaving: boolean;
}

/** What a run's payload is like, as far as it has been looked at: enough to know its statements, whatever its size. */
export class PayloadShape {
  readonly catalog: Catalog;
  /** Rows of the run. */
  readonly total: number;
  readonly #groups = new Map<string, UpdateGroup>();
  readonly #ops = new Map<string, Set<WriteOp>>();
  readonly #tables = new Map<string, CatalogTable>();
  readonly #compared = new Set<string>();
  #asksVersions = false;

  constructor(catalog: Catalog, total: number) {
    this.catalog = catalog;
    this.total = total;
  }

  /** The updates of the rows taken in so far. */
  get groups(): readonly UpdateGroup[] {
    return [...this.#groups.values()];
  }

  /** Tables with rows of the run (to which it does this), in the order of the catalog. */
  tablesWith(op?: WriteOp): readonly CatalogTable[] {
    return this.catalog.tables.filter(({ name }) => {
      const ops = this.#ops.get(name);
      return op === undefined ? ops !== undefined : ops?.has(op) === true;
    });
  }

  /** Whether rows of a table were known on the server when the plan was made, alive or deleted. */
  comparesContent({ name }: CatalogTable): boolean {
    return this.#compared.has(name);
  }

  /** Whether the version of any row is asked for. */
  get asksVersions(): boolean {
    return this.#asksVersions;
  }

  /** Takes in the next row: what it does. */
  take(effect: TimedEffect): WriteRow {
    const { table: name, trees, result } = effect;
    const table = this.#table(name);
    const op = result === null ? 'delete' : trees.server === null ? 'add' : 'update';
    let ops = this.#ops.get(name);
    if (ops === undefined) this.#ops.set(name, (ops = new Set()));
    ops.add(op);
    if (op !== 'add' || effect.serverVer !== null) this.#compared.add(name);
    if (effect.versionUnasked !== true) this.#asksVersions = true;
    const group = result === null || trees.server === null ? null : this.#groupOf(table, trees.server, result);
    return { table, op, group, effect };
  }

  #table(name: string): CatalogTable {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = tableOf(this.catalog, name)));
    return table;
  }

  #groupOf(table: CatalogTable, from: Row, to: Row): number {
    const columns = contentColumns(table)
      .map((column) => column.name)
      .filter((name) => cellOf(from, name) !== cellOf(to, name));
    const leaving = leavesRule(table, from, to);
    const key = JSON.stringify([table.name, leaving, columns]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known.group;
    const made = { group: this.#groups.size, table: table.name, columns, leaving };
    this.#groups.set(key, made);
    return made.group;
  }
}

/** Whether a row lets go of a value of a unique rule and takes none: it goes before everything that claims values. */
function leavesRule(table: CatalogTable, from: Row, to: Row): boolean {
  if (table.unique.length === 0) return false;
  const claims = table.unique.map((unique) => [claimOf(table, unique, from), claimOf(table, unique, to)] as const);
  return (
    claims.some(([held, wanted]) => held !== null && wanted === null) &&
    claims.every(([held, wanted]) => wanted === null || wanted === held)
  );
}

/** The value a row holds in a unique rule, or null when it holds none: absent, outside the predicate, or with NULL in it. */
export function claimOf(table: CatalogTable, unique: CatalogTable['unique'][number], row: Row | null): string | null {
  const cells = claimedCells(table, unique, row);
  return cells === null ? null : JSON.stringify(cells);
}

/** Up to this many rows, and this many characters, travel as one parameter. */
const parameterRows = 1_000;
const parameterLength = 1_000_000;

/** Whether so many effects are few and small enough for one parameter; otherwise they go by COPY. */
export function fitsParameter(effects: EffectList): boolean {
  if (effects.length > parameterRows) return false;
  let length = 0;
  for (const { trees, result } of effects) {
    for (const row of [trees.server, result]) {
      if (row !== null) for (const cell of Object.values(row)) length += cell?.length ?? 0;
    }
  }
  return length <= parameterLength;
}

/** Content columns of the widest table of a catalog: so many cells a payload has for what is expected, and for what shall be. */
export function payloadWidth(catalog: Catalog): number {
  return Math.max(...catalog.tables.map((table) => contentColumns(table).length));
}

/** The cells of a row in the order of `payloadColumns`. */
function payloadCells(shape: PayloadShape, width: number, effect: TimedEffect, ord: number): readonly Cell[] {
  const { table, op, group } = shape.take(effect);
  const cells: Cell[] = [
    String(ord),
    table.name,
    effect.pk,
    op,
    group === null ? null : String(group),
    effect.serverVer,
    effect.editedFrom,
    effect.editedTo,
    effect.versionUnasked === true ? null : 'true',
  ];
  const columns = contentColumns(table);
  for (const row of [effect.trees.server, effect.result])
    for (let index = 0; index < width; index += 1) {
      const column = columns[index];
      cells.push(row === null || column === undefined ? null : (row[column.name] ?? null));
    }
  return cells;
}

/** The rows as one JSON text for a parameter: a list of cells each. */
export function payloadJson(shape: PayloadShape, effects: EffectList): string {
  const width = payloadWidth(shape.catalog);
  return JSON.stringify(Array.from(effects, (effect, ord) => payloadCells(shape, width, effect, ord)));
}

/** One row of a run as COPY takes it, and its table. */
export interface PayloadLine {
  readonly line: string;
  readonly table: string;
}

/** The rows as lines of a COPY. */
export function* payloadLines(shape: PayloadShape, effects: EffectList): Generator<PayloadLine> {
  const width = payloadWidth(shape.catalog);
  let ord = 0;
  for (const effect of effects) {
    yield { line: copyLine(payloadCells(shape, width, effect, ord)), table: effect.table };
    ord += 1;
  }
}
