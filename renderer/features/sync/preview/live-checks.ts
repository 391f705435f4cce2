import type { Progress } from '../../../../shared/contract/events.ts';
import type { PlanSummary } from '../../../../shared/contract/sync.ts';
import { errorExitCodes, type ErrorCode } from '../../../../shared/errors.ts';
import { preChecks, type PreCheck } from './plan-checks.ts';

/** A pre-check on the way to a list, and how far it is. */
export interface LiveCheck {
  readonly id: PreCheck;
  readonly state: PlanSummary['checks'][number]['state'];
}

/**
 * What has been answered by the time the engine is in a phase. It reads the server once it is reached and its version, tables and rights are known; with the reading come
 * the lock and the clock, and after it what the server would make of the rows. Before the first word of it nothing is known. One check is under way at any time: of those
 * that are answered together it is the first.
 */
export function liveChecks(progress: Pick<Progress, 'phase'> | null): readonly LiveCheck[] {
  const running = runningAt(progress?.phase);
  const answered = Math.min(preChecks.indexOf(running), LATER);
  const isLast = running === 'constraints';
  return preChecks.map((id, place) => ({
    id,
    state: id === running ? 'running' : isLast || place < answered ? 'ok' : 'waiting',
  }));
}

/** From here on a pre-check is not answered by reaching the server. */
const LATER = preChecks.indexOf('constraints');

function runningAt(phase: string | undefined): PreCheck {
  switch (phase) {
    case 'observe':
    case 'verify':
      return 'lock';
    case 'plan':
    case 'decide':
      return 'constraints';
    default:
      return 'connect';
  }
}

const failures: Partial<Record<ErrorCode, PreCheck>> = {
  'tls-required': 'tls',
  'tls-not-offered': 'tls',
  'tls-failed': 'tls',
  'certificate-untrusted': 'tls',
  'certificate-name': 'tls',
  'certificate-expired': 'tls',
  'certificate-pinned-differs': 'tls',
  'ca-invalid': 'tls',
  'password-downgrade': 'tls',
  'server-unproven': 'tls',
  'server-too-old': 'version',
  'database-missing': 'database',
  'connect-denied': 'database',
  'server-read-only': 'database',
  'server-lagging': 'database',
  'right-missing': 'rights',
  'schema-missing': 'tables',
  'schema-newer': 'tables',
  'schema-older': 'tables',
  'schema-damaged': 'tables',
  'missing-table': 'tables',
  'missing-column': 'tables',
  'column-type-differs': 'tables',
  'column-required': 'tables',
  'constraint-failed': 'constraints',
  'value-refused': 'constraints',
  'trigger-broken': 'constraints',
  'journal-mismatch': 'constraints',
  'read-back-differs': 'constraints',
  'lock-held': 'lock',
  'lock-held-by': 'lock',
};

/** The pre-check an error is about; null for one that says nothing about the server. Reaching it and being let in is one. */
function failedCheck(code: ErrorCode): PreCheck | null {
  return failures[code] ?? (errorExitCodes[code] === 5 ? 'connect' : null);
}

/** The pre-checks where one failed: those before it had passed, and what comes after it nobody has looked at. Null where the error is about none. */
export function failedChecks(code: ErrorCode): readonly LiveCheck[] | null {
  const failed = failedCheck(code);
  if (failed === null) return null;
  const at = preChecks.indexOf(failed);
  return preChecks.map((id, place) => ({ id, state: place < at ? 'ok' : place === at ? 'failed' : 'waiting' }));
}
