import type { SupervisedEngine } from '../../electron/engine/start-engine.ts';

/** What an engine is started from whose thread crashes when it is asked to. */
export const crashingEntry = new URL('./crashing-engine.ts', import.meta.url);

/** Lets the thread of this moment end with an error nobody catches, and resolves when it has ended. Needs `crashingEntry`. */
export function crashEngine({ thread }: SupervisedEngine): Promise<void> {
  return new Promise((resolve) => {
    thread.once('exit', () => resolve());
    thread.postMessage({ kind: 'crash' }, []);
  });
}
