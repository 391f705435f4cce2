import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { PgSession } from './pg-session.ts';
import type { TableBlock } from './schema-state.ts';

/** What every part of a remote works with. */
export interface RemoteContext {
  readonly session: PgSession;
  readonly catalog: Catalog;
  /** Whether this role may ask the server for its system identifier. */
  readonly askSystem: boolean;
  /** Tables no statement can name, or not with all their columns. */
  readonly blocks: readonly TableBlock[];
}
