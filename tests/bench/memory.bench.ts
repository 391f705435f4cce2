/** What the engine's own heap takes, and whether it grows with use. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { measure } from './support/bench.ts';

const program = join(import.meta.dirname, 'support', 'heap-growth.ts');

await measure(async (bench) => {
  // A process of its own, because only a heap that can be swept by hand tells how much of it is in use.
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program], { maxBuffer: 1 << 20 });
  const heaps = JSON.parse(stdout) as {
    readonly empty: number;
    readonly opened: number;
    readonly used: readonly number[];
  };
  bench.figure({
    id: 'heap-empty',
    what: 'JavaScript heap of an engine without a class',
    unit: 'MB',
    values: [heaps.empty],
  });
  bench.figure({
    id: 'heap-sample',
    what: 'The same with the sample class, connected and uploaded',
    unit: 'MB',
    values: [heaps.opened],
  });
  bench.figure({
    id: 'heap-used',
    what: 'The same after each of 10 rounds of 100 points, a preview and a sync',
    unit: 'MB',
    values: heaps.used,
  });
  const [first = 0, last = 0] = [heaps.used[1], heaps.used.at(-1)];
  bench.figure({
    id: 'heap-growth',
    what: 'Growth of that heap from the second to the last round',
    unit: 'MB',
    values: [Math.max(0.01, last - first)],
    limit: { of: 'max', value: 5 },
  });
});
