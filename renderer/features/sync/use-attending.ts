import { useEffect } from 'react';
import { call } from '../../client.ts';

/** How often somebody who does something at a list is told of, in milliseconds. */
const tellMs = 30_000;

const deeds = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll'] as const;

/** Tells the engine that somebody is at the list of changes of a connection, as long as that person does anything there: continuous sync waits. */
export function useAttending(classId: string, connectionId: string): void {
  useEffect(() => {
    const viewer = crypto.randomUUID();
    let toldAt = Number.NEGATIVE_INFINITY;
    // A connection that is gone, or an engine that is starting again, has nothing that would wait.
    const tell = (here: boolean): void =>
      void call('continuous.attend', { classId, connectionId, viewer, here }).catch(() => undefined);
    const note = (): void => {
      if (document.visibilityState !== 'visible' || Date.now() - toldAt < tellMs) return;
      toldAt = Date.now();
      tell(true);
    };
    note();
    for (const deed of deeds) document.addEventListener(deed, note, { capture: true, passive: true });
    return () => {
      for (const deed of deeds) document.removeEventListener(deed, note, { capture: true });
      tell(false);
    };
  }, [classId, connectionId]);
}
