/**
 * `npm test -- [--full] [--only SUITE …] [part of a file name …]`: every suite, with a summary.
 *
 * --full also runs the tests that take long (TALLYBOOK_FULL=1) and installs the other PostgreSQL majors for them.
 */
import { join } from 'node:path';
import { commandLine } from '../lib/command-line.ts';
import { runSuites } from '../lib/run-suites.ts';
import { suites } from '../lib/suites.ts';
import { root } from '../setup/places.mjs';
import { setUp } from '../setup/set-up.mjs';

const usage = `npm test -- [options] [part of a file name …]: runs every suite, with a summary
  --only SUITE  this suite; may be given again: ${suites.map(({ id }) => id).join(', ')}
  --full        also the tests that take long, and the other PostgreSQL versions`;
const { values, positionals } = commandLine(usage, {
  options: { full: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});
const known = suites.map(({ id }) => id);
const usual = suites.filter(({ full }) => full !== true || values.full).map(({ id }) => id);
const unknown = values.only.filter((id) => !known.includes(id));

if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}; the suites are ${known.join(', ')}.`);
  process.exitCode = 2;
} else {
  if (values.full) await prepareFull();
  process.exitCode = await runSuites(values.only.length > 0 ? values.only : usual, positionals);
}

async function prepareFull(): Promise<void> {
  process.env.TALLYBOOK_FULL = '1';
  // The packages of the other majors exist for this platform only; elsewhere their tests are skipped with that reason.
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  await setUp(join(root, 'tests', 'postgres'), 'Installing the other PostgreSQL versions.');
}
