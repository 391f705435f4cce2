import type { Mutant } from './mutant.ts';

/** Rules of clocks, of knowing a server, and of what asks again. */
export const knowing: readonly Mutant[] = [
  {
    id: 'clock-that-was-set',
    rule: 'edits of the same boot are mapped through the monotonic clock; uncertainty is infinite across an unexplained jump',
    file: 'shared/sync/clock.ts',
    find: 'contact.bootId === edit.bootId && inStep(edit, contact)',
    replace: 'contact.bootId === edit.bootId',
    tests: ['shared/sync/clock.test.ts'],
  },
  {
    id: 'clock-of-another-boot',
    rule: 'uncertainty is infinite across an earlier boot',
    file: 'shared/sync/clock.ts',
    find: 'contact.bootId === edit.bootId && inStep(edit, contact)',
    replace: 'inStep(edit, contact)',
    tests: ['shared/sync/clock.test.ts'],
  },
  {
    id: 'newest-only-when-disjoint',
    rule: 'newest settles only when the intervals are disjoint, otherwise it asks and says why',
    file: 'shared/sync/clock.ts',
    find: "if (here.fromMs > there.toMs) return { side: 'local' };",
    replace: "if (here.fromMs >= there.fromMs) return { side: 'local' };",
    tests: ['shared/sync/clock.test.ts'],
  },
  {
    id: 'trust-follows-the-visit',
    rule: 'visit present, or ahead in the same epoch → Base stays valid; otherwise the server was restored or swapped',
    file: 'shared/sync/judge-server.ts',
    find: "if (doubted) return { trust: 'put-back', readAll: true, absenceProves: false };",
    replace: '',
    tests: ['shared/sync/judge-server.test.ts'],
  },
  {
    id: 'lagging-standby',
    rule: "h' < h on a standby = lagging: nothing can be concluded",
    file: 'shared/sync/judge-server.ts',
    find: 'if (met && found.inRecovery && sameDatabase && (behind || doubted))',
    replace: 'if (met && found.inRecovery && sameDatabase && behind && !met)',
    tests: ['shared/sync/judge-server.test.ts'],
  },
  {
    id: 'collected-horizon',
    rule: 'horizon older than gc_horizon → full key compare',
    file: 'shared/sync/judge-server.ts',
    find: 'readAll: known.horizon === null || behind || collected || !sameHistory,',
    replace: 'readAll: known.horizon === null || behind || !sameHistory,',
    tests: ['shared/sync/judge-server.test.ts'],
  },
  {
    id: 'mass-change',
    rule: 'mass-change guard: more than 20 % of a table and at least 5 rows, or more than 50 rows',
    file: 'shared/sync/guards.ts',
    find: 'return count > MANY || (count >= SMALLEST && count > of * SHARE);',
    replace: 'return count > MANY;',
    tests: ['shared/sync/guards.test.ts'],
  },
];
