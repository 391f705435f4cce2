/**
 * `npm run faults -- [--rounds N] [--from SEED] [--only KIND …] [--badness X] [--postgres 12|15|18] [--json]`: syncs over a bad network. Each round has every fault once:
 * a cut at a message, a black hole, a half-closed line, 3 s of latency, 5 % loss, 64 kbit, a frozen line, eight devices at once. Exit code 1 when something was lost.
 */
import { parseArgs } from 'node:util';
import { faultRounds, networkFaults } from '../../tests/faults/fault-rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [] },
    badness: { type: 'string', default: '1' },
    postgres: { type: 'string', default: '18' },
    json: { type: 'boolean', default: false },
  },
});
const major = Number(values.postgres);
if (major !== 12 && major !== 15 && major !== 18) throw new Error('--postgres takes 12, 15 or 18');
const kinds = networkFaults.filter((kind) => values.only.length === 0 || values.only.includes(kind));
const rounds = Number(values.rounds);
const report = await faultRounds(
  { rounds, from: Number(values.from), postgres: major, kinds, badness: Number(values.badness) },
  (line) => console.error(line),
);
for (const { replay } of report.failures) console.error(`replay: ${replay}`);
console.log(
  values.json
    ? JSON.stringify(report, null, 2)
    : `${report.seeds} rounds, ${report.syncs} syncs, ${report.failures.length} failures`,
);
const seldom = kinds.filter(
  (kind) => report.faults[kind] + report.failures.filter((failure) => failure.kind === kind).length < rounds,
);
process.exitCode = report.failures.length > 0 || seldom.length > 0 ? 1 : 0;
