import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { makePrivateFile } from './private-files.ts';

it('lets go of no lock on a file that is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-locks-'));
  const file = join(folder, 'class.db');
  const db = new Database(file);
  try {
    db.exec('CREATE TABLE t (a); BEGIN IMMEDIATE');
    makePrivateFile(file);
    const other = `new (require('better-sqlite3'))(${JSON.stringify(file)}, { timeout: 0 }).exec('BEGIN IMMEDIATE')`;
    expect(spawnSync(process.execPath, ['-e', other], { encoding: 'utf8' }).stderr).toContain('database is locked');
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
