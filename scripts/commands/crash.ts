/**
 * `npm run crash -- [--kills N] [--server-kills M] [--from SEED] [--postgres 12|15|18] [--state FILE] [--jobs N] [--json]`: kills the app N times and PostgreSQL M times (kill -9) in
 * the middle of whatever they do, and checks after each that nothing confirmed was lost and both sides end the same. With `--state` it goes on where it was stopped.
 * `--jobs` lets so many work at the same time, each in a process with a server of its own. Exit code 1 when something was not so.
 */
import { crashLoop, type CrashPlan } from '../../tests/crash/crash-loop.ts';
import { commandLine } from '../lib/command-line.ts';
import { inChunks, inOwnProcess, majorOf, printReport, wholeNumber, wholeNumberOrNone } from '../lib/in-chunks.ts';

const usage = `npm run crash -- [options]: kills the app and PostgreSQL (kill -9) in the middle of whatever they do
  --kills N         kills of the app (10)
  --server-kills M  kills of PostgreSQL (3)
  --from SEED       the first seed (1)
  --postgres M      12, 15 or 18 (18)
  --jobs N          so many processes at the same time (1)
  --state FILE      goes on where a run was stopped
  --json            prints one document`;
const { values } = commandLine(usage, {
  options: {
    kills: { type: 'string', default: '10' },
    'server-kills': { type: 'string', default: '3' },
    from: { type: 'string', default: '1' },
    postgres: { type: 'string', default: '18' },
    state: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const postgres = majorOf(values.postgres);
const [kills, serverKills, from] = [
  wholeNumberOrNone('kills', values.kills),
  wholeNumberOrNone('server-kills', values['server-kills']),
  wholeNumber('from', values.from),
];
const jobs = wholeNumber('jobs', values.jobs);
const about = `${kills} kills, ${serverKills} of the server, from ${from}, PostgreSQL ${postgres}`;
const report = await inChunks(
  { goal: kills + serverKills, chunk: 20, state: values.state, about, jobs },
  async (after, count) => {
    const ofApp = Math.max(0, Math.min(count, kills - after));
    const plan = { kills: ofApp, serverKills: count - ofApp, from: from + after, postgres };
    if (jobs > 1) return await inOwnProcess(wordsOf(plan));
    const { seeds, ...found } = await crashLoop(plan, (line) => console.error(line));
    const missed =
      seeds < count ? [{ seed: from + after, found: 'fewer kills than wanted', replay: replayOf(plan) }] : [];
    return { ...found, seeds: count, failures: [...found.failures, ...missed], traceHash: '' };
  },
);
printReport(report, 'kills', values.json);

function replayOf(plan: Omit<CrashPlan, 'postgres'>): string {
  return `npm run crash -- ${wordsOf(plan).join(' ')}`;
}

function wordsOf(plan: Omit<CrashPlan, 'postgres'>): readonly string[] {
  const numbers = { kills: plan.kills, 'server-kills': plan.serverKills, from: plan.from, postgres };
  return Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
