import type { Mutant } from './mutant.ts';

const erasure = 'tests/sync/erasure.pg.test.ts';

/** Rules of erasing. */
export const erasing: readonly Mutant[] = [
  {
    id: 'erasure-first',
    rule: 'an erasure row syncs first on every connection and always wins',
    file: 'electron/sync/erasures.ts',
    find: 'if (news.length > 0)\n    erased = store.transaction',
    replace: 'if (news.length < 0)\n    erased = store.transaction',
    tests: [erasure],
    name: 'wins over',
  },
  {
    id: 'erasure-filters-what-comes',
    rule: 'an erasure filters every import: what a server brings of an erased record is not taken',
    file: 'electron/sync/record-observation.ts',
    find: 'rows.filter((row) => !erased.drops(row))',
    replace: 'rows',
    tests: [erasure],
    name: 'takes none of it',
  },
  {
    id: 'erasure-by-predicate',
    rule: 'an erasure deletes by predicate inside the transaction',
    file: 'electron/remote/apply.ts',
    find: 'eraseStatement(catalog, request.scope, erasing, request.erases);',
    replace: 'eraseStatement(catalog, request.scope, erasing && request.runId.length === 0, request.erases);',
    tests: [erasure],
    name: 'leaves no trace',
  },
  {
    id: 'erased-meanwhile-is-stale',
    rule: 'a plan made before the erasure brings nothing back',
    file: 'electron/remote/compare-statements.ts',
    find: 'return erased === null ? compared : [...compared, erased];',
    replace: 'return compared;',
    tests: [erasure],
    name: 'makes a plan stale',
  },
  {
    id: 'erasure-covers-history',
    rule: 'an erasure covers base, remote, outbox, run_row, plans, drafts, resolution log and recovery bin',
    file: 'electron/store/sync/erase-records.ts',
    find: '  cutFromHistory(store, covered);\n  hidePlans(store);\n',
    replace: '',
    tests: [erasure],
    name: 'leaves no trace',
  },
  {
    id: 'erasure-covers-copies',
    rule: 'an erasure covers backups',
    file: 'electron/sync/erasures.ts',
    find: '  for (const copy of eraseFromBackups(store)) {',
    replace: '  for (const copy of [...eraseFromBackups(store)].slice(0, 0)) {',
    tests: [erasure],
  },
  {
    id: 'erasure-is-not-left-out',
    rule: 'an erasure is exempt from left-rules, Apply-only and keep',
    file: 'electron/sync/read-draft.ts',
    find: "if (direction === 'up') yield ordinal;",
    replace: "if (direction === 'both') yield ordinal;",
    tests: [erasure],
    name: 'cannot be left out',
  },
  {
    id: 'erasure-is-not-replaced',
    rule: 'an erasure is exempt from Pull and replace: what is to be erased everywhere is not forgotten',
    file: 'electron/sync/replace-rows.ts',
    find: '    if (table.name === roles.erasure) continue;\n',
    replace: '',
    tests: ['tests/sync/pull-and-replace.pg.test.ts'],
    name: 'forgets no erasure',
  },
];
