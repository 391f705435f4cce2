import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { startEngine } from '../../electron/engine/start-engine.ts';

/*
 * A process whose engine does not close by itself; its arguments are a folder, and how long the engine says that it waits before it ends in good order: without it never. It writes what is logged
 * to standard output.
 */
const [folder = '', waits = ''] = process.argv.slice(2);
const onMessage = `if (kind === 'close' && '${waits}' !== '') { parentPort.postMessage({ kind: 'waits', ms: ${waits === '' ? 0 : waits} }); setTimeout(() => process.exit(0), ${waits === '' ? 0 : waits}); }`;
const entry = join(folder, 'deaf.mjs');
writeFileSync(
  entry,
  `import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ kind }) => { ${onMessage} }); parentPort.postMessage({ kind: 'ready' });`,
);
const engine = await startEngine({
  dataFolder: folder,
  version: '1.0.0',
  checkResults: true,
  entry: pathToFileURL(entry),
  log: { write: (_level, event) => void process.stdout.write(`${event}\n`) },
});
await engine.close(100);
process.stdout.write('closed\n');
