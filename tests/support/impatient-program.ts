import { Worker } from 'node:worker_threads';
import { endAtOnce, stopSignal } from '../../electron/engine/stop-signal.ts';

/*
 * A program whose thread is in a statement of SQLite that takes a minute and more, and that is told to end at once by a Ctrl+C well after the first. Its one argument is how it does so:
 * as the shells do, or by `process.exit`.
 */
const [how = ''] = process.argv.slice(2);
stopSignal(how === 'exit' ? () => process.exit(130) : endAtOnce);
const statement =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000000) SELECT count(*) FROM n';
const thread = new Worker(
  `const { parentPort } = require('node:worker_threads');
   const Database = require('better-sqlite3');
   const db = new Database(':memory:');
   parentPort.postMessage('begins');
   db.prepare(${JSON.stringify(statement)}).get();`,
  { eval: true },
);
thread.once('message', () => process.stdout.write('busy\n'));
setInterval(() => undefined, 60_000);
