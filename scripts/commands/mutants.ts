/**
 * `npm run mutants -- [--only ID …] [--jobs N] [--json]`: takes the rules of the engine out one by one, each in a copy of the project, and runs the tests that must
 * notice. Prints each as red (noticed) or green. Exit code 1 when one is green or could not be tried.
 */
import { parseArgs } from 'node:util';
import { mutants } from '../../tests/mutants/mutants.ts';
import { runMutants } from '../../tests/mutants/run-mutants.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const unknown = values.only.filter((id) => !mutants.some((mutant) => mutant.id === id));
if (unknown.length > 0) throw new Error(`there is no mutant ${unknown.join(', ')}`);
const jobs = Math.min(2, Math.max(1, Number(values.jobs)));
const wanted = mutants.filter(({ id }) => values.only.length === 0 || values.only.includes(id));
const results = await runMutants(wanted, jobs, ({ id, state, seconds, by }) =>
  console.error(`${state} ${id} (${seconds} s): ${by}`),
);
const bad = results.filter(({ state }) => state !== 'red');
console.log(
  values.json
    ? JSON.stringify({ mutants: results.length, red: results.length - bad.length, results }, null, 2)
    : `${results.length - bad.length} of ${results.length} rules are missed when they are taken out`,
);
process.exitCode = bad.length > 0 ? 1 : 0;
