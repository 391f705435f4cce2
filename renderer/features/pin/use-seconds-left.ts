import { useEffect, useState } from 'react';

/** Whole seconds until a time, in milliseconds since 1970; counts down to 0. Null: until nothing. */
export function useSecondsLeft(endMs: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return endMs === null ? 0 : Math.max(0, Math.ceil((endMs - now) / 1000));
}
