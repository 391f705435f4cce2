import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from './install-packages.mjs';
import { fingerprint, isInstalled } from './installed.mjs';
import { areLinked, linkPostgres } from './link-postgres.mjs';
import { withLock } from './lock.mjs';
import { cacheDir, isWritable, root } from './places.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Makes the packages of a folder ready to run: the project's own, or those of any other folder with a package.json and
 * a lockfile (tests/postgres). Does nothing, in a few milliseconds, when they are.
 *
 * @param {string} [folder]
 * @param {string} [notice] the one line printed when something has to be installed
 */
export async function setUp(folder = root, notice = 'Installing packages; this takes about a minute the first time.') {
  if (isReady(folder)) return;
  if (!isWritable(folder)) {
    throw new SetupError(`Its packages are not installed, and this user cannot write there: ${folder}`);
  }
  await withLock(join(cacheDir(), 'setup.lock'), 'Another start is installing; waiting for it.', async () => {
    const modules = join(folder, 'node_modules');
    if (!hasPackages(folder)) await installPackages(folder, notice);
    mkdirSync(modules, { recursive: true });
    linkPostgres(modules);
    writeFileSync(stampFile(folder), fingerprint(folder));
  });
}

/** @param {string} folder */
function isReady(folder) {
  return areLinked(join(folder, 'node_modules')) && hasPackages(folder);
}

/**
 * The stamp is the quick way; without one npm's own record is compared, as after a developer's `npm ci`.
 * @param {string} folder
 */
function hasPackages(folder) {
  try {
    if (readFileSync(stampFile(folder), 'utf8') === fingerprint(folder)) return true;
  } catch {
    // Never set up, or not by us.
  }
  return isInstalled(folder);
}

/** @param {string} folder */
function stampFile(folder) {
  return join(folder, 'node_modules', '.tallybook-installed');
}
