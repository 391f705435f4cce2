import type { Catalog } from '../../../shared/catalog/catalog.ts';

/** One numbered step of the managed schema. A released step never changes: its SQL for a released catalog is fixed by a test. */
export interface ServerMigration {
  readonly version: number;
  readonly name: string;
  /** The statements, without transaction commands and without the schema's own creation. */
  statements(catalog: Catalog): readonly string[];
}
