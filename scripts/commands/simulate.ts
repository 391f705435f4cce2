/**
 * `npm run simulate -- [--seeds N] [--devices D] [--steps S] [--postgres 12|15|18] [--from SEED] [--seed SEED] [--state FILE] [--trace] [--json]`: the model-based
 * simulation of tests/simulation. `--seed` plays one seed again; `--trace` prints what was done in it. Exit code 1 when a rule was broken or a fault struck too seldom.
 */
import { parseArgs } from 'node:util';
import { simulate, underFloor, type SimulationPlan } from '../../tests/simulation/simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    devices: { type: 'string', default: '3' },
    steps: { type: 'string', default: '60' },
    postgres: { type: 'string', default: '18' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    state: { type: 'string' },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const whole = (name: string, text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Error(`--${name} takes a whole number above zero, not ${text}`);
  return number;
};
const major = Number(values.postgres);
if (major !== 12 && major !== 15 && major !== 18) throw new Error('--postgres takes 12, 15 or 18');
const plan: SimulationPlan = {
  from: whole('from', values.seed ?? values.from),
  seeds: values.seed === undefined ? whole('seeds', values.seeds) : 1,
  devices: whole('devices', values.devices),
  steps: whole('steps', values.steps),
  postgres: major,
  state: values.state,
};
const report = await simulate(plan, ({ seed, syncs, failure, trace, traceHash }) => {
  if (values.trace) console.error(trace.join('\n'));
  console.error(
    `seed ${seed}: ${syncs} syncs, trace ${traceHash}${failure === null ? '' : `, FAILED at step ${failure.step}: ${failure.found}`}`,
  );
});
const seldom = underFloor(report, plan);
for (const line of seldom) console.error(`too seldom: ${line}`);
for (const { replay } of report.failures) console.error(`replay: ${replay}`);
console.log(
  values.json
    ? JSON.stringify(report, null, 2)
    : `${report.seeds} seeds, ${report.syncs} syncs, ${report.failures.length} failures, trace ${report.traceHash}`,
);
process.exitCode = report.failures.length > 0 || seldom.length > 0 ? 1 : 0;
