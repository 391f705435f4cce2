import { useCallback, useLayoutEffect, useRef } from 'react';

/** A function that stays the same and does what the one given last does: for parts of a page that are drawn again only when what they show has changed. */
export function useLatest<Args extends readonly unknown[], Result>(
  act: (...args: Args) => Result,
): (...args: Args) => Result {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}
