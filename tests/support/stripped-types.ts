import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What threads of tests are started from: the engine, the entry of its thread, and the one that can be told to crash. */
export const sourcesOfThreads = [
  '../../electron/engine/engine.ts',
  '../../electron/engine/worker.ts',
  './crashing-engine.ts',
].map((path) => new URL(path, import.meta.url).toString());

/**
 * Strips the types of what runs in threads before the first test, into the cache `vitest.config.ts` names, so that no thread does it.
 * Node strips types with WebAssembly, and an edition of V8 aborts the process now and then where threads that run some come and go, as they do by the
 * thousand in tests of the command line (https://github.com/nodejs/node/issues/64500). The app itself is built and strips nothing.
 */
export async function setup(): Promise<void> {
  // The entries of threads say that they are none here; by then they are in the cache.
  const load = sourcesOfThreads.map((source) => `await import(${JSON.stringify(source)}).catch(() => {});`);
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', load.join('\n')]);
}
