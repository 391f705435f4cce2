import { useEffect, useState } from 'react';
import type { PlanRowItem, PlanSummary } from '../../../../shared/contract/sync.ts';
import { useLatest } from '../../../use-latest.ts';
import { listCommand } from './preview-keys.ts';
import type { LeftPlace, PreviewStore } from './preview-store.ts';
import { rowsIn, saysOf } from './same-question.ts';

/** Whether this list took the place of another one without anybody here asking for it. */
export interface Arrival {
  readonly isUnasked: boolean;
  /** Whether a key is not carried out, because it was meant for the list of before. */
  readonly stops: (event: KeyboardEvent) => boolean;
}

/**
 * Takes whoever was in the list shown before to the same record of the one that took its place unasked (`go`: its place in the plan). Where the record is not what
 * it was, or is gone, or was one of several that were chosen, the first key after that decides nothing.
 */
export function useArrival(
  store: PreviewStore,
  { classId, planId, purpose }: PlanSummary,
  go: (ordinal: number, opened: boolean) => void,
): Arrival {
  const [from] = useState(() => placeBefore(store, planId, purpose));
  const [looking, setLooking] = useState(from !== null);
  const [strange, setStrange] = useState(from !== null);
  const arrive = useLatest((row: PlanRowItem | null): void => {
    setLooking(false);
    if (from === null || row === null) return;
    go(row.ordinal, from.opened);
    if (!from.chosen && saysOf(row) === from.says) setStrange(false);
  });
  useEffect(() => {
    if (from === null) return;
    let gone = false;
    void rowsIn({ classId, planId }, [from.row])
      .catch(() => [])
      .then(([row]) => (gone ? undefined : arrive(row ?? null)));
    return () => {
      gone = true;
    };
  }, [arrive, classId, planId, from]);
  return {
    isUnasked: from !== null,
    stops: (event) => {
      if (!strange) return false;
      if (!looking && !event.repeat && !modifiers.has(event.key)) setStrange(false);
      return event.key === ' ' || isDeciding(event);
    },
  };
}

const modifiers: ReadonlySet<string> = new Set(['Shift', 'Control', 'Alt', 'Meta']);

function isDeciding(event: KeyboardEvent): boolean {
  const command = listCommand(event);
  return command !== null && !['next', 'previous', 'close', 'help'].includes(command);
}

/** Where somebody was in a list for the same thing, which this one has overtaken; null where this one was asked for. */
function placeBefore(store: PreviewStore, planId: string, purpose: PlanSummary['purpose']): LeftPlace | null {
  const left = store.place.left();
  const unasked = store.use.getState().said?.kind === 'anew';
  return unasked && left !== null && left.planId !== planId && left.purpose === purpose ? left : null;
}

/** Notes where somebody is in a list, for the one that may take its place. */
export function useLeaving(
  store: PreviewStore,
  { planId, purpose }: PlanSummary,
  row: PlanRowItem | undefined,
  { opened, chosen }: Pick<LeftPlace, 'opened' | 'chosen'>,
): void {
  useEffect(() => {
    store.place.leave(row === undefined ? null : { planId, purpose, row, says: saysOf(row), opened, chosen });
  }, [store, planId, purpose, row, opened, chosen]);
}
