import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fromWriteError } from '../store/private-files.ts';

/** The data folder of this user when none is chosen. */
export function defaultDataFolder(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const home = homedir();
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Tallybook');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Tallybook');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'tallybook');
}

/** The data folder asked for, absolute, or the default one. */
export function chooseDataFolder(asked: string | undefined): string {
  return resolve(asked === undefined || asked === '' ? defaultDataFolder() : asked);
}

/**
 * Makes the folder where it is missing and tries to write in it. Throws `folder-unwritable`, `disk-full`.
 * A new folder is this user's alone; one that was there keeps its rights, because a whole staff room may share it.
 */
export function prepareDataFolder(folder: string): void {
  const probe = join(folder, `.write-test-${randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(probe, '', { flag: 'wx', mode: 0o600 });
    rmSync(probe);
  } catch (error) {
    throw fromWriteError(error, { folder });
  }
}
