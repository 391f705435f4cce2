/**
 * `npm run crash -- [--kills N] [--server-kills M] [--from SEED] [--postgres 12|15|18] [--state FILE] [--json]`: kills the app N times and PostgreSQL M times (kill -9) in
 * the middle of whatever they do, and checks after each that nothing confirmed was lost and both sides end the same. With `--state` it goes on where it was stopped.
 * Exit code 1 when something was not so.
 */
import { parseArgs } from 'node:util';
import { crashLoop } from '../../tests/crash/crash-loop.ts';
import { inChunks, majorOf, printReport } from '../lib/in-chunks.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    'server-kills': { type: 'string', default: '3' },
    from: { type: 'string', default: '1' },
    postgres: { type: 'string', default: '18' },
    state: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const postgres = majorOf(values.postgres);
const [kills, serverKills, from] = [Number(values.kills), Number(values['server-kills']), Number(values.from)];
const about = `${kills} kills, ${serverKills} of the server, from ${from}, PostgreSQL ${postgres}`;
const report = await inChunks(
  { goal: kills + serverKills, chunk: 20, state: values.state, about },
  async (after, count) => {
    const ofApp = Math.max(0, Math.min(count, kills - after));
    const plan = { kills: ofApp, serverKills: count - ofApp, from: from + after, postgres };
    const { seeds, ...found } = await crashLoop(plan, (line) => console.error(line));
    const missed =
      seeds < count ? [{ seed: from + after, found: 'fewer kills than wanted', replay: replayOf(plan) }] : [];
    return { ...found, seeds: count, failures: [...found.failures, ...missed], traceHash: '' };
  },
);
printReport(report, 'kills', values.json);

function replayOf(plan: { readonly kills: number; readonly serverKills: number; readonly from: number }): string {
  return `npm run crash -- --kills ${plan.kills} --server-kills ${plan.serverKills} --from ${plan.from} --postgres ${postgres}`;
}
