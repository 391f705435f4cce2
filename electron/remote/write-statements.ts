import { columnNamed, contentColumns, tableOf } from '../../shared/catalog/catalog.ts';
import type { CatalogColumn, CatalogTable, CatalogUnique } from '../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../shared/catalog/identifier.ts';
import type { UpdateGroup, WriteOp } from './apply-payload.ts';
import { beside, cell, effectTable, isBulk, keyMatches, ofTable, scopeIs, typed, unwritten } from './apply-sql.ts';
import type { RunSql, Tree } from './apply-sql.ts';
import { identifierList, quoteLiteral } from './identifiers.ts';
import type { PgStatement } from './pg-session.ts';
import { inSchema } from './row-sql.ts';

/** Updates that may have to let go of a unique value before another row of the run takes it: swaps, chains and cycles. */
interface Parking {
  readonly group: UpdateGroup;
  readonly table: CatalogTable;
  readonly unique: CatalogUnique;
  /** The column that takes a parked value. */
  readonly column: CatalogColumn;
}

function parkings(run: RunSql): readonly Parking[] {
  return run.shape.groups
    .filter((group) => !group.leaving)
    .flatMap((group) => {
      const table = tableOf(run.catalog, group.table);
      return table.unique.flatMap((unique) => {
        const changed = unique.columns.find((name) => group.columns.includes(name));
        return changed === undefined ? [] : [{ group, table, unique, column: columnNamed(table, changed) }];
      });
    });
}

/**
 * Notes the rows whose unique value another row of the run claims: an index is checked row by row, so no order of plain updates can swap two values.
 * After the comparison: a row that is already as wanted claims nothing.
 */
export function parkingStatements(run: RunSql): readonly PgStatement[] {
  return parkings(run).map(({ group, table, unique, column }) => {
    const same = unique.columns.map((name) => `${cell(table, name, 'r', 'o')} = ${cell(table, name, 'e', 'n')}`);
    return {
      sql: `UPDATE ${effectTable} n SET park = ${quoteLiteral(column.name)} WHERE n.grp = ${group.group} AND n.park IS NULL AND n.state IS NULL AND ${counts(table, unique, 'e', 'n')}
  AND EXISTS (SELECT FROM ${effectTable} o WHERE o.tbl = n.tbl AND o.op <> 'delete' AND o.ord <> n.ord AND o.state IS NULL AND ${counts(table, unique, 'r', 'o')} AND ${same.join(' AND ')})`,
    };
  });
}

/** Whether a tree of a row of the run counts under a unique rule. */
function counts(table: CatalogTable, unique: CatalogUnique, tree: Tree, alias: string): string {
  const of = (name: string): string => cell(table, name, tree, alias);
  return [
    ...(unique.amongLive && table.softDelete !== null ? [`${of(table.softDelete)} IS NULL`] : []),
    ...unique.where.map((condition) =>
      condition.kind === 'null'
        ? `${of(condition.column)} IS NULL`
        : `${of(condition.column)} = ${quoteLiteral(condition.value)}`,
    ),
    ...unique.columns.map((name) => `${of(name)} IS NOT NULL`),
  ].join(' AND ');
}

/** A writing statement, and which of the run's rows it must hit. */
export interface WriteStatement {
  readonly sql: string;
  readonly table: string;
  readonly op: WriteOp;
  /** Of an update: its group; null for all others and for parking. */
  readonly group: number | null;
  readonly park: string | null;
}

/** Updates of rows whose parent may be deleted in the same run: the server would take them along. */
interface LettingGo {
  readonly group: UpdateGroup;
  readonly table: CatalogTable;
  readonly columns: readonly CatalogColumn[];
}

function lettingGo(run: RunSql): readonly LettingGo[] {
  const losing = new Set(run.shape.tablesWith('delete').map(({ name }) => name));
  return run.shape.groups.flatMap((group) => {
    const table = tableOf(run.catalog, group.table);
    const names = table.foreignKeys
      .filter((key) => !key.soft && key.onDelete === 'cascade' && losing.has(key.references))
      .flatMap((key) => key.columns.filter((name) => group.columns.includes(name)));
    const columns = [...new Set(names)].map((name) => columnNamed(table, name));
    return columns.length === 0 ? [] : [{ group, table, columns }];
  });
}

/**
 * A row that moves to another parent lets go of the one it had before anything is deleted. What it is to have may still be taken where a unique rule knows the column:
 * there it waits with a value no other row has. That no parent has it either is looked at in the end, like every foreign key.
 */
function letGoStatements(run: RunSql): readonly WriteStatement[] {
  return lettingGo(run).map(({ group, table, columns }) => {
    const rules = table.unique.flatMap(({ columns: names, where }) => [...names, ...where.map(({ column }) => column)]);
    const sets = columns.map((column) => {
      const value = rules.includes(column.name) ? ownValue(column) : typed(run, table, column, 'r');
      return `${quoteIdentifier(column.name)} = ${value}`;
    });
    return {
      table: table.name,
      op: 'update',
      group: group.group,
      park: null,
      sql: `UPDATE ${inSchema(run.catalog, table.name)} t SET ${sets.join(', ')} FROM ${target(run, table, `e.grp = ${group.group}`)}`,
    };
  });
}

/**
 * The writes, in an order that works: rows let go of parents that are deleted, deletes from children to parents, erasures, behind which what they cover is removed, rows that leave a unique index, parked values, additions from parents to children,
 * then all other updates. Foreign keys wait until the end.
 */
export function writeStatements(run: RunSql): readonly WriteStatement[] {
  const updates = run.shape.groups;
  const isErasure = ({ name }: CatalogTable): boolean => name === run.catalog.roles.erasure;
  const added = run.shape.tablesWith('add');
  return [
    ...(run.oneByOne === true ? [] : letGoStatements(run)),
    ...run.shape
      .tablesWith('delete')
      .toReversed()
      .map((table) => deleteStatement(run, table)),
    ...added.filter(isErasure).map((table) => addStatement(run, table)),
    ...updates.filter((group) => group.leaving).map((group) => updateStatement(run, group)),
    ...(run.oneByOne === true ? [] : parkStatements(run)),
    ...added.filter((table) => !isErasure(table)).map((table) => addStatement(run, table)),
    ...updates.filter((group) => !group.leaving).map((group) => updateStatement(run, group)),
  ];
}

/** What stands behind FROM or USING to write rows of a table (t) that are still to be written. The rows are locked, so their place in the table holds. */
function target(run: RunSql, table: CatalogTable, which: string): string {
  const wanted = `${ofTable(table)} AND ${which} AND ${unwritten(run)}`;
  if (isBulk(run)) return `${effectTable} e WHERE ${wanted} AND ${scopeIs(run, 't')} AND ${keyMatches(table)}`;
  return `(SELECT e.*, l.place FROM ${effectTable} e CROSS JOIN ${beside(run, table, 't.ctid AS place')} l WHERE ${wanted}) e WHERE t.ctid = e.place`;
}

function deleteStatement(run: RunSql, table: CatalogTable): WriteStatement {
  return {
    table: table.name,
    op: 'delete',
    group: null,
    park: null,
    sql: `DELETE FROM ${inSchema(run.catalog, table.name)} t USING ${target(run, table, `e.op = 'delete'`)}`,
  };
}

function addStatement(run: RunSql, table: CatalogTable): WriteStatement {
  const columns = contentColumns(table);
  return {
    table: table.name,
    op: 'add',
    group: null,
    park: null,
    sql: `INSERT INTO ${inSchema(run.catalog, table.name)} (${identifierList([run.catalog.scopeColumn, ...columns.map((column) => column.name)])})
SELECT ${quoteLiteral(run.scope)}::uuid, ${columns.map((column) => typed(run, table, column, 'r')).join(', ')} FROM ${effectTable} e
WHERE ${ofTable(table)} AND e.op = 'add' AND ${unwritten(run)}`,
  };
}

function updateStatement(run: RunSql, group: UpdateGroup): WriteStatement {
  const table = tableOf(run.catalog, group.table);
  const sets = group.columns.map(
    (name) => `${quoteIdentifier(name)} = ${typed(run, table, columnNamed(table, name), 'r')}`,
  );
  return {
    table: table.name,
    op: 'update',
    group: group.group,
    park: null,
    sql: `UPDATE ${inSchema(run.catalog, table.name)} t SET ${sets.join(', ')} FROM ${target(run, table, `e.grp = ${group.group}`)}`,
  };
}

function parkStatements(run: RunSql): readonly WriteStatement[] {
  const places = new Map(parkings(run).map((parking) => [`${parking.table.name} ${parking.column.name}`, parking]));
  return [...places.values()].map(({ table, column }) => ({
    table: table.name,
    op: 'update',
    group: null,
    park: column.name,
    sql: `UPDATE ${inSchema(run.catalog, table.name)} t SET ${quoteIdentifier(column.name)} = ${parkedValue(column)}
FROM ${target(run, table, `e.park = ${quoteLiteral(column.name)}`)}`,
  }));
}

/** A value no other row holds, until the row gets its own later in the same transaction. */
function parkedValue(column: CatalogColumn): string {
  return column.nullable ? 'NULL' : ownValue(column);
}

/** A value of a row's own, made of its key or its place in the run. */
function ownValue(column: CatalogColumn): string {
  switch (column.type) {
    case 'text':
    case 'varchar':
      return "'parked ' || md5(e.pk)";
    case 'uuid':
      return 'md5(e.pk)::uuid';
    case 'int4':
    case 'int8':
    case 'numeric':
      return '-2000000000 - e.ord';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return `'0001-01-01 BC'::date - e.ord`;
    default:
      throw new Error(`${column.name} cannot be part of a unique rule`);
  }
}
