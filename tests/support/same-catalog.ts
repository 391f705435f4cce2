import { syncedTables } from '../../shared/catalog/catalog.ts';
import type { Catalog, CatalogTable } from '../../shared/catalog/catalog.ts';

/**
 * What of a catalog a server's tables can tell, in one order: names, keys, types, bounds, references and unique rules. What only people know (policies, kinds, the
 * length of texts, soft references, groups that belong together) is left out; a deletion that clears a reference has no action on the server.
 */
export function serverTruth(catalog: Catalog): unknown {
  return {
    scopeColumn: catalog.scopeColumn,
    tables: syncedTables(catalog)
      .map(tableTruth)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function tableTruth(table: CatalogTable) {
  return {
    name: table.name,
    key: table.key,
    keyAllocation: table.keyAllocation,
    timestamp: table.timestamp,
    columns: table.columns.map(
      ({ name, type, nullable, length, digits, enum: words, limits: { maxChars: _here, ...limits } = {} }) => ({
        name,
        type,
        nullable,
        length,
        digits,
        words,
        limits: Object.keys(limits).length === 0 ? undefined : limits,
      }),
    ),
    references: table.foreignKeys
      .filter(({ soft }) => !soft)
      .map(({ columns, references, onDelete }) =>
        JSON.stringify([columns, references, onDelete === 'set-null' ? 'restrict' : onDelete]),
      )
      .toSorted(),
    unique: table.unique
      .map(({ columns, amongLive, where }) => {
        const live = amongLive && table.softDelete !== null ? [{ kind: 'null', column: table.softDelete }] : [];
        return JSON.stringify([columns, [...live, ...where].map((condition) => JSON.stringify(condition)).toSorted()]);
      })
      .toSorted(),
  };
}
