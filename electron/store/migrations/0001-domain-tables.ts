import type { Migration } from '../migration.ts';

/** What a class file says about itself, whatever its catalog. */
export const classInfoTable = `
CREATE TABLE class_info (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  sample INTEGER NOT NULL CHECK (sample IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;
`;

/*
 * The tables of the classroom catalog, column for column, without the server's `class_id`. Local foreign keys have no actions, because every
 * cascade is a row of a plan, and are checked at commit, so that a pull may write in any order.
 * Times are ISO 8601 UTC text, ids UUIDv7 text, truth values 0 and 1.
 */
const tables = `
CREATE TABLE avatar (
  hash TEXT PRIMARY KEY NOT NULL,
  image BLOB NOT NULL CHECK (length(image) <= 65536),
  type TEXT NOT NULL
) STRICT;

CREATE TABLE "group" (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  color TEXT NOT NULL,
  sort INTEGER NOT NULL CHECK (sort BETWEEN -2147483648 AND 2147483647),
  deleted_at TEXT,
  deleted_by TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE student (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  number TEXT,
  group_id TEXT REFERENCES "group" (id) DEFERRABLE INITIALLY DEFERRED,
  note TEXT,
  avatar_hash TEXT REFERENCES avatar (hash) DEFERRABLE INITIALLY DEFERRED,
  created_at TEXT NOT NULL,
  deleted_at TEXT,
  deleted_by TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX student_number ON student (number) WHERE deleted_at IS NULL;
CREATE INDEX student_group ON student (group_id);
CREATE INDEX student_avatar ON student (avatar_hash);

CREATE TABLE student_tag (
  student_id TEXT NOT NULL REFERENCES student (id) DEFERRABLE INITIALLY DEFERRED,
  tag TEXT NOT NULL,
  PRIMARY KEY (student_id, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE reason (
  id TEXT PRIMARY KEY NOT NULL,
  text TEXT NOT NULL,
  delta INTEGER NOT NULL CHECK (delta BETWEEN -2147483648 AND 2147483647),
  category TEXT,
  sort INTEGER NOT NULL CHECK (sort BETWEEN -2147483648 AND 2147483647),
  built_in INTEGER NOT NULL CHECK (built_in IN (0, 1)),
  deleted_at TEXT,
  deleted_by TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE score_event (
  id TEXT PRIMARY KEY NOT NULL,
  student_id TEXT NOT NULL REFERENCES student (id) DEFERRABLE INITIALLY DEFERRED,
  reason_id TEXT,
  text TEXT NOT NULL,
  delta INTEGER NOT NULL CHECK (delta BETWEEN -2147483648 AND 2147483647),
  note TEXT,
  at TEXT NOT NULL,
  by TEXT,
  device_id TEXT NOT NULL,
  device_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX score_event_student ON score_event (student_id, at);
CREATE INDEX score_event_at ON score_event (at);

CREATE TABLE score_void (
  id TEXT PRIMARY KEY NOT NULL,
  event_id TEXT NOT NULL REFERENCES score_event (id) DEFERRABLE INITIALLY DEFERRED,
  at TEXT NOT NULL,
  by TEXT,
  device_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX score_void_event ON score_void (event_id);

CREATE TABLE settlement (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT,
  device_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settlement_event (
  settlement_id TEXT NOT NULL REFERENCES settlement (id) DEFERRABLE INITIALLY DEFERRED,
  event_id TEXT NOT NULL REFERENCES score_event (id) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (settlement_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX settlement_event_event ON settlement_event (event_id);

CREATE TABLE settlement_void (
  id TEXT PRIMARY KEY NOT NULL,
  settlement_id TEXT NOT NULL REFERENCES settlement (id) DEFERRABLE INITIALLY DEFERRED,
  at TEXT NOT NULL,
  by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX settlement_void_settlement ON settlement_void (settlement_id);

CREATE TABLE reward (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  cost INTEGER NOT NULL CHECK (cost BETWEEN 1 AND 2147483647),
  limit_per_student INTEGER CHECK (limit_per_student BETWEEN -2147483648 AND 2147483647),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  sort INTEGER NOT NULL CHECK (sort BETWEEN -2147483648 AND 2147483647),
  deleted_at TEXT,
  deleted_by TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE redemption (
  id TEXT PRIMARY KEY NOT NULL,
  student_id TEXT NOT NULL REFERENCES student (id) DEFERRABLE INITIALLY DEFERRED,
  reward_id TEXT NOT NULL,
  name TEXT NOT NULL,
  cost INTEGER NOT NULL CHECK (cost BETWEEN -2147483648 AND 2147483647),
  status_by TEXT,
  note TEXT,
  at TEXT NOT NULL,
  by TEXT,
  device_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX redemption_student ON redemption (student_id);

CREATE TABLE redemption_void (
  id TEXT PRIMARY KEY NOT NULL,
  redemption_id TEXT NOT NULL REFERENCES redemption (id) DEFERRABLE INITIALLY DEFERRED,
  at TEXT NOT NULL,
  by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX redemption_void_redemption ON redemption_void (redemption_id);

CREATE TABLE class_setting (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alias (
  tbl TEXT NOT NULL,
  old_id TEXT NOT NULL,
  new_id TEXT NOT NULL,
  PRIMARY KEY (tbl, old_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure (
  id TEXT PRIMARY KEY NOT NULL,
  student_id TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT
) STRICT, WITHOUT ROWID;
`;

/*
 * Totals are never stored. An event counts unless any void names it; it belongs to its earliest settlement that was not reopened, which is
 * derived and not stored, so two devices settling at once cannot conflict. The open round is what belongs to none.
 * The totals ask only whether an event is in any closed round, in one pass over lists made once.
 * Times order without their final Z: "…123Z" is before "…123456Z".
 */
const views = `
CREATE VIEW score_event_state AS
SELECT e.id, e.student_id, e.delta, e.at,
  e.id IN (SELECT event_id FROM score_void) AS void,
  (SELECT s.id
     FROM settlement_event m JOIN settlement s ON s.id = m.settlement_id
    WHERE m.event_id = e.id AND s.id NOT IN (SELECT settlement_id FROM settlement_void)
    ORDER BY rtrim(s.at, 'Z'), s.id LIMIT 1) AS settlement_id
FROM score_event e;

CREATE VIEW student_total AS
SELECT s.id AS student_id,
  coalesce(e.current, 0) AS current,
  coalesce(e.all_time, 0) AS all_time,
  coalesce(e.all_time, 0) - coalesce(r.spent, 0) AS spendable
FROM student s
LEFT JOIN (
  SELECT student_id, sum(delta) AS all_time,
    sum(CASE WHEN id IN (
      SELECT event_id FROM settlement_event WHERE settlement_id NOT IN (SELECT settlement_id FROM settlement_void)
    ) THEN 0 ELSE delta END) AS current
  FROM score_event WHERE id NOT IN (SELECT event_id FROM score_void) GROUP BY student_id
) e ON e.student_id = s.id
LEFT JOIN (
  SELECT student_id, sum(cost) AS spent
  FROM redemption WHERE id NOT IN (SELECT redemption_id FROM redemption_void) GROUP BY student_id
) r ON r.student_id = s.id;
`;

/** The domain tables of a class and the views that derive every total from them. */
export const domainTables: Migration = {
  version: 1,
  name: 'domain-tables',
  up(db) {
    db.exec(classInfoTable);
    db.exec(tables);
    db.exec(views);
  },
};
