import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { forward } from '../setup/forward.mjs';
import { cacheDir, modulesDir, root } from '../setup/places.mjs';
import { build } from './build.ts';

/** What a suite did. Names of failures and of what was skipped are for the summary. */
export type Report = {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly { readonly name: string; readonly reason?: string }[];
};

/** A part of `npm test`; it is not run when the suite it needs failed. */
type Suite = {
  readonly id: string;
  readonly needs?: string;
  /** Only with --full. */
  readonly full?: true;
  readonly run: (filters: readonly string[]) => Promise<Report>;
};

const tool = (...path: readonly string[]): string => join(modulesDir, ...path);
const oxlint = tool('oxlint', 'bin', 'oxlint');
const oxfmt = tool('oxfmt', 'bin', 'oxfmt');
const knip = tool('knip', 'bin', 'knip.js');

/** Every suite of `npm test`, in the order they run: what is quick and breaks most comes first. */
export const suites: readonly Suite[] = [
  {
    id: 'types',
    // Anew every time: what is left of the last build can miss that a text changed.
    run: () =>
      checks({ 'types of shared, electron and renderer': [tool('typescript', 'bin', 'tsc'), '-b', '--force'] }),
  },
  {
    id: 'lint',
    run: () =>
      checks({
        'lint rules': [oxlint, '--deny-warnings'],
        formatting: [oxfmt, '--check', '.'],
        'unused code and packages': [knip],
      }),
  },
  { id: 'unit', run: (filters) => vitest('unit', filters) },
  { id: 'postgres', run: (filters) => vitest('postgres', filters) },
  { id: 'postgres-15', full: true, run: (filters) => onOtherPostgres('15', filters) },
  { id: 'postgres-12', full: true, run: (filters) => onOtherPostgres('12', filters) },
  { id: 'build', run: buildSuite },
  { id: 'desktop', needs: 'build', run: (filters) => vitest('desktop', filters) },
  { id: 'e2e', needs: 'build', run: playwright },
];

async function buildSuite(): Promise<Report> {
  const isBuilt = (await build()) === 0;
  const name = 'build of main, preload and page';
  return { passed: isBuilt ? 1 : 0, failed: isBuilt ? [] : [name], skipped: [] };
}

/** Runs node programs one after the other, each a check that passes or fails. */
async function checks(programs: Readonly<Record<string, readonly string[]>>): Promise<Report> {
  const failed: string[] = [];
  for (const [name, args] of Object.entries(programs)) {
    if ((await forward(process.execPath, args, { cwd: root })) !== 0) failed.push(name);
  }
  return { passed: Object.keys(programs).length - failed.length, failed, skipped: [] };
}

function vitest(
  project: string,
  filters: readonly string[],
  id = project,
  env: NodeJS.ProcessEnv = {},
): Promise<Report> {
  const reporters = ['--reporter', 'default', '--reporter', join(root, 'scripts', 'vitest-report.ts')];
  return reported(id, [tool('vitest', 'vitest.mjs'), 'run', '--project', project, ...reporters, ...filters], env);
}

/** What speaks to the server, once more on another major version. Its package exists for one platform only. */
function onOtherPostgres(major: string, filters: readonly string[]): Promise<Report> {
  const id = `postgres-${major}`;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return Promise.resolve({
      passed: 0,
      failed: [],
      skipped: [{ name: id, reason: 'its package is for Linux on x64 only' }],
    });
  const parts = filters.length > 0 ? filters : ['electron/remote', 'tests/sync'];
  return vitest('postgres', parts, id, { TALLYBOOK_TEST_POSTGRES: major });
}

function playwright(filters: readonly string[]): Promise<Report> {
  return reported('e2e', [tool('@playwright', 'test', 'cli.js'), 'test', ...filters]);
}

/** Runs a test program that leaves a report; one that fails without saying which test failed is a failure too. */
async function reported(id: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Report> {
  const folder = join(cacheDir(), 'reports');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${id}.json`);
  rmSync(file, { force: true });
  const code = await forward(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env, TALLYBOOK_REPORT: file },
  });
  if (!existsSync(file)) return { passed: 0, failed: ['ended without a report'], skipped: [] };
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  if (report.failed.length > 0) return report;
  if (report.passed === 0) return { ...report, failed: ['ran no test'] };
  return code === 0 ? report : { ...report, failed: [`ended with exit code ${code}`] };
}
