import type { PlanSummary } from '../../../../shared/contract/sync.ts';

type Check = PlanSummary['checks'][number];

/** What is looked at before a list is made, in this order. */
export const preChecks = [
  'connect',
  'tls',
  'version',
  'database',
  'rights',
  'tables',
  'constraints',
  'lock',
  'clock',
] as const;
/** One of them. */
export type PreCheck = (typeof preChecks)[number];

/** A line of the checks as people read them: the pre-checks, then what a person should know of what was read. */
export interface CheckLine {
  readonly id: PreCheck | 'verify' | 'rules' | 'lost' | 'hidden' | 'drift' | 'erasure' | 'unsent' | 'others';
  readonly state: Check['state'];
  /** The check that decides the state; its code and facts are what is told. */
  readonly worst: Check;
}

const lines: readonly CheckLine['id'][] = [
  ...preChecks,
  'verify',
  'rules',
  'lost',
  'hidden',
  'drift',
  'erasure',
  'unsent',
  'others',
];

const gravity: Readonly<Record<Check['state'], number>> = { ok: 0, waiting: 1, running: 2, warning: 3, failed: 4 };

/** The checks by what they are about, each with its gravest state. What nothing was checked for is left out. */
export function checkLines(checks: readonly Check[]): readonly CheckLine[] {
  return lines.flatMap((id) => {
    const found = checks.filter((check) => check.id === id);
    const worst = found.toSorted((a, b) => gravity[b.state] - gravity[a.state])[0];
    return worst === undefined ? [] : [{ id, state: worst.state, worst }];
  });
}
