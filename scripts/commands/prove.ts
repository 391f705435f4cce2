/**
 * `npm run prove -- ROW [--goal N] [--state FILE] [--jobs N] [--json]`: proves one property that has tests of its own for as many cases as a release wants: random-trees, clocks, hidden,
 * every-message, disk-full, identity. With `--state` it goes on where it was stopped; `--jobs` starts the tests so many times beside each other. Exit code 1 when a case failed. docs/reliability.md says which command is for what.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { commandLine, refuseUsage } from '../lib/command-line.ts';
import { inChunks, printReport, wholeNumber } from '../lib/in-chunks.ts';
import { proofRows, type ProofRow } from '../lib/proof-rows.ts';

const usage = `npm run prove -- ROW [options]: proves one property for as many cases as a release wants
  ROW           ${Object.keys(proofRows).join(', ')}
  --goal N      how many cases; what a release wants where none is given
  --jobs N      so many processes at the same time (1)
  --state FILE  goes on where a run was stopped
  --json        prints one document`;
const { values, positionals } = commandLine(usage, {
  allowPositionals: true,
  options: {
    goal: { type: 'string' },
    state: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [name = ''] = positionals;
const row = proofRows[name] ?? refuseUsage(`Say what to prove: ${Object.keys(proofRows).join(', ')}`);
const goal = values.goal === undefined ? row.goal : wholeNumber('goal', values.goal);
const jobs = wholeNumber('jobs', values.jobs);
const report = await inChunks(
  { goal, chunk: row.chunk, state: values.state, about: name, jobs },
  async (after, count) => {
    const from = after + 1;
    const failed = (await runTests(row, from, count)) !== 0;
    console.error(`${name} ${from} to ${after + count}: ${failed ? 'FAILED' : 'held'}`);
    const replay = `${Object.entries(row.settings(from, count))
      .map(([key, value]) => `${key}=${value} `)
      .join('')}npm test -- ${row.file}`;
    return {
      seeds: count,
      syncs: 0,
      faults: { [name]: count },
      failures: failed ? [{ from, replay }] : [],
      traceHash: '',
    };
  },
);
printReport(report, 'cases', values.json);

/** Runs the tests of a row once; answers their exit code. What they print goes to the error stream. */
async function runTests({ file, name: only, settings }: ProofRow, from: number, count: number): Promise<number | null> {
  const vitest = new URL('../../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
  const args = [vitest, 'run', '--configLoader', 'runner', file, ...(only === undefined ? [] : ['-t', only])];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...settings(from, count) },
    stdio: ['ignore', 2, 2],
  });
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    child.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const [code] = (await once(child, 'exit')) as [number | null];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop);
  // Tests that were stopped end like tests that failed.
  if (stopped || code === null) process.exit(130);
  return code;
}
