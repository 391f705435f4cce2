import type { PlanSummary } from '../../../../shared/contract/sync.ts';

type Check = PlanSummary['checks'][number];

/** A line of the pre-checks as people read them: several checks of the engine that answer one question. */
export interface CheckLine {
  readonly id:
    | 'reach'
    | 'tables'
    | 'constraints'
    | 'lock'
    | 'clock'
    | 'verify'
    | 'rules'
    | 'lost'
    | 'hidden'
    | 'drift'
    | 'erasure'
    | 'unsent'
    | 'others';
  readonly state: Check['state'];
  /** The check that decides the state; its code and facts are what is told. */
  readonly worst: Check;
}

const questions: readonly { readonly id: CheckLine['id']; readonly checks: readonly string[] }[] = [
  { id: 'reach', checks: ['connect', 'tls'] },
  { id: 'tables', checks: ['version', 'tables', 'rights', 'database'] },
  { id: 'constraints', checks: ['constraints'] },
  { id: 'lock', checks: ['lock'] },
  { id: 'clock', checks: ['clock'] },
  { id: 'verify', checks: ['verify'] },
  { id: 'rules', checks: ['rules'] },
  { id: 'lost', checks: ['lost'] },
  { id: 'hidden', checks: ['hidden'] },
  { id: 'drift', checks: ['drift'] },
  { id: 'erasure', checks: ['erasure'] },
  { id: 'unsent', checks: ['unsent'] },
  { id: 'others', checks: ['others'] },
];

const gravity: Readonly<Record<Check['state'], number>> = { ok: 0, waiting: 1, running: 2, warning: 3, failed: 4 };

/** The pre-checks joined by question, each with its gravest state. Questions nothing was checked for are left out. */
export function checkLines(checks: readonly Check[]): readonly CheckLine[] {
  return questions.flatMap(({ id, checks: ids }) => {
    const found = checks.filter((check) => ids.includes(check.id));
    const worst = found.toSorted((a, b) => gravity[b.state] - gravity[a.state])[0];
    return worst === undefined ? [] : [{ id, state: worst.state, worst }];
  });
}
