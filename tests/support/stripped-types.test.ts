import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { sourcesOfThreads } from './stripped-types.ts';

it('no thread of a test strips types itself, which is WebAssembly inside Node and now and then ends the whole process', async () => {
  const code = `
    import { parentPort } from 'node:worker_threads';
    await import(${JSON.stringify(sourcesOfThreads[0])});
    parentPort.postMessage(process.moduleLoadList);`;
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { execArgv: [] });
  const { promise: loaded, resolve, reject } = Promise.withResolvers<readonly string[]>();
  thread.once('message', resolve);
  thread.once('error', reject);
  expect(await loaded).toContain('NativeModule internal/modules/typescript');
  expect((await loaded).filter((name) => name.includes('amaro'))).toEqual([]);
});
