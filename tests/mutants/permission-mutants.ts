import type { Mutant } from './mutant.ts';

const runs = ['tests/sync/permission.pg.test.ts'];
const tries = ['electron/engine/pins.test.ts'];

/** Rules of the permission PINs. */
export const permissionMutants: readonly Mutant[] = [
  {
    id: 'no-gate',
    rule: 'a call that needs a higher level than its caller has is refused',
    file: 'electron/engine/dispatcher.ts',
    find: 'neededLevel(name, parsed.data as never)',
    replace: "'view'",
    tests: runs,
  },
  {
    id: 'run-without-weight',
    rule: 'Whoever may give points may also sync what needs no deletion, decision or guard; only those need the admin PIN',
    file: 'electron/sync/run-plan.ts',
    find: 'permit?.(levelOfRun({ deletions, decided, overruled: guards.length > 0, purpose }));',
    replace: '',
    tests: runs,
  },
  {
    id: 'counted-after-looking',
    rule: 'a try is counted before it is looked at',
    file: 'electron/engine/pins.ts',
    find: '  writePins(app, counted);\n',
    replace: '',
    tests: tries,
  },
  {
    id: 'points-clear-admin',
    rule: 'who knows the PIN for points cannot clear what was tried for admin',
    file: 'electron/engine/pin-record.ts',
    find: "if (level === 'points') return withWrong(pins, [level], () => noneWrong);",
    replace: '',
    tests: tries,
  },
];
