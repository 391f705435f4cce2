/** Where things lie, whatever folder the command was given in. */
import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import { SetupError } from './setup-error.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const commandsDir = join(root, 'scripts', 'commands');
export const modulesDir = join(root, 'node_modules');

/**
 * Whether files can be made in this folder (false too when it does not exist).
 * @param {string} folder
 */
export function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A name for this user's own things in a folder shared by all users. */
function userName() {
  return typeof process.getuid === 'function' ? String(process.getuid()) : userInfo().username;
}

/**
 * A folder of this user in the system's temporary folder, readable by nobody else. Throws where somebody else made it.
 * @param {string} name
 */
export function privateTempDir(name) {
  const folder = join(tmpdir(), `tallybook-${name}-${userName()}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid } = lstatSync(folder);
  if (process.getuid !== undefined && uid !== process.getuid())
    throw new SetupError(`${folder} belongs to another user.`);
  return folder;
}

/** Where tools keep what can be made again: `.cache`, or a private folder where the project is read-only. */
export function cacheDir() {
  const folder = join(root, '.cache');
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    // Read-only project: the temporary folder below.
  }
  if (isWritable(folder)) return folder;
  return privateTempDir(`cache-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`);
}
