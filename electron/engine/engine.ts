import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createBuiltinServer } from '../builtin-server/builtin-server.ts';
import type { BuiltinServer } from '../builtin-server/builtin-server.ts';
import { openAppStore } from '../store/app-store.ts';
import { allHandlers } from './all-handlers.ts';
import { createCallerLines } from './caller-lines.ts';
import type { EngineContext } from './context.ts';
import { describeError } from './describe-error.ts';
import { createDispatcher } from './dispatcher.ts';
import { createEventHub } from './event-hub.ts';
import { openFileLog } from './file-log.ts';
import type { FileLog } from './file-log.ts';
import type { EngineHost } from './host.ts';
import { createClassFiles } from './class-files.ts';
import { createSessionSecrets } from './session-secrets.ts';
import type { EngineOptions } from './worker-protocol.ts';

/** The engine of one data folder, in the thread that made it. */
export interface Engine extends EngineHost {
  /** Tells every caller that this engine stands in for one that crashed. */
  announceRestart(crashes: number): void;
  /** Ends the calls, the built-in server (unless it is to go on) and the stores, in this order. */
  close(): Promise<void>;
}

/**
 * Puts the engine together on a data folder that the process owns. Throws what opening the data throws: `store-newer`,
 * `store-damaged`, `folder-unwritable`.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const now = (): string => new Date().toISOString();
  const log = openFileLog({ folder: join(options.dataFolder, 'logs'), name: 'engine', now });
  const app = openAppStore(options.dataFolder);
  const classes = createClassFiles(options.dataFolder, app);
  const hub = createEventHub(randomUUID());
  const context: EngineContext = {
    version: options.version,
    dataFolder: options.dataFolder,
    app,
    secrets: createSessionSecrets(),
    builtin: openBuiltinServer(options.dataFolder, log),
    log,
    recentLog: log.recent,
    openClass: classes.open,
    classFile: classes.fileOf,
    now,
    emit: hub.emit,
  };
  const dispatcher = createDispatcher({ context, handlers: allHandlers, checkResults: options.checkResults });
  const lines = createCallerLines(dispatcher, hub);
  log.write('info', 'engine.started', { version: options.version, platform: process.platform, node: process.version });
  return {
    connect: lines.connect,
    announceRestart(crashes) {
      log.write('warn', 'engine.restarted', { crashes });
      hub.emit('engine.restarted', {});
    },
    async close() {
      await lines.close();
      await attempt(log, 'builtin.close-failed', () => context.builtin.close());
      await attempt(log, 'store.close-failed', () => classes.close());
      await attempt(log, 'store.close-failed', () => app.close());
      log.write('info', 'engine.closed');
      log.close();
    },
  };
}

function openBuiltinServer(dataFolder: string, log: FileLog): BuiltinServer {
  return createBuiltinServer({
    folder: join(dataFolder, 'server'),
    log: ({ kind, ...facts }) => log.write(kind === 'failed' ? 'error' : 'info', `builtin.${kind}`, facts),
  });
}

/** One part that cannot close must not keep the others open. */
async function attempt(log: FileLog, event: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.write('error', event, describeError(error));
  }
}
