import { parentPort, workerData } from 'node:worker_threads';
import { errorToJson } from '../../shared/errors.ts';
import { describeError } from './describe-error.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import type { EngineLine } from './host.ts';
import type { EngineOptions, FromThread, ToThread } from './worker-protocol.ts';

/*
 * The entry of the engine's thread: nothing but the supervisor's protocol around `createEngine`.
 * Whatever is thrown and not caught ends the thread; the supervisor starts another.
 */

const port = parentPort;
if (port === null) throw new Error('runs as a worker only');

const post = (message: FromThread): void => port.postMessage(message);
const lines = new Map<number, EngineLine>();

function receive(engine: Engine, message: ToThread): void {
  switch (message.kind) {
    case 'connect':
      lines.set(
        message.line,
        engine.connect((answer) => post({ kind: 'message', line: message.line, message: answer })),
      );
      return;
    case 'disconnect':
      lines.get(message.line)?.close();
      lines.delete(message.line);
      return;
    case 'message':
      lines.get(message.line)?.receive(message.message);
      return;
    case 'restarted':
      engine.announceRestart(message.crashes);
      return;
    case 'close':
      void engine.close((ms) => post({ kind: 'waits', ms })).finally(() => process.exit(0));
  }
}

try {
  // The options come from our own supervisor.
  const engine = createEngine(workerData as EngineOptions);
  port.on('message', (message: ToThread) => receive(engine, message));
  post({ kind: 'ready' });
} catch (error) {
  post({ kind: 'failed', error: errorToJson(error), facts: describeError(error) });
  // Whatever was opened before must not keep the thread.
  process.exit(1);
}
