import type { Migration } from '../migration.ts';

/** What belongs to this installation and never syncs: the device, the list of classes, its settings. */
export const deviceAndClasses: Migration = {
  version: 1,
  name: 'device-and-classes',
  up(db) {
    db.exec(`
CREATE TABLE device (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  id TEXT NOT NULL,
  name TEXT
) STRICT;

-- "students" is what was last counted: a list must not open the file of every class.
CREATE TABLE class (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  sample INTEGER NOT NULL CHECK (sample IN (0, 1)),
  archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
  students INTEGER NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

CREATE TABLE setting (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`);
  },
};
