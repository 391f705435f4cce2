import { useSyncExternalStore } from 'react';

/** How often the words for how long ago something was are looked at again, in milliseconds: half of the shortest time they tell. */
const stepMs = 30_000;

/** The one clock of everything that says how long ago something was. It goes as long as anybody looks at it. */
const followers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Renders again often enough that "3 minutes ago" is true whenever it is read; all that follow it in the same moment. */
export function useMinutes(): void {
  useSyncExternalStore(follow, now);
}

function follow(tell: () => void): () => void {
  followers.add(tell);
  timer ??= setInterval(() => {
    for (const follower of followers) follower();
  }, stepMs);
  return () => {
    followers.delete(tell);
    if (followers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Which step of the clock it is; what is drawn reads the clock itself. */
function now(): number {
  return Math.floor(Date.now() / stepMs);
}
