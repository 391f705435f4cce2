/**
 * `npm run simulate -- [--seeds N] [--devices D] [--steps S] [--postgres 12|15|18] [--from SEED] [--seed SEED] [--state FILE] [--jobs N] [--schemas] [--about identity] [--trace] [--json]`: the model-based
 * simulation of tests/simulation; with `--schemas` the one of tests/schemas, on catalogs nobody has thought of. `--about identity` plays devices and servers that are
 * restored, cloned, swapped and emptied more often than anything else. `--seed` plays one seed again; `--trace` prints what is done while it is done. `--jobs` plays so many seeds at the same time, each in a process with a server of its own; the report is the same. Exit code 1 when a rule was broken or a fault struck too seldom.
 */
import { playSchemas, schemasUnderFloor } from '../../tests/schemas/play-schemas.ts';
import { simulate, underFloor, type SimulationPlan } from '../../tests/simulation/simulate.ts';
import { commandLine, refuseUsage } from '../lib/command-line.ts';
import { inChunks, majorOf, printReport, wholeNumber } from '../lib/in-chunks.ts';

const usage = `npm run simulate -- [options]: plays stories of devices, people, a server and faults, each from a seed
  --seeds N         how many (20), beginning with --from SEED (1)
  --seed SEED       this one alone, again
  --devices D       how many devices (3)
  --steps S         how much happens in each (60)
  --postgres M      12, 15 or 18 (18)
  --schemas         on catalogs nobody has thought of
  --about identity  devices and servers that are restored, cloned, swapped and emptied
  --jobs N          so many processes at the same time (1)
  --state FILE      goes on where a run was stopped
  --trace           prints what is done while it is done
  --json            prints one document`;
const { values } = commandLine(usage, {
  options: {
    seeds: { type: 'string', default: '20' },
    devices: { type: 'string', default: '3' },
    steps: { type: 'string', default: '60' },
    postgres: { type: 'string', default: '18' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    state: { type: 'string' },
    schemas: { type: 'boolean', default: false },
    about: { type: 'string', default: 'everything' },
    jobs: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const plan: SimulationPlan = {
  from: wholeNumber('from', values.seed ?? values.from),
  seeds: values.seed === undefined ? wholeNumber('seeds', values.seeds) : 1,
  devices: wholeNumber('devices', values.devices),
  steps: wholeNumber('steps', values.steps),
  postgres: majorOf(values.postgres),
  state: values.state,
  about: aboutOf(values.about),
  // What is told while it happens is told of one seed.
  jobs: values.trace ? 1 : wholeNumber('jobs', values.jobs),
};
const onNote = values.trace ? (line: string) => console.error(line) : undefined;
if (values.schemas) await withSchemas();
else await withClassroom();

function aboutOf(word: string): SimulationPlan['about'] {
  if (word !== 'everything' && word !== 'identity') return refuseUsage('--about takes everything or identity');
  return word;
}

async function withSchemas(): Promise<void> {
  const { seeds, postgres, state, from, jobs } = plan;
  const about = `catalogs from ${from}, PostgreSQL ${postgres}`;
  const report = await inChunks({ goal: seeds, chunk: 50, state, about }, async (after, count) => {
    const piece = { from: from + after, seeds: count, postgres, jobs };
    return await playSchemas(piece, (line) => console.error(line), onNote);
  });
  printReport(report, 'catalogs', values.json, schemasUnderFloor(report));
}

async function withClassroom(): Promise<void> {
  const report = await simulate(
    plan,
    ({ seed, syncs, failure, traceHash }) =>
      console.error(
        `seed ${seed}: ${syncs} syncs, trace ${traceHash}${failure === null ? '' : `, FAILED at step ${failure.step}: ${failure.found}`}`,
      ),
    onNote,
  );
  printReport(report, 'seeds', values.json, underFloor(report, plan));
}
