import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { sourcesOfThreads } from './stripped-types.ts';

it.each(sourcesOfThreads)(
  'no thread of a test strips types itself, which is WebAssembly inside Node and now and then ends the whole process: %s',
  async (source) => {
    // The entry of the engine's thread ends it where it is told of no folder.
    const code = `
    import { parentPort } from 'node:worker_threads';
    const end = process.exit;
    process.exit = () => {};
    await import(${JSON.stringify(source)});
    parentPort.postMessage(process.moduleLoadList);
    end(0);`;
    const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { execArgv: [] });
    const { promise: loaded, resolve, reject } = Promise.withResolvers<readonly string[]>();
    thread.on('message', (message: unknown) => {
      if (Array.isArray(message)) resolve(message as readonly string[]);
    });
    thread.once('error', reject);
    expect(await loaded).toContain('NativeModule internal/modules/typescript');
    expect((await loaded).filter((name) => name.includes('amaro'))).toEqual([]);
  },
);
