import { knowing } from './knowing-mutants.ts';
import { meetings } from './meeting-mutants.ts';
import type { Mutant } from './mutant.ts';
import { planningMore } from './planning-mutants.ts';
import { permissionMutants } from './permission-mutants.ts';
import { running } from './running-mutants.ts';

const diff = 'shared/sync/diff.test.ts';
const apply = 'electron/remote/apply.pg.test.ts';
const proofs = 'electron/remote/apply-proofs.pg.test.ts';
const faults = 'electron/remote/apply-faults.pg.test.ts';
const order = 'electron/remote/apply-order.pg.test.ts';
const journal = 'electron/remote/journal.pg.test.ts';
const observe = 'electron/remote/observe.pg.test.ts';
const twoDevices = 'tests/sync/two-devices.pg.test.ts';

/** Rules of comparing and merging. */
const planning: readonly Mutant[] = [
  {
    id: 'agreed-moves-base',
    rule: 'L=S agreed: Base moves to it, else a later edit becomes a false conflict',
    file: 'electron/sync/record-observation.ts',
    find: 'if (base === undefined ? server !== null : !sameRow(table, base.row, server)) trees.setBase(key, server, now);',
    replace: 'if (base === undefined && server !== null) trees.setBase(key, server, now);',
    tests: [],
    seeds: { from: 1, count: 12 },
  },
  {
    id: 'edit-against-delete',
    rule: 'deleted on one side while other content changed on the other = conflict, never a silent join',
    file: 'shared/sync/diff.ts',
    find: 'if (against !== null) return against;',
    replace: '',
    tests: [diff],
  },
  {
    id: 'deleted-is-one-flag',
    rule: 'deleted on both sides = agreed; other times are no clash',
    file: 'shared/sync/diff.ts',
    find: 'if (isDeleted(table, local) && isDeleted(table, server) && sameApartFromDeletion(table, local, server))',
    replace: 'if (sameRow(table, local, server))',
    tests: [diff],
  },
  {
    id: 'append-only-never-missing',
    rule: 'an append-only row missing on one side is never a delete: it is put back and listed',
    file: 'shared/sync/diff.ts',
    find: 'if (neverGoesMissing(table) && !parentGone) return comesBack(table, trees, gone);',
    replace: '',
    tests: [diff],
  },
  {
    id: 'integrity',
    rule: 'an append-only row whose content differs is an integrity conflict',
    file: 'shared/sync/diff.ts',
    find: "if (table.kind === 'append-only') return conflict(table, trees, 'integrity', null);",
    replace: '',
    tests: [diff],
  },
  {
    id: 'older-plan',
    rule: "first check every included row's Base, Local and Base⊕Remote against the plan",
    file: 'electron/sync/run-plan.ts',
    find: 'if (moved.length > 0) return stale(store, head, moved);',
    replace: '',
    tests: [twoDevices],
  },
];

/** Rules of the local store. */
const storing: readonly Mutant[] = [
  {
    id: 'marks-for-other-servers',
    rule: "a run's own local writes make no mark for its peer, but do for all others",
    file: 'electron/store/migrations/0002-sync-state.ts',
    find: 'WHERE p.id NOT IN (SELECT peer_id FROM applying)',
    replace: 'WHERE NOT EXISTS (SELECT 1 FROM applying)',
    tests: ['tests/sync/two-connections.pg.test.ts'],
  },
  {
    id: 'no-await-in-a-transaction',
    rule: 'no await inside a SQLite transaction',
    file: 'electron/store/class-store.ts',
    find: 'return db.transaction(clock === undefined || db.inTransaction ? fn : timed(db, clock, fn)).immediate();',
    replace: "db.exec('BEGIN IMMEDIATE');\n      const result = fn();\n      db.exec('COMMIT');\n      return result;",
    tests: ['electron/store/class-store.test.ts'],
    name: 'would wait',
  },
  {
    id: 'no-local-cascade',
    rule: 'local foreign keys have no actions: every cascade is a row of the plan',
    file: 'electron/store/migrations/0001-domain-tables.ts',
    find: 'student_id TEXT NOT NULL REFERENCES student (id) DEFERRABLE INITIALLY DEFERRED,\n  tag',
    replace: 'student_id TEXT NOT NULL REFERENCES student (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,\n  tag',
    tests: ['electron/store/migrations/0001-domain-tables.test.ts'],
  },
  {
    id: 'durable-points',
    rule: 'reopening WAL resets synchronous to NORMAL',
    file: 'electron/store/open-database.ts',
    find: "db.pragma('synchronous = FULL');",
    replace: '',
    tests: ['electron/store/class-store.test.ts'],
  },
  {
    id: 'triggers-of-replace',
    rule: 'INSERT OR REPLACE skips delete triggers unless recursive_triggers=ON',
    file: 'electron/store/open-database.ts',
    find: "db.pragma('recursive_triggers = ON');",
    replace: '',
    tests: ['electron/store/class-store.test.ts'],
  },
];

/** Rules of the server's objects and of looking at them. */
const server: readonly Mutant[] = [
  {
    id: 'class-first-in-keys',
    rule: 'server keys start with class_id: a second class inserting the same built-in id collided',
    file: 'electron/remote/migrations/0002-domain-tables.ts',
    find: 'PRIMARY KEY (${scoped(table.key)})',
    replace: 'PRIMARY KEY (${identifierList(table.key)}), UNIQUE (${scoped(table.key)})',
    tests: [apply],
    name: 'two classes',
  },
  {
    id: 'deleted-when-the-trigger-runs',
    rule: 'deleted means the row is absent when the trigger runs: another trigger may have put it back',
    file: 'electron/remote/journal-sql.ts',
    find: "CASE WHEN all_gone THEN 'true' ELSE 't.${scope} IS NULL' END",
    replace: "CASE WHEN all_gone OR source = 'old_rows' THEN 'true' ELSE 't.${scope} IS NULL' END",
    tests: [journal],
    name: 'put back',
  },
  {
    id: 'cursor-is-xmin',
    rule: "h' = the snapshot's xmin; any other cursor loses rows whose transaction commits late",
    file: 'electron/remote/observe.ts',
    find: 'txid_snapshot_xmin(txid_current_snapshot())',
    replace: 'txid_snapshot_xmax(txid_current_snapshot())',
    tests: [observe],
    name: 'late',
  },
  {
    id: 'row-wins-over-journal',
    rule: 'the data row wins over a stale journal flag',
    file: 'electron/remote/observe-sql.ts',
    find: 'CASE WHEN ${there} THEN true WHEN s.deleted THEN false END',
    replace: 'CASE WHEN s.deleted THEN false WHEN ${there} THEN true END',
    tests: [observe],
    name: 'stale mark',
  },
  {
    id: 'journal-on',
    rule: "Observe checks tgenabled = 'A': restore tools switch it off",
    file: 'electron/remote/observe.ts',
    find: '!== journalTriggerCount(request.tables)',
    replace: '< 0',
    tests: [observe],
    name: 'trigger is off',
  },
  {
    id: 'visit-after-looking',
    rule: 'the visit is advanced after every Observe that read anything: a device that only pulled mistook a restored server for deletions',
    file: 'electron/sync/observe-server.ts',
    find: 'learned && observation.mayVisit\n',
    replace: 'learned && observation.mayVisit && (await Promise.resolve(false))\n',
    tests: ['tests/sync/identity.pg.test.ts'],
  },
  {
    id: 'whole-tables-are-compared',
    rule: 'incremental = full observation: what differs is found when everything is read, also in a table that is compared as a whole',
    file: 'electron/sync/observe-server.ts',
    find: 'there.sums.every((sum, half) => sum === here.sums[half])',
    replace: 'there.sums.length === here.sums.length',
    tests: ['tests/sync/full-reading.pg.test.ts'],
    name: 'is found when everything is read',
  },
  {
    id: 'sweep-waits',
    rule: 'effect = preview, row for row: what is staged for a run is swept only when it is over',
    file: 'electron/sync/drop-plan.ts',
    find: 'if (held !== undefined) {',
    replace: 'if (held === store) {',
    tests: ['tests/sync/quick-preview.pg.test.ts'],
    name: 'lets nothing of an old list',
  },
];

/** Rules of a run on the server. */
const applying: readonly Mutant[] = [
  {
    id: 'lock-then-read',
    rule: 'lock touched rows FOR UPDATE, in a later statement re-read content and version: what was read before the lock may be old',
    file: 'electron/remote/apply-transaction.ts',
    find: "...lockStatements(run),\n    { sql: 'SET CONSTRAINTS ALL DEFERRED' },\n    ...compareStatements(run),",
    replace: "{ sql: 'SET CONSTRAINTS ALL DEFERRED' },\n    ...compareStatements(run),\n    ...lockStatements(run),",
    tests: [apply],
  },
  {
    id: 'rows-are-locked',
    rule: 'lock touched rows FOR UPDATE, re-read in a later statement: a one-statement compare-and-set overwrote a third party',
    file: 'electron/remote/apply-sql.ts',
    find: "' OFFSET 0 FOR UPDATE OF t'",
    replace: "' OFFSET 0'",
    tests: [apply],
  },
  {
    id: 'compare-before-writing',
    rule: 're-read content and version; mismatch → ROLLBACK, stale',
    file: 'electron/remote/apply.ts',
    find: "if (stale.length > 0) return await endWith(context, request, { kind: 'stale', reason: 'rows', rows: stale });",
    replace: '',
    tests: [apply],
  },
  {
    id: 'plain-insert',
    rule: 'adds as plain INSERT whose row count must match: ON CONFLICT DO UPDATE overwrote a foreign add',
    file: 'electron/remote/write-statements.ts',
    find: "WHERE ${ofTable(table)} AND e.op = 'add' AND ${unwritten(run)}`,",
    replace:
      "WHERE ${ofTable(table)} AND e.op = 'add' AND ${unwritten(run)} ON CONFLICT (${identifierList([run.catalog.scopeColumn, ...table.key])}) DO UPDATE SET ${quoteIdentifier(columns.at(-1)?.name ?? '')} = excluded.${quoteIdentifier(columns.at(-1)?.name ?? '')}`,",
    tests: [apply],
    name: 'just inserting',
  },
  {
    id: 'swaps-are-parked',
    rule: 'cycles through a parked value',
    file: 'electron/remote/write-statements.ts',
    find: '...(run.oneByOne === true ? [] : parkStatements(run)),',
    replace: '',
    tests: [order],
  },
  {
    id: 'leaving-first',
    rule: 'rows leaving a partial unique predicate first',
    file: 'electron/remote/write-statements.ts',
    find: '...updates.filter((group) => group.leaving).map((group) => updateStatement(run, group)),\n    ...(run',
    replace: '...(run',
    tests: [order],
  },
  {
    id: 'run-only-once',
    rule: 'insert run id; duplicate → already done → recovery',
    file: 'electron/remote/apply.ts',
    find: "if (!opened.fresh) return { kind: 'duplicate' };",
    replace: '',
    tests: [apply],
    name: 'ledger',
  },
  {
    id: 'epoch',
    rule: 'check epoch and incarnation',
    file: 'electron/remote/apply.ts',
    find: "if (opened.epoch !== request.epoch) return { kind: 'stale', reason: 'epoch', rows: [] };",
    replace: '',
    tests: [apply],
    name: 'epoch',
  },
  {
    id: 'journal-proof',
    rule: "journal proof: keys and operations with this transaction's xid in row_state = the effects",
    file: 'electron/remote/apply.ts',
    find: "if (unexpected !== undefined) throw journalMismatch(unexpected[0] ?? '');",
    replace: '',
    tests: [proofs],
  },
  {
    id: 'foreign-tables-untouched',
    rule: 'pg_stat_xact_user_tables outside our tables is zero',
    file: 'electron/remote/apply.ts',
    find: 'if (opened.foreignBefore.get(table) !== count) throw journalMismatch(table);',
    replace: 'if (table === count) throw journalMismatch(table);',
    tests: [proofs],
  },
  {
    id: 'read-back',
    rule: 'a content column read back different → ROLLBACK and named',
    file: 'electron/remote/apply.ts',
    find: 'if (difference !== null) {',
    replace: 'if (difference !== null && run.shape.total < 0) {',
    tests: [proofs],
  },
  {
    id: 'commit-tag',
    rule: 'require the tag COMMIT: COMMIT of a failed transaction "succeeds" with tag ROLLBACK',
    file: 'electron/remote/apply.ts',
    find: "if (command === 'COMMIT') return outcome;",
    replace: 'if (command !== null) return outcome;',
    tests: ['electron/remote/commit-tag.pg.test.ts'],
  },
  {
    id: 'retry-deadlock',
    rule: 'retry the whole on 40001, 40P01, 55P03',
    file: 'electron/remote/apply.ts',
    find: "new Set(['40001', '40P01', '55P03'])",
    replace: "new Set(['40001', '55P03'])",
    tests: [faults],
    name: 'deadlocking',
  },
  {
    id: 'lost-answer-is-unknown',
    rule: 'after COMMIT was sent the outcome is "checking" until known',
    file: 'electron/remote/apply.ts',
    find: 'if (undone) throw error;',
    replace: 'if (!undone) throw error;',
    tests: [faults, 'tests/sync/unknown-outcome.pg.test.ts'],
  },
];

/** Rules of finishing a run here. */
const finishing: readonly Mutant[] = [
  {
    id: 'base-after-apply',
    rule: "Base := the plan's L: Base at the merged row pushed the other side's old value back",
    file: 'electron/sync/settle-rows.ts',
    find: 'const base = sameRow(table, effect.result, effect.trees.local) || down ? readBack.row : effect.trees.local;',
    replace: 'const base = readBack.row;',
    tests: ['tests/sync/merged-row.pg.test.ts'],
  },
  {
    id: 'base-after-pull',
    rule: "Pull: Base := the plan's S; dirty stays iff R ≠ S",
    file: 'electron/sync/settle-rows.ts',
    find: 'trees.setBase(effect, effect.trees.server, settling.now);\n  trees.dropRemote(effect);\n  fixMark(settling, table, effect, effect.trees.server, effect.result);',
    replace:
      'trees.setBase(effect, effect.result, settling.now);\n  trees.dropRemote(effect);\n  fixMark(settling, table, effect, effect.result, effect.result);',
    tests: ['tests/sync/older-plans.pg.test.ts'],
    name: 'after a pull shows the own part',
  },
  {
    id: 'edited-meanwhile',
    rule: 'rows edited meanwhile are left with the reason',
    file: 'electron/sync/finish-run.ts',
    find: "if (!isUntouched(settling, effect)) left.set(effect, 'edited-meanwhile');",
    replace: "if (effect.label === '\\0' && !isUntouched(settling, effect)) left.set(effect, 'edited-meanwhile');",
    tests: ['tests/sync/edited-meanwhile.pg.test.ts', 'tests/sync/unknown-outcome.pg.test.ts'],
  },
  {
    id: 'dependants-of-left-rows',
    rule: 'rows edited meanwhile are left together with their closure (children, claims on a freed value, groups)',
    file: 'electron/sync/finish-run.ts',
    find: 'if (writes.length > 0) leaveDependants',
    replace: 'if (writes.length < 0) leaveDependants',
    tests: ['tests/sync/edited-meanwhile.pg.test.ts'],
  },
  {
    id: 'groups-left-whole',
    rule: 'what goes as a whole is left as a whole when one of it was edited meanwhile',
    file: 'electron/sync/finish-run.ts',
    find: 'leaveGroups(writes, left);\n  }',
    replace: '}',
    tests: ['tests/sync/decided-runs.pg.test.ts'],
    name: 'is edited meanwhile',
  },
  {
    id: 'repointed-is-no-conflict',
    rule: 'a recorded row whose pointers followed an alias is taken from the server without a question',
    file: 'shared/sync/list-row.ts',
    find: "if (table.kind !== 'append-only' || local === null",
    replace: "if (table.kind === 'append-only' || local === null",
    tests: ['tests/sync/decided-runs.pg.test.ts'],
    name: 'answer to COMMIT was lost',
  },
  {
    id: 'taken-over-asks',
    rule: 'a record an alias calls another one is never sent as a second one without a question',
    file: 'shared/sync/close-plan.ts',
    find: 'if (!merged) return;',
    replace: 'if (!merged || plan.deletes !== undefined) return;',
    tests: ['tests/sync/decided-runs.pg.test.ts'],
    name: 'is edited meanwhile',
  },
  {
    id: 'merged-stays-merged',
    rule: 'taking a run back leaves a key that was taken over, and what moved with it, as it is',
    file: 'electron/sync/undo-rows.ts',
    find: " || written.choice === 'adopt'",
    replace: '',
    tests: ['tests/sync/decided-runs.pg.test.ts'],
    name: 'can be taken back',
  },
];

/** Every rule that is taken out, one at a time. */
export const mutants: readonly Mutant[] = [
  ...planning,
  ...planningMore,
  ...storing,
  ...server,
  ...meetings,
  ...applying,
  ...running,
  ...finishing,
  ...knowing,
  ...permissionMutants,
];
