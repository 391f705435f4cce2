import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { startEngine } from '../../electron/engine/start-engine.ts';

/* A process whose engine never closes; its one argument is a folder. It writes what is logged to standard output. */
const [folder = ''] = process.argv.slice(2);
const entry = join(folder, 'deaf.mjs');
writeFileSync(
  entry,
  `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {}); parentPort.postMessage({ kind: 'ready' });`,
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
