import { useEffect, useRef } from 'react';
import type { PlanRowItem } from '../../../../shared/contract/sync.ts';
import { useLatest } from '../../../use-latest.ts';
import type { ChangeList } from './use-change-list.ts';

type Act = (row: PlanRowItem) => void;

/** Does something with the row of a line: at once where it is read, else as soon as it is. */
export type WhenRead = (line: number, act: Act) => void;

/**
 * Lets what was asked of a row wait until the row is there, and then be about that row, wherever the keyboard is by then; one after the other, so that nothing
 * said later is done first. What was asked is given up with its row: when that leaves the list, and when it cannot be read, because the line to the engine is
 * broken, which the page says.
 */
export function useWhenRead(list: ChangeList): WhenRead {
  const waiting = useRef<readonly { readonly ordinal: number; readonly act: Act }[]>([]);
  // After every pass: rows that arrive draw the list again.
  useEffect(() => {
    for (let [next] = waiting.current; next !== undefined; [next] = waiting.current) {
      const { ordinal, act } = next;
      const row = list.rowAt(ordinal);
      if (row === undefined && list.lineOf(ordinal) >= 0 && list.isReading(ordinal)) return;
      waiting.current = waiting.current.slice(1);
      if (row !== undefined) act(row);
    }
  });
  return useLatest((line, act) => {
    const ordinal = list.ordinalAt(line);
    if (ordinal === undefined) return;
    const row = list.rowAt(ordinal);
    if (row !== undefined && waiting.current.length === 0) {
      act(row);
      return;
    }
    if (row === undefined) list.want(ordinal);
    waiting.current = [...waiting.current, { ordinal, act }];
  });
}
