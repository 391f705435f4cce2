/**
 * `npm run faults -- [--rounds N] [--from SEED] [--only KIND …] [--badness X] [--postgres 12|15|18] [--state FILE] [--jobs N] [--json]`: syncs over a bad network. Each round has every
 * fault once: a cut at a message, a black hole, a half-closed line, 3 s of latency, 5 % loss, 64 kbit, a frozen line, eight devices at once. With `--state` it goes on
 * where it was stopped; `--jobs` lets so many work at the same time, each in a process with a server of its own. Exit code 1 when something was lost.
 */
import { faultRounds, networkFaults } from '../../tests/faults/fault-rounds.ts';
import { commandLine, refuseUsage } from '../lib/command-line.ts';
import { amount, inChunks, inOwnProcess, majorOf, printReport, wholeNumber } from '../lib/in-chunks.ts';

const usage = `npm run faults -- [options]: syncs over a bad network, with every fault once in each round
  --rounds N    how many (1), beginning with --from SEED (1)
  --only KIND   this fault; may be given again: ${networkFaults.join(', ')}
  --badness X   how bad, 1 as in a release run (1)
  --postgres M  12, 15 or 18 (18)
  --jobs N      so many processes at the same time (1)
  --state FILE  goes on where a run was stopped
  --json        prints one document`;
const { values } = commandLine(usage, {
  options: {
    rounds: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [] },
    badness: { type: 'string', default: '1' },
    postgres: { type: 'string', default: '18' },
    state: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const postgres = majorOf(values.postgres);
const unknown = values.only.filter((kind) => !networkFaults.some((known) => known === kind));
if (unknown.length > 0) refuseUsage(`There is no fault ${unknown.join(', ')}. What there is: --help`);
const kinds = networkFaults.filter((kind) => values.only.length === 0 || values.only.includes(kind));
const [rounds, from, badness] = [
  wholeNumber('rounds', values.rounds),
  wholeNumber('from', values.from),
  amount('badness', values.badness),
];
const about = `${kinds.join(', ')} from ${from}, badness ${badness}, PostgreSQL ${postgres}`;
const jobs = wholeNumber('jobs', values.jobs);
// Devices that apply at once are done in a second; a bad network takes minutes.
const chunk = kinds.every((kind) => kind === 'appliers') ? 50 : 5;
const report = await inChunks({ goal: rounds, chunk, state: values.state, about, jobs }, async (after, count) => {
  if (jobs > 1) {
    const numbers = { rounds: count, from: from + after, badness, postgres };
    const words = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
    return await inOwnProcess([...words, ...kinds.flatMap((kind) => ['--only', kind])]);
  }
  const plan = { rounds: count, from: from + after, postgres, kinds, badness };
  return { ...(await faultRounds(plan, (line) => console.error(line))), seeds: count, traceHash: '' };
});
const seldom = kinds.flatMap((kind) => {
  const struck = report.faults[kind] ?? 0;
  return report.failures.length === 0 && struck < rounds ? [`${kind}: ${struck} of at least ${rounds}`] : [];
});
printReport(report, 'rounds', values.json, seldom);
