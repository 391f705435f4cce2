import { inSchema } from '../row-sql.ts';
import type { ServerMigration } from './migration.ts';

/** The classes and the bookkeeping of the sync engine, keyed by class first. */
export const bookkeeping: ServerMigration = {
  version: 1,
  name: 'bookkeeping',
  statements: (catalog) => {
    const name: NameOf = (table) => inSchema(catalog, table);
    return [...classTables(name), ...journalTables(name), ...deviceTables(name)];
  },
};

type NameOf = (table: string) => string;

function classTables(name: NameOf): readonly string[] {
  return [
    `CREATE TABLE ${name('meta')} (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch uuid NOT NULL,
  schema_version int4 NOT NULL,
  min_read int4 NOT NULL,
  min_write int4 NOT NULL,
  catalog_id text NOT NULL,
  catalog_hash text NOT NULL,
  system_identifier text,
  db_oid int8 NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now() CHECK (isfinite(created_at))
)`,
    `CREATE TABLE ${name('class')} (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  sample boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now() CHECK (isfinite(created_at))
)`,
    `CREATE TABLE ${name('gc_horizon')} (
  class_id uuid PRIMARY KEY REFERENCES ${name('class')} (id),
  horizon int8 NOT NULL DEFAULT 0,
  at timestamptz NOT NULL DEFAULT now() CHECK (isfinite(at))
)`,
  ];
}

function journalTables(name: NameOf): readonly string[] {
  return [
    `CREATE TABLE ${name('row_state')} (
  scope uuid NOT NULL,
  tbl text COLLATE "C" NOT NULL,
  pk text COLLATE "C" NOT NULL,
  ver int8 NOT NULL,
  xid int8 NOT NULL,
  deleted boolean NOT NULL,
  content_at_delete jsonb,
  edited_from timestamptz CHECK (isfinite(edited_from)),
  edited_to timestamptz CHECK (isfinite(edited_to)),
  PRIMARY KEY (scope, tbl, pk)
)`,
    `CREATE INDEX row_state_xid ON ${name('row_state')} (scope, xid)`,
    `CREATE INDEX row_state_deleted ON ${name('row_state')} (scope) WHERE deleted`,
    `CREATE TABLE ${name('run')} (
  class_id uuid NOT NULL,
  run_id uuid NOT NULL,
  device uuid NOT NULL,
  incarnation int8 NOT NULL DEFAULT 0,
  plan_hash text NOT NULL,
  xid int8 NOT NULL DEFAULT txid_current(),
  counts jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp() CHECK (isfinite(at)),
  PRIMARY KEY (class_id, run_id)
)`,
    `CREATE INDEX run_xid ON ${name('run')} (class_id, xid)`,
  ];
}

function deviceTables(name: NameOf): readonly string[] {
  return [
    `CREATE TABLE ${name('device')} (
  class_id uuid NOT NULL,
  device uuid NOT NULL,
  name text NOT NULL,
  incarnation int8 NOT NULL DEFAULT 0,
  visit_no int8 NOT NULL DEFAULT 0,
  visit_token uuid,
  epoch uuid,
  app_version text,
  last_seen timestamptz NOT NULL DEFAULT clock_timestamp() CHECK (isfinite(last_seen)),
  revoked boolean NOT NULL DEFAULT false,
  PRIMARY KEY (class_id, device)
)`,
    `CREATE TABLE ${name('presence')} (
  class_id uuid NOT NULL,
  device uuid NOT NULL,
  name text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp() CHECK (isfinite(since)),
  PRIMARY KEY (class_id, device)
)`,
    `CREATE TABLE ${name('resolution_log')} (
  class_id uuid NOT NULL,
  id uuid NOT NULL,
  tbl text NOT NULL,
  pk text NOT NULL,
  base_hash text,
  loser_hash text,
  winner_hash text,
  choice text NOT NULL,
  who text NOT NULL,
  run_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp() CHECK (isfinite(at)),
  fields jsonb,
  xid int8 NOT NULL DEFAULT txid_current(),
  PRIMARY KEY (class_id, id)
)`,
    `CREATE INDEX resolution_log_xid ON ${name('resolution_log')} (class_id, xid)`,
    `CREATE TABLE ${name('class_secret')} (
  class_id uuid PRIMARY KEY REFERENCES ${name('class')} (id),
  secret text NOT NULL
)`,
  ];
}
