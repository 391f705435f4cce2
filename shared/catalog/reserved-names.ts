/** Tables of the server's schema beside those of the catalog: our bookkeeping there. */
export const serverBookkeeping = [
  'meta',
  'class',
  'gc_horizon',
  'row_state',
  'run',
  'device',
  'presence',
  'resolution_log',
  'class_secret',
] as const;

/**
 * Names a table of a catalog cannot have: the bookkeeping of the server's schema and of the class file stands beside it, its indexes included. Both sides' tests hold this list against
 * the tables there really are.
 */
export const reservedTableNames: ReadonlySet<string> = new Set([
  ...serverBookkeeping,
  'class_info',
  'peer',
  'connection',
  'base',
  'remote',
  'dirty',
  'change_clock',
  'applying',
  'factory_row',
  'outbox',
  'outbox_row',
  'plan',
  'plan_row',
  'plan_edge',
  'plan_link',
  'plan_claim',
  'plan_refused',
  'open_question',
  'draft_op',
  'run_row',
  'settling',
  'resolution',
  'recovery_bin',
  'clock_now',
  'clock_contact',
  'plan_need',
  'erasing',
  'held_erasure',
  'received_erasure',
  'erased_key',
  'blocked_table',
  'doubted',
  // Indexes: in a class file they share one set of names with the tables.
  'dirty_seq',
  'plan_connection',
  'plan_row_key',
  'plan_row_kind',
  'run_row_decided',
  'run_started',
  'resolution_unsent',
  'recovery_bin_at',
]);

/** Beginnings of names that belong to the databases or to objects of ours. */
export const reservedPrefixes: readonly string[] = ['sqlite_', 'pg_', 'tallybook_'];

/** Columns every table of PostgreSQL has already, and the names of SQLite's hidden one. */
export const reservedColumnNames: ReadonlySet<string> = new Set([
  'tableoid',
  'xmin',
  'cmin',
  'xmax',
  'cmax',
  'ctid',
  'rowid',
  '_rowid_',
]);
