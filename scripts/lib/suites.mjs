import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { forward } from '../setup/forward.mjs';
import { cacheDir, modulesDir, root } from '../setup/places.mjs';
import { build } from './build.mjs';

/**
 * What a suite did. Names of failures and of what was skipped are for the summary.
 * @typedef {{ passed: number, failed: string[], skipped: { name: string, reason?: string }[] }} Report
 */

/** @typedef {{ id: string, needs?: string, run: (filters: readonly string[]) => Promise<Report> }} Suite */

const tool = (...path) => join(modulesDir, ...path);
const oxlint = tool('oxlint', 'bin', 'oxlint');
const oxfmt = tool('oxfmt', 'bin', 'oxfmt');
const knip = tool('knip', 'bin', 'knip.js');

/** Every suite of `npm test`, in the order they run: what is quick and breaks most comes first. @type {readonly Suite[]} */
export const suites = [
  {
    id: 'types',
    run: () => checks({ 'types of shared, electron and renderer': [tool('typescript', 'bin', 'tsc'), '-b'] }),
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
  { id: 'build', run: async () => verdict('build of main, preload and page', await build()) },
  { id: 'desktop', needs: 'build', run: (filters) => vitest('desktop', filters) },
  { id: 'e2e', needs: 'build', run: playwright },
];

/** Runs node programs one after the other, each a check that passes or fails. @returns {Promise<Report>} */
async function checks(programs) {
  const report = { passed: 0, failed: [], skipped: [] };
  for (const [name, args] of Object.entries(programs)) {
    const { passed, failed } = verdict(name, await forward(process.execPath, args, { cwd: root }));
    report.passed += passed;
    report.failed.push(...failed);
  }
  return report;
}

function verdict(name, code) {
  return code === 0 ? { passed: 1, failed: [], skipped: [] } : { passed: 0, failed: [name], skipped: [] };
}

function vitest(project, filters) {
  const reporters = ['--reporter', 'default', '--reporter', join(root, 'scripts', 'vitest-report.mjs')];
  return reported(project, [tool('vitest', 'vitest.mjs'), 'run', '--project', project, ...reporters, ...filters]);
}

function playwright(filters) {
  return reported('e2e', [tool('@playwright', 'test', 'cli.js'), 'test', ...filters]);
}

/** Runs a test program that leaves a report; a program that fails without saying which test failed is a failure too. */
async function reported(id, args) {
  const folder = join(cacheDir(), 'reports');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${id}.json`);
  rmSync(file, { force: true });
  const code = await forward(process.execPath, args, { cwd: root, env: { ...process.env, TALLYBOOK_REPORT: file } });
  const report = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: ['ended without a report'], skipped: [] };
  if (code !== 0 && report.failed.length === 0) report.failed.push(`ended with exit code ${code}`);
  if (report.passed + report.failed.length === 0) report.failed.push('ran no test');
  return report;
}
