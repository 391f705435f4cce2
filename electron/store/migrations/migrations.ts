import type { Catalog } from '../../../shared/catalog/catalog.ts';
import { classroomCatalog } from '../../../shared/catalog/classroom.ts';
import type { Migration } from '../migration.ts';
import { domainTables } from './0001-domain-tables.ts';
import { catalogTables } from './catalog-tables.ts';
import { syncState } from './0002-sync-state.ts';

/** Every schema step of a class file with the tables of a catalog, oldest first, without gaps. */
export function classMigrations(catalog: Catalog): readonly Migration[] {
  return [catalog.id === classroomCatalog.id ? domainTables : catalogTables(catalog), syncState(catalog)];
}
