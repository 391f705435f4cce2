/**
 * `npm run mutants -- [--only ID …] [--jobs N] [--state FILE] [--list] [--json]`: takes the rules of the engine out one by one, each in a copy of the project, and runs
 * the tests that must notice. Prints each as red (noticed) or green. With `--state` every result is kept in a file as it comes, and a run that was stopped goes on where
 * it was: what was noticed already is not tried again unless the rule or its tests are others now. Exit code 1 when one is green or could not be tried.
 */
import { mutants } from '../../tests/mutants/mutants.ts';
import { openMutantState } from '../../tests/mutants/mutant-state.ts';
import { runMutants } from '../../tests/mutants/run-mutants.ts';
import { summaryOf } from '../../tests/mutants/summary-of.ts';
import { commandLine, refuseUsage } from '../lib/command-line.ts';

const usage = `npm run mutants -- [options]: takes the rules of the engine out one by one, and runs the tests that must notice
  --only ID     this rule; may be given again
  --list        prints the rules instead
  --jobs N      how many at a time, 1 or 2 (2)
  --state FILE  goes on where a run was stopped
  --json        prints one document`;
const { values } = commandLine(usage, {
  options: {
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '2' },
    state: { type: 'string' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const unknown = values.only.filter((id) => !mutants.some((mutant) => mutant.id === id));
if (unknown.length > 0) refuseUsage(`There is no rule ${unknown.join(', ')}. What there is: --list`);
const wanted = mutants.filter(({ id }) => values.only.length === 0 || values.only.includes(id));
if (values.list) for (const { id, rule } of wanted) console.log(`${id}: ${rule}`);
else await tryAll();

async function tryAll(): Promise<void> {
  const jobs = Math.min(2, Math.max(1, Number(values.jobs)));
  const state = openMutantState(values.state);
  const known = wanted.flatMap((mutant) => state.noticed(mutant) ?? []);
  const open = wanted.filter((mutant) => state.noticed(mutant) === undefined);
  if (known.length > 0) console.error(`${known.length} known to be red, ${open.length} to try`);
  const tried = await runMutants(open, jobs, (result) => {
    state.keep(result);
    console.error(`${result.state} ${result.id} (${result.seconds} s): ${result.by}`);
  });
  const results = wanted.flatMap(({ id }) => [...known, ...tried].filter((result) => result.id === id));
  const bad = results.filter(({ state: color }) => color !== 'red');
  console.log(
    values.json
      ? JSON.stringify({ mutants: results.length, red: results.length - bad.length, results }, null, 2)
      : summaryOf(results),
  );
  process.exitCode = bad.length > 0 ? 1 : 0;
}
