import type { Progress } from '../../../../shared/contract/events.ts';

/** A question that is answered on the way to a list, and how far that is. */
export interface LiveCheck {
  readonly id: 'reach' | 'tables' | 'read' | 'compare';
  readonly state: 'ok' | 'running' | 'waiting';
}

const ids = ['reach', 'tables', 'read', 'compare'] as const;

/**
 * What has been answered by the time the engine is in a phase. It reads the server once the server is reached and its version, tables and rights are known, and
 * compares once it has read. Before the first word of it nothing is known.
 */
export function liveChecks(progress: Pick<Progress, 'phase'> | null): readonly LiveCheck[] {
  const running = runningAt(progress?.phase);
  return ids.map((id, place) => ({ id, state: place < running ? 'ok' : place === running ? 'running' : 'waiting' }));
}

function runningAt(phase: string | undefined): number {
  switch (phase) {
    case 'observe':
    case 'verify':
      return 2;
    case 'plan':
    case 'decide':
      return 3;
    default:
      return 0;
  }
}
