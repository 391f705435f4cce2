import type Database from 'better-sqlite3';
import { syncedTables } from '../../../shared/catalog/catalog.ts';
import type { Catalog, CatalogTable } from '../../../shared/catalog/catalog.ts';
import { quoteIdentifier } from '../../../shared/catalog/identifier.ts';
import type { Migration } from '../migration.ts';

const TABLES = `
CREATE TABLE peer (
  id TEXT PRIMARY KEY,
  system TEXT NOT NULL,
  database_oid TEXT NOT NULL,
  schema TEXT NOT NULL,
  scope TEXT NOT NULL,
  epoch TEXT NOT NULL,
  timeline TEXT,
  -- Who this file is there, and the installation that file was in when it became so: a file copied to another PC is somebody else.
  device TEXT NOT NULL, owner TEXT NOT NULL,
  -- The visit that arrived, and the one under way.
  visit_no INTEGER, visit_token TEXT, pending_no INTEGER, pending_token TEXT,
  -- Rows that stand for a visit where none may be left (JSON); null where one was.
  witnesses TEXT,
  horizon TEXT,
  observing INTEGER NOT NULL DEFAULT 0,
  -- Rows it was found to have lost since a person last carried out a list.
  lost INTEGER NOT NULL DEFAULT 0,
  -- What did not fit after a run, until a person has carried out a list that says so.
  misfits INTEGER NOT NULL DEFAULT 0,
  -- Rows it refused in runs (JSON), told as what cannot be sent until they or its rules change; null where there are none.
  refused TEXT,
  observed_at TEXT,
  offset_ms REAL NOT NULL DEFAULT 0,
  uncertainty_ms REAL NOT NULL DEFAULT 0,
  UNIQUE (system, database_oid, schema, scope)
) STRICT;

-- Tables of a server that could not be read, because they are not as the catalog says.
CREATE TABLE blocked_table (peer_id TEXT NOT NULL, tbl TEXT NOT NULL, PRIMARY KEY (peer_id, tbl)) STRICT, WITHOUT ROWID;

-- Rows that were out of sight when a server turned out to have been put back: what is known of each holds only once it was seen there again. What was edited there up to
-- then (server time, ms) was put back; null where nothing was, and Base never counted.
CREATE TABLE doubted (
  peer_id TEXT NOT NULL, tbl TEXT NOT NULL, pk TEXT NOT NULL, until INTEGER,
  PRIMARY KEY (peer_id, tbl, pk)
) STRICT, WITHOUT ROWID;

CREATE TABLE connection (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  builtin INTEGER NOT NULL,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  database TEXT NOT NULL,
  user TEXT NOT NULL,
  tls TEXT NOT NULL,
  ca TEXT,
  fingerprint TEXT,
  allow_weak_password INTEGER NOT NULL DEFAULT 0,
  mode TEXT NOT NULL CHECK (mode IN ('two-way', 'push-only', 'pull-only')),
  deletes TEXT NOT NULL DEFAULT 'keep' CHECK (deletes IN ('mirror', 'keep')),
  remote_class_id TEXT,
  attached TEXT NOT NULL DEFAULT 'unknown' CHECK (attached IN ('unknown', 'new', 'existing')),
  peer_id TEXT REFERENCES peer (id),
  status TEXT NOT NULL DEFAULT 'IDLE' CHECK (status IN ('IDLE', 'COMPLETED', 'FAILED')),
  last_run_at TEXT,
  error TEXT,
  -- What the list of pending_plan came to when change_clock stood at pending_seq; no list: it is counted from the rows.
  pending_up INTEGER NOT NULL DEFAULT 0, pending_down INTEGER NOT NULL DEFAULT 0, pending_both INTEGER NOT NULL DEFAULT 0,
  pending_conflicts INTEGER NOT NULL DEFAULT 0, pending_blocked INTEGER NOT NULL DEFAULT 0, pending_left INTEGER NOT NULL DEFAULT 0,
  pending_plan TEXT, pending_seq INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE base (
  peer_id TEXT NOT NULL, tbl TEXT NOT NULL, pk TEXT NOT NULL,
  row TEXT, at TEXT NOT NULL,
  PRIMARY KEY (peer_id, tbl, pk)
) STRICT, WITHOUT ROWID;

CREATE TABLE remote (
  peer_id TEXT NOT NULL, tbl TEXT NOT NULL, pk TEXT NOT NULL,
  row TEXT, ver TEXT, edited_from TEXT, edited_at TEXT, by TEXT,
  -- Set where a server that was put back holds something else than both sides once agreed on.
  put_back INTEGER NOT NULL DEFAULT 0,
  -- Set where a run that was taken back said who made this version, and when: the server only knows who put it back.
  restored INTEGER NOT NULL DEFAULT 0,
  gone TEXT,
  PRIMARY KEY (peer_id, tbl, pk)
) STRICT, WITHOUT ROWID;

CREATE TABLE dirty (
  peer_id TEXT NOT NULL, tbl TEXT NOT NULL, pk TEXT NOT NULL,
  first_seq INTEGER NOT NULL, seq INTEGER NOT NULL, first_at TEXT NOT NULL, last_at TEXT NOT NULL,
  -- The monotonic clock at the last edit, and the start of the computer it counts from; null where nobody noted it.
  mono_ms REAL, boot TEXT,
  -- Set where the file went on as another device with this change unsent: its twin, or it itself before it was put back, may have sent it.
  copied INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (peer_id, tbl, pk)
) STRICT, WITHOUT ROWID;
CREATE INDEX dirty_seq ON dirty (peer_id, seq);

-- One row: counts local changes, so that a plan knows whether anything was recorded since.
CREATE TABLE change_clock (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL) STRICT;
INSERT INTO change_clock (id, seq) VALUES (1, 0);

-- One row: the clocks of this PC while a transaction of the engine writes, else empty.
CREATE TABLE clock_now (id INTEGER PRIMARY KEY CHECK (id = 1), wall TEXT, mono_ms REAL, boot TEXT) STRICT;
INSERT INTO clock_now (id) VALUES (1);

-- Readings of a server's clock beside the clocks of this PC.
CREATE TABLE clock_contact (
  peer_id TEXT NOT NULL, boot TEXT NOT NULL, mono_ms REAL NOT NULL, wall_ms REAL NOT NULL, server_ms REAL NOT NULL, uncertainty_ms REAL NOT NULL,
  PRIMARY KEY (peer_id, boot, mono_ms)
) STRICT, WITHOUT ROWID;

-- Holds the peer whose run is writing, inside that run's transaction only: its own writes make no mark for it.
CREATE TABLE applying (peer_id TEXT PRIMARY KEY) STRICT;

-- Rows the app made by itself and nobody has touched; in a class that exists already they take the server's state.
CREATE TABLE factory_row (tbl TEXT NOT NULL, pk TEXT NOT NULL, row TEXT NOT NULL, PRIMARY KEY (tbl, pk)) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  run_id TEXT PRIMARY KEY,
  connection_id TEXT NOT NULL, peer_id TEXT NOT NULL, plan_id TEXT NOT NULL,
  mode TEXT NOT NULL, proved INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL
) STRICT;

-- What a run does with a row of its plan (ord, shifted, is its ordinal); decided holds the whole effect where somebody decided it.
CREATE TABLE outbox_row (
  run_id TEXT NOT NULL, ord INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('up', 'down', 'seen')), direction TEXT NOT NULL,
  tbl TEXT NOT NULL, pk TEXT NOT NULL,
  decided TEXT, ver TEXT,
  there INTEGER NOT NULL DEFAULT 0, plain INTEGER NOT NULL,
  PRIMARY KEY (run_id, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan (
  id TEXT PRIMARY KEY,
  connection_id TEXT NOT NULL, peer_id TEXT NOT NULL,
  made_at TEXT NOT NULL, seq INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('making', 'open', 'used', 'stale', 'removed')),
  device_id TEXT NOT NULL, epoch TEXT NOT NULL, catalog_hash TEXT NOT NULL, plan_hash TEXT NOT NULL,
  first_contact INTEGER NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('sync', 'undo', 'replace')),
  undoes TEXT,
  -- Until when nothing that nobody asked for may overtake it.
  held_until TEXT,
  facts TEXT NOT NULL
) STRICT;
CREATE INDEX plan_connection ON plan (connection_id, made_at);

CREATE TABLE plan_row (
  plan_id TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  tbl TEXT NOT NULL, pk TEXT NOT NULL, label TEXT NOT NULL,
  kind TEXT NOT NULL, direction TEXT NOT NULL, conflict TEXT,
  at TEXT NOT NULL, sort_key TEXT NOT NULL, search TEXT NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (plan_id, ordinal)
) STRICT;
-- With a rowid: without one, every row of more than a kilobyte would take a page of its own.
CREATE UNIQUE INDEX plan_row_key ON plan_row (plan_id, tbl, pk);
CREATE INDEX plan_row_kind ON plan_row (plan_id, kind, direction, tbl, ordinal);

-- Rows of a plan that have to be looked at again when another one stays out, or is decided.
CREATE TABLE plan_link (
  plan_id TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
  needs INTEGER NOT NULL, ordinal INTEGER NOT NULL,
  PRIMARY KEY (plan_id, needs, ordinal)
) STRICT, WITHOUT ROWID;

-- Values of unique rules, and what names a thing of the world, that a row of a plan holds in one of its versions.
CREATE TABLE plan_claim (
  plan_id TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
  claim TEXT NOT NULL, ordinal INTEGER NOT NULL,
  PRIMARY KEY (plan_id, claim, ordinal)
) STRICT, WITHOUT ROWID;

-- Rows of a plan that take part in no run, with the reason: those that cannot be stored here name the column.
CREATE TABLE plan_refused (
  plan_id TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, column TEXT, reason TEXT NOT NULL DEFAULT 'refused',
  PRIMARY KEY (plan_id, ordinal)
) STRICT, WITHOUT ROWID;

-- In a list of fixed results (taking a run back, taking everything from the server): a row that stays out with another.
CREATE TABLE plan_need (
  plan_id TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
  needs INTEGER NOT NULL, ordinal INTEGER NOT NULL,
  PRIMARY KEY (plan_id, needs, ordinal)
) STRICT, WITHOUT ROWID;

-- Deletions a person has to be asked about although the children that contradicted them have travelled meanwhile.
CREATE TABLE open_question (
  peer_id TEXT NOT NULL, tbl TEXT NOT NULL, pk TEXT NOT NULL,
  deleted TEXT NOT NULL, children INTEGER NOT NULL,
  PRIMARY KEY (peer_id, tbl, pk)
) STRICT, WITHOUT ROWID;

-- What people said about a plan; lines of one batch were said at once and are taken back at once.
CREATE TABLE draft_op (
  plan_id TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL, batch INTEGER NOT NULL,
  ordinals TEXT NOT NULL, choice TEXT, include INTEGER,
  undone INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (plan_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id TEXT PRIMARY KEY,
  connection_id TEXT NOT NULL, connection_name TEXT NOT NULL, peer_id TEXT NOT NULL, plan_id TEXT NOT NULL,
  mode TEXT NOT NULL, device TEXT NOT NULL, started_at TEXT NOT NULL, duration_ms INTEGER,
  outcome TEXT NOT NULL, counts TEXT NOT NULL, error TEXT, left_rows TEXT NOT NULL,
  purpose TEXT NOT NULL, undoes TEXT,
  -- Begun by continuous sync, with nobody at it.
  automatic INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX run_started ON run (started_at);

CREATE TABLE run_row (
  run_id TEXT NOT NULL REFERENCES run (id), seq INTEGER NOT NULL,
  tbl TEXT NOT NULL, pk TEXT NOT NULL, label TEXT NOT NULL,
  side TEXT NOT NULL, op TEXT NOT NULL, before TEXT, after TEXT, choice TEXT,
  -- The three versions before the run, for undoing it; where a run wrote both sides, on the first of the two.
  trees TEXT,
  -- Beside them: whose changes they were, and what was asked about the row (JSON); null where nobody knows.
  known TEXT,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- The decided ones of a run are counted for its line in the history, and a run may have written half a million.
CREATE INDEX run_row_decided ON run_row (run_id) WHERE choice IS NOT NULL;

-- Runs whose rows are settled here while Base, Remote and marks of them still follow; the number of the last local change before, and when it was.
CREATE TABLE settling (run_id TEXT PRIMARY KEY, peer_id TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL) STRICT;

-- How conflicts were settled, here and on other devices: hashes under the class secret, never values. Only ever added to.
CREATE TABLE resolution (
  peer_id TEXT NOT NULL, tbl TEXT NOT NULL, pk TEXT NOT NULL, id TEXT NOT NULL,
  base_hash TEXT NOT NULL, loser_hash TEXT NOT NULL, winner_hash TEXT NOT NULL,
  choice TEXT NOT NULL, fields TEXT, who TEXT NOT NULL, run_id TEXT NOT NULL, at TEXT NOT NULL,
  sent INTEGER NOT NULL,
  PRIMARY KEY (peer_id, tbl, pk, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX resolution_unsent ON resolution (peer_id) WHERE sent = 0;

-- One row while something erased may still lie in free pages or in copies of this file.
CREATE TABLE erasing (only INTEGER PRIMARY KEY CHECK (only = 1)) STRICT;
-- Erasures a server brought several of in a short time: nothing is erased here before somebody at this PC agrees. Who said no, and when, stays.
CREATE TABLE held_erasure (peer_id TEXT NOT NULL, pk TEXT NOT NULL, refused_at TEXT, refused_by TEXT, PRIMARY KEY (peer_id, pk)) STRICT, WITHOUT ROWID;
-- Hashes of the keys of rows that went with erased records, where others hang on such rows.
CREATE TABLE erased_key (tbl TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (tbl, hash)) STRICT, WITHOUT ROWID;
-- When erasures of a server were carried out here that nobody at this PC was asked about.
CREATE TABLE received_erasure (peer_id TEXT NOT NULL, pk TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (peer_id, pk)) STRICT, WITHOUT ROWID;

-- The secret of a class on a server, which its members share: a log of hashes without it would give short values away.
CREATE TABLE class_secret (peer_id TEXT PRIMARY KEY, secret TEXT NOT NULL) STRICT;

CREATE TABLE recovery_bin (
  id TEXT PRIMARY KEY,
  tbl TEXT NOT NULL, pk TEXT NOT NULL, label TEXT NOT NULL, search TEXT NOT NULL,
  row TEXT NOT NULL, side TEXT NOT NULL, by TEXT, at TEXT NOT NULL, run_id TEXT
) STRICT;
CREATE INDEX recovery_bin_at ON recovery_bin (at, id);
`;

/** SQL for the canonical key text of the row an alias (`NEW`, `OLD`) stands for: a JSON array of the key cells as text. */
function keyText(table: CatalogTable, alias: string): string {
  return `json_array(${table.key.map((column) => `CAST(${alias}.${quoteIdentifier(column)} AS TEXT)`).join(', ')})`;
}

function markSql(table: CatalogTable, alias: string): string {
  return `
    UPDATE change_clock SET seq = seq + 1;
    INSERT INTO dirty (peer_id, tbl, pk, first_seq, seq, first_at, last_at, mono_ms, boot)
    SELECT p.id, '${table.name.replaceAll("'", "''")}', ${keyText(table, alias)}, (SELECT seq FROM change_clock), (SELECT seq FROM change_clock),
           coalesce(c.wall, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), coalesce(c.wall, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), c.mono_ms, c.boot
      FROM peer AS p CROSS JOIN clock_now AS c WHERE p.id NOT IN (SELECT peer_id FROM applying)
    ON CONFLICT (peer_id, tbl, pk) DO UPDATE SET seq = excluded.seq, last_at = excluded.last_at, mono_ms = excluded.mono_ms, boot = excluded.boot;`;
}

/** Refuses changes of people to a class that only receives; what a run writes here is told by `applying`. */
const refuseInReadOnly = `SELECT RAISE(ABORT, 'class-read-only')
    WHERE EXISTS (SELECT 1 FROM connection WHERE mode = 'pull-only') AND NOT EXISTS (SELECT 1 FROM applying);`;

/** Whether anybody is to hear of a change: not of what a run writes here, where the class has no other server. */
const isHeard = `WHEN NOT EXISTS (SELECT 1 FROM applying) OR EXISTS (SELECT 1 FROM peer WHERE id NOT IN (SELECT peer_id FROM applying))`;

/** The triggers that mark changed rows of one catalog table for every peer. */
function markTriggers(table: CatalogTable, place: number): string {
  const name = quoteIdentifier(table.name);
  const trigger = (event: string): string => quoteIdentifier(`tallybook_mark_${place}_${event}`);
  return `
  CREATE TRIGGER ${trigger('insert')} AFTER INSERT ON ${name} ${isHeard} BEGIN ${refuseInReadOnly} ${markSql(table, 'NEW')} END;
  CREATE TRIGGER ${trigger('update')} AFTER UPDATE ON ${name} ${isHeard} BEGIN ${refuseInReadOnly} ${markSql(table, 'OLD')} ${markSql(table, 'NEW')} END;
  CREATE TRIGGER ${trigger('delete')} AFTER DELETE ON ${name} ${isHeard} BEGIN ${refuseInReadOnly} ${markSql(table, 'OLD')} END;`;
}

/** The bookkeeping of the sync engine and the marks on local changes. */
export function syncState(catalog: Catalog): Migration {
  return {
    version: 2,
    name: 'sync-state',
    up(db: Database.Database): void {
      db.exec(TABLES);
      for (const [place, table] of syncedTables(catalog).entries()) db.exec(markTriggers(table, place));
    },
  };
}
