import type { CatalogTable } from '../../shared/catalog/catalog.ts';
import { pkFromCells, pkOf } from '../../shared/catalog/key.ts';
import type { Row } from '../../shared/sync/plan.ts';
import { pick, randomUuid, type Random } from '../simulation/random.ts';
import { change, rowsHere, type SchemaBook, type SchemaRows } from './schema-book.ts';

type Change = Parameters<typeof change>[1][number];

/** Somebody changes something on a device, as far as its own rules let them. */
export function editSchema(next: Random, book: SchemaBook): boolean {
  const table = pick(next, book.catalog.tables);
  if (table === undefined) return false;
  const rows = rowsHere(book);
  const own = [...rows].filter(([address]) => address.startsWith(`${table.name} `));
  const found = pick(
    next,
    own.toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  const add = (): boolean => {
    const made = added(next, table, rows);
    return made !== null && change(book, [made]);
  };
  if (found === undefined || next(3) === 0) return add();
  const [, row] = found;
  if (table.kind === 'append-only') return add();
  if (table.kind === 'set' || (next(4) === 0 && table.softDelete === null))
    return change(book, removed(book, rows, table, row));
  if (next(4) === 0 && own.length > 1) return exchangeCodes(next, book, table, own);
  const changed = { ...row, ...someCells(next, table, rows) };
  return change(book, [{ table: table.name, pk: pkOf(table, changed), row: changed }]);
}

function added(next: Random, table: CatalogTable, rows: SchemaRows): Change | null {
  const empty = Object.fromEntries(table.columns.map(({ name }) => [name, null]));
  const row: Row = { ...empty, ...someCells(next, table, rows, true) };
  // Nothing is there yet that it could belong to.
  if (table.key.some((name) => row[name] == null)) return null;
  return { table: table.name, pk: pkOf(table, row), row };
}

/** New values for some cells, or for all: few enough that people use the same ones. */
export function someCells(next: Random, table: CatalogTable, rows: SchemaRows, all = false): Row {
  const cells: Record<string, string | null> = {};
  for (const { name, type, nullable } of table.columns) {
    const key = table.key.includes(name);
    if (!all && (key || next(3) > 0)) continue;
    const foreign = table.foreignKeys.find(({ columns }) => columns.includes(name));
    if (foreign !== undefined) {
      const targets = [...rows].flatMap(([address, row]) =>
        address.startsWith(`${foreign.references} `) ? [row['id'] ?? ''] : [],
      );
      const target = pick(next, targets.toSorted());
      cells[name] = target === undefined || (nullable && next(4) === 0) ? null : target;
    } else if (name === 'id') cells[name] = randomUuid(next);
    else if (name === 'hidden_at') cells[name] = all || next(2) === 0 ? null : '2026-11-20T08:00:00.000Z';
    else if (nullable && next(4) === 0) cells[name] = null;
    else cells[name] = type === 'text' ? (['a', 'b', 'c', "d'"][next(4)] ?? 'a') : String(next(4));
  }
  return cells;
}

/** A row goes with everything the catalog says goes with it. */
function removed(book: SchemaBook, rows: SchemaRows, table: CatalogTable, row: Row): readonly Change[] {
  const changes = new Map<string, Change>();
  const remove = (of: CatalogTable, gone: Row): void => {
    const pk = pkOf(of, gone);
    if (changes.get(`${of.name} ${pk}`)?.row === null) return;
    changes.set(`${of.name} ${pk}`, { table: of.name, pk, row: null });
    for (const child of book.catalog.tables)
      for (const foreign of child.foreignKeys) {
        if (foreign.references !== of.name || foreign.soft || foreign.onDelete === 'restrict') continue;
        for (const [address, each] of rows) {
          if (!address.startsWith(`${child.name} `)) continue;
          const before = changes.get(address);
          const current = before === undefined ? each : before.row;
          if (current === null || pkFromCells(foreign.columns.map((name) => current[name] ?? '')) !== pk) continue;
          if (foreign.onDelete === 'cascade') remove(child, each);
          else {
            const freed = { ...current, ...Object.fromEntries(foreign.columns.map((name) => [name, null])) };
            changes.set(address, { table: child.name, pk: pkOf(child, each), row: freed });
          }
        }
      }
  };
  remove(table, row);
  // Children first: a file lets nothing point at a row that has gone.
  return [...changes.values()].toReversed();
}

/** Two rows exchange what only one of them may have. */
function exchangeCodes(
  next: Random,
  book: SchemaBook,
  table: CatalogTable,
  own: readonly (readonly [string, Row])[],
): boolean {
  const [a, b] = [pick(next, own)?.[1], pick(next, own)?.[1]];
  if (a === undefined || b === undefined || a === b || !('code' in a)) return false;
  const as = (row: Row, code: string | null): Change => ({
    table: table.name,
    pk: pkOf(table, row),
    row: { ...row, code },
  });
  return change(book, [as(a, null), as(b, a['code'] ?? null), as(a, b['code'] ?? null)]);
}
