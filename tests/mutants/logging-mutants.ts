import type { Mutant } from './mutant.ts';

const decided = 'tests/sync/decided-before.pg.test.ts';

/** Rules of the resolution log. */
export const logging: readonly Mutant[] = [
  {
    id: 'decided-before',
    rule: 'if L = loser, S = winner and Base equal, a single both-updated row is pre-decided',
    file: 'electron/sync/make-plan.ts',
    find: 'takeDecided(store, planId, decided)',
    replace: 'undefined',
    tests: [decided],
    name: 'not asked again on the next device',
  },
  {
    id: 'decided-before-can-be-overridden',
    rule: 'pre-decided, overridable',
    file: 'electron/sync/pre-decide.ts',
    find: 'one.choice === choice && !spoken.has(one.ordinal)',
    replace: 'one.choice === choice && !spoken.has(-1 - one.ordinal)',
    tests: [decided],
    name: 'answered otherwise',
  },
  {
    id: 'kept-while-pulling-is-told',
    rule: "a resolution is data: the run that kept this PC's while pulling says so, with what the server had",
    file: 'electron/sync/settle-rows.ts',
    find: "rows: [runRow(table, effect, 'none', effect.trees.server, effect.result, first)],",
    replace: 'rows: [],',
    tests: ['tests/sync/run-rows.pg.test.ts'],
    name: 'settled while pulling',
  },
  {
    id: 'hashes-under-the-secret',
    rule: 'keyed hashes (HMAC under a class secret)',
    file: 'electron/sync/resolution-log.ts',
    find: "createHmac('sha256', secret)",
    replace: "createHmac('sha256', secret.slice(0, 0))",
    tests: [decided],
    name: 'cannot be forged',
  },
  {
    id: 'taken-back-is-asked-again',
    rule: 'who took a run back did not want its decisions made again by themselves',
    file: 'electron/store/sync/resolution-store.ts',
    find: "    AND run_id NOT IN (SELECT undoes FROM run WHERE undoes IS NOT NULL AND outcome IN ('completed', 'undecided')) LIMIT 1`",
    replace: '    LIMIT 1`',
    tests: [decided],
    name: 'undoing its sync',
  },
];
