import { createHash } from 'node:crypto';
import type { PgSession } from './pg-session.ts';
import type { RemoteFacts } from './remote-facts.ts';
import type { Endpoint } from './remote.ts';

/** How long a session lies ready for the next look, in milliseconds: a person reads a preview and presses a button. */
const KEPT_MS = 60_000;
/** Sessions that lie ready at most: each takes one of the places a server has. */
const MOST_KEPT = 4;
/** Servers of which it is remembered at most what was found out. */
const MOST_KNOWN = 16;

/** A logged-in session between two uses, with what was found out about its server. */
export interface KeptSession {
  readonly session: PgSession;
  readonly facts: RemoteFacts;
}

/** Sessions that lie ready, so that looking again does not log in again. One for each endpoint, and only for a short time. */
export interface KeptSessions {
  /** The session that lies ready for exactly this endpoint, password included; whoever takes it owns it. It may have died meanwhile: its first answer tells. */
  take(endpoint: Endpoint): KeptSession | null;
  /** What was found out last about the server of exactly this endpoint, on a session that may be gone; null where nothing is known. Whoever uses it asks whether it holds. */
  factsOf(endpoint: Endpoint): RemoteFacts | null;
  /** Keeps a session in which nothing failed and nothing is open; ends any other. */
  keep(endpoint: Endpoint, kept: KeptSession): Promise<void>;
  /** Ends all of them, and keeps none from now on. */
  close(): Promise<void>;
}

interface Lying extends KeptSession {
  readonly since: number;
  readonly timer: NodeJS.Timeout;
}

/** Makes an empty place for sessions. `wallClock` in milliseconds: timers stand still while a computer sleeps, and so does the session that outlived it. */
export function createKeptSessions(wallClock: () => number): KeptSessions {
  const lying = new Map<string, Lying>();
  const known = new Map<string, RemoteFacts>();
  const remember = (key: string, facts: RemoteFacts): void => {
    known.delete(key);
    known.set(key, facts);
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  };
  let closed = false;
  const remove = (key: string): Lying | undefined => {
    const found = lying.get(key);
    lying.delete(key);
    clearTimeout(found?.timer);
    return found;
  };
  const end = async (key: string): Promise<void> => await remove(key)?.session.close();
  return {
    take(endpoint) {
      const found = remove(keyOf(endpoint));
      if (found === undefined) return null;
      const age = wallClock() - found.since;
      if (found.session.reusable && age >= 0 && age < KEPT_MS) return found;
      void found.session.close();
      return null;
    },
    factsOf: (endpoint) => known.get(keyOf(endpoint)) ?? null,
    async keep(endpoint, { session, facts }) {
      const key = keyOf(endpoint);
      remember(key, facts);
      if (closed || !session.reusable) {
        await session.close();
        return;
      }
      const before = remove(key);
      const timer = setTimeout(() => void end(key), KEPT_MS);
      lying.set(key, { session, facts, since: wallClock(), timer: timer.unref() });
      await before?.session.close();
      const [oldest] = lying.keys();
      if (lying.size > MOST_KEPT && oldest !== undefined) await end(oldest);
    },
    async close() {
      closed = true;
      await Promise.all([...lying.keys()].map(end));
    },
  };
}

/** Every field of an endpoint counts, and none of them can be read from the key. */
function keyOf(endpoint: Endpoint): string {
  const fields = Object.entries(endpoint).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
