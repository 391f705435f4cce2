import type Database from 'better-sqlite3';
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFile, makePrivateFolder } from './private-files.ts';

/**
 * Saves a whole, compact copy of an open database, at once and in this thread: for the moments that must not go on without it.
 * The copy appears under its name only when it is complete and on the disk. Not inside a transaction.
 */
export function saveCopy(db: Database.Database, target: string): void {
  makePrivateFolder(dirname(target));
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { force: true });
  makePrivateFile(unfinished);
  db.prepare('VACUUM INTO ?').run(unfinished);
  keepFile(unfinished, target);
}

/** Makes a finished file durable and gives it its name. */
export function keepFile(unfinished: string, target: string): void {
  writeThrough(unfinished, 'r+');
  renameSync(unfinished, target);
  // The name itself is on the disk only with its folder; Windows opens no folders and needs none of this.
  if (process.platform !== 'win32') writeThrough(dirname(target), 'r');
}

function writeThrough(path: string, flags: string): void {
  const handle = openSync(path, flags);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
