import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forward } from '../setup/forward.mjs';
import { withLock } from '../setup/lock.mjs';
import { cacheDir, root } from '../setup/places.mjs';

/** All that the built files depend on. */
const sources = ['electron', 'renderer', 'shared', 'resources'];
const configs = ['electron.vite.config.ts', 'package-lock.json', 'package.json'];

const out = join(root, 'out');
const stamp = join(out, '.built-from');
const results = [
  'main/main.js',
  'main/browser.js',
  'main/cli.js',
  'main/engine-worker.js',
  'preload/preload.cjs',
  'renderer/index.html',
];

/**
 * Builds the app into out/ and returns the exit code of the build. What it prints goes to standard error, so that a
 * command's own output stays clean.
 */
export function build(): Promise<number> {
  return withLock(join(cacheDir(), 'build.lock'), 'Another start is building; waiting for it.', buildNow);
}

/** Builds only when a source differs from what out/ was built from; 0 when it is up to date. */
export async function buildIfNeeded(): Promise<number> {
  if (isCurrent()) return 0;
  return withLock(join(cacheDir(), 'build.lock'), 'Another start is building; waiting for it.', () => {
    if (isCurrent()) return 0;
    console.error('Building the app; this takes a few seconds after a change.');
    return buildNow();
  });
}

async function buildNow(): Promise<number> {
  const hash = hashSources();
  rmSync(stamp, { force: true });
  const script = join(root, 'scripts', 'lib', 'run-electron-vite.ts');
  const code = await forward(process.execPath, [script], { cwd: root, stdio: ['ignore', 2, 2] });
  if (code !== 0) return code;
  const missing = results.filter((file) => !existsSync(join(out, file)));
  if (missing.length > 0) {
    console.error(`The build did not make ${missing.join(', ')}.`);
    return 1;
  }
  mkdirSync(out, { recursive: true });
  writeFileSync(stamp, hash);
  return 0;
}

function isCurrent(): boolean {
  if (!results.every((file) => existsSync(join(out, file)))) return false;
  try {
    return readFileSync(stamp, 'utf8') === hashSources();
  } catch {
    return false;
  }
}

/** By content: a fresh clone, a switch of branches and a copied folder all change the times of files. */
function hashSources(): string {
  const hash = createHash('sha256');
  for (const file of [...configs, ...sources.flatMap(filesIn)]) {
    hash.update(`${file}\0`);
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function filesIn(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$|^tsconfig/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();
}
