import type { AppEvent, EventData, EventName } from '../../shared/contract/events.ts';

/** How many events a caller may miss and still resume without reading everything again. */
const keptEvents = 1000;

/** Numbers events and keeps the latest, so that a caller that was away for a moment resumes where it was. */
export interface EventHub {
  /** Differs for every start of the engine: numbers of another session mean nothing. */
  readonly session: string;
  /** The number of the latest event; 0 before the first. */
  readonly seq: number;
  emit<E extends EventName>(name: E, data: EventData<E>): void;
  /** The events after `seq` of `session`, or undefined when some of them are gone. */
  since(session: string | null, seq: number): readonly AppEvent[] | undefined;
  subscribe(listener: (event: AppEvent) => void): () => void;
}

/** Makes the hub of one engine. `session` is a fresh random id. */
export function createEventHub(session: string, kept = keptEvents): EventHub {
  const recent: AppEvent[] = [];
  const listeners = new Set<(event: AppEvent) => void>();
  let seq = 0;
  return {
    session,
    get seq() {
      return seq;
    },
    emit(name, data) {
      seq += 1;
      // The pair of name and data is checked by the signature; the union only lists the pairs.
      const event = { seq, name, data } as AppEvent;
      recent.push(event);
      if (recent.length > kept) recent.shift();
      for (const listener of listeners) listener(event);
    },
    since(askedSession, after) {
      if (askedSession !== session || after > seq) return undefined;
      const missed = seq - after;
      return missed > recent.length ? undefined : recent.slice(recent.length - missed);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
