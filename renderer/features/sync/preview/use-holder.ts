import { useEffect, useState } from 'react';
import type { Params } from '../../../../shared/contract/contract.ts';
import { clippedText, visibleText } from '../../../../shared/model/visible-text.ts';
import { call } from '../../../client.ts';
import type { RowProps } from './row-props.ts';

/** Time without a keystroke before it is asked whose a value is, in milliseconds. */
const restMs = 150;

/** A decision about a row with a value that is being typed. */
type Tried = Pick<Params<'plan.fits'>, 'choice' | 'fields'>;

/**
 * Who has a value while it is being typed, by name; null while it is free, or not known yet. `value` null or undefined asks nothing. The decision itself is judged
 * again: somebody may take the value in between.
 */
export function useHolder(
  { store, row }: Pick<RowProps, 'store' | 'row'>,
  value: string | null | undefined,
  tried: (value: string) => Tried,
): string | null {
  const planId = store.use((state) => state.plan?.planId ?? null);
  const [found, setFound] = useState<{ readonly value: string; readonly holder: string | null } | null>(null);
  const { classId } = store;
  const { ordinal } = row;
  const asked = typeof value === 'string' ? JSON.stringify(tried(value)) : null;
  useEffect(() => {
    if (planId === null || asked === null || typeof value !== 'string') return;
    let gone = false;
    const ask = async (): Promise<void> => {
      // What cannot be judged now is judged when it is decided.
      const { misfit } = await call('plan.fits', { classId, planId, ordinal, ...(JSON.parse(asked) as Tried) }).catch(
        () => ({ misfit: null }),
      );
      const holder = misfit?.['reason'] === 'value-taken' ? String(misfit['holder']) : null;
      if (!gone) setFound({ value, holder: holder === null ? null : clippedText(visibleText(holder), 80) });
    };
    const timer = setTimeout(() => void ask(), restMs);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [classId, planId, ordinal, asked, value]);
  return found !== null && found.value === value ? found.holder : null;
}
