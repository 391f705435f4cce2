import { useEffect, useState } from 'react';

/** How long a list that took the place of another is only looked at, in milliseconds: the second half of a double click comes sooner, and nobody reads faster. */
const unreadMs = 700;

/**
 * Whether a list has only just taken the place of another one under somebody's eyes, by a run that is over or by somebody else. A press that comes now was meant
 * for the list before it.
 */
export function useUnreadList(planId: string | null): boolean {
  const [read, setRead] = useState(planId);
  useEffect(() => {
    if (planId === read) return undefined;
    const timer = setTimeout(() => setRead(planId), read === null ? 0 : unreadMs);
    return () => clearTimeout(timer);
  }, [planId, read]);
  return read !== null && planId !== null && planId !== read;
}
