import { parentPort } from 'node:worker_threads';

/*
 * The engine's thread, which ends of itself with an error nobody catches when it is asked to: the only way a crash comes about in
 * the app, where nothing ends a thread from outside.
 */
parentPort?.on('message', (message: { readonly kind: string }) => {
  if (message.kind === 'crash') throw new Error('asked to crash');
});

await import('../../electron/engine/worker.ts');
