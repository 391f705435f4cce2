/**
 * `npm run crash -- [--kills N] [--server-kills M] [--from SEED] [--postgres 12|15|18] [--json]`: kills the app N times and PostgreSQL M times (kill -9) in the middle of
 * whatever they do, and checks after each that nothing confirmed was lost and both sides end the same. Exit code 1 when something was not so.
 */
import { parseArgs } from 'node:util';
import { crashLoop } from '../../tests/crash/crash-loop.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    'server-kills': { type: 'string', default: '3' },
    from: { type: 'string', default: '1' },
    postgres: { type: 'string', default: '18' },
    json: { type: 'boolean', default: false },
  },
});
const major = Number(values.postgres);
if (major !== 12 && major !== 15 && major !== 18) throw new Error('--postgres takes 12, 15 or 18');
const plan = {
  kills: Number(values.kills),
  serverKills: Number(values['server-kills']),
  from: Number(values.from),
  postgres: major,
} as const;
const report = await crashLoop(plan, (line) => console.error(line));
for (const { replay } of report.failures) console.error(`replay: ${replay}`);
console.log(
  values.json
    ? JSON.stringify(report, null, 2)
    : `${report.seeds} kills, ${report.syncs} syncs, ${report.failures.length} failures`,
);
process.exitCode = report.failures.length > 0 || report.seeds < plan.kills + plan.serverKills ? 1 : 0;
