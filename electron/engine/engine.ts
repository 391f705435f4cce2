import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { classroomCatalog } from '../../shared/catalog/classroom.ts';
import type { Area, EventData, EventName } from '../../shared/contract/events.ts';
import { createBuiltinServer, longestStopMs } from '../builtin-server/builtin-server.ts';
import type { BuiltinServer } from '../builtin-server/builtin-server.ts';
import { withoutSweeping } from '../sync/drop-plan.ts';
import { syncStateOf } from '../sync/engine-state.ts';
import { endBackgroundWork, resumeErasing } from '../sync/resume-erasing.ts';
import { keepInSync } from '../sync/keep-in-sync.ts';
import { shareAgain } from '../sync/share-again.ts';
import { createSecretStore } from '../secrets/create-secret-store.ts';
import { withFallbackPassword } from '../secrets/fallback-password.ts';
import { openAppStore } from '../store/app-store.ts';
import { createBackups } from '../store/backups.ts';
import type { Backups } from '../store/backups.ts';
import { adoptClassFiles } from '../store/class-files.ts';
import { clearRestoring } from '../store/restore-copy.ts';
import { allHandlers } from './all-handlers.ts';
import { createCallerLines } from './caller-lines.ts';
import type { EngineContext } from './context.ts';
import { describeError } from './describe-error.ts';
import { createDispatcher } from './dispatcher.ts';
import { createEventHub } from './event-hub.ts';
import { openFileLog } from './file-log.ts';
import type { FileLog } from './file-log.ts';
import type { EngineHost } from './host.ts';
import { createGate } from './gate.ts';
import { createOpenClasses } from './open-classes.ts';
import type { OpenClasses } from './open-classes.ts';
import { createPins } from './pins.ts';
import { systemClock, type Clock } from './system-clock.ts';
import { systemTimers, type Timers } from './timers.ts';
import type { EngineOptions } from './worker-protocol.ts';

/** The engine of one data folder, in the thread that made it. */
export interface Engine extends EngineHost {
  /** Tells every caller that this engine stands in for one that crashed. */
  announceRestart(crashes: number): void;
  /**
   * Ends the calls, makes the last backups, stops the built-in server (unless it is to go on) and closes the stores, in this order. `waits` is told before
   * something that may take long, and how many milliseconds it may; and again and again while a copy of a large class gets on.
   */
  close(waits?: (ms: number) => void): Promise<void>;
}

/** The name our entries have in the operating system's keychain. */
const keychainService = 'Tallybook';

/**
 * Puts the engine together on a data folder that the process owns, on this computer's clocks and timers or those given. Throws what opening the data throws: `store-newer`,
 * `store-damaged`, `folder-unwritable`.
 */
export function createEngine(
  options: EngineOptions & { readonly clock?: Clock | undefined; readonly timers?: Timers | undefined },
): Engine {
  const {
    dataFolder,
    version,
    checkResults,
    fallbackPassword,
    sharesAgain,
    keepsInSync,
    catalog = classroomCatalog,
    clock = systemClock(),
    timers = systemTimers,
  } = options;
  const now = (): string => new Date(clock.read().wallMs).toISOString();
  const log = openFileLog({ folder: join(dataFolder, 'logs'), name: 'engine', now });
  const app = openAppStore(dataFolder);
  adoptClassFiles(app, dataFolder, now(), catalog);
  clearRestoring(dataFolder);
  const classes = createOpenClasses({ dataFolder, app, catalog, clock: clock.read, log });
  const backups = openBackups(dataFolder, now, log);
  const pins = createPins(app, () => clock.read().wallMs, log);
  const hub = createEventHub(randomUUID());
  hub.subscribe((event) => {
    if (event.name === 'class.changed') backUpLater(backups, classes, event.data);
  });
  const context: EngineContext = {
    version,
    dataFolder,
    catalog,
    app,
    secrets: withFallbackPassword(createSecretStore({ service: keychainService }), fallbackPassword),
    pins,
    gate: createGate(pins, clock.read),
    builtin: openBuiltinServer(dataFolder, log),
    log,
    recentLog: log.recent,
    openClass: (classId) => {
      const known = classes.known(classId);
      const store = classes.open(classId);
      if (known === undefined) resumeErasing(context, store);
      return store;
    },
    classFile: classes.fileOf,
    backUp: async (classId) => await backups.save(classes.open(classId)),
    replaceClass: classes.replace,
    clock,
    timers,
    now,
    emit: <E extends EventName>(name: E, data: EventData<E>) => hub.emit(name, data),
  };
  const dispatcher = createDispatcher({ context, handlers: allHandlers, checkResults });
  const lines = createCallerLines(dispatcher, hub);
  log.write('info', 'engine.started', { version, platform: process.platform, node: process.version });
  if (sharesAgain === true) shareAgain(context);
  if (keepsInSync === true) keepInSync(context);
  return {
    connect: lines.connect,
    announceRestart(crashes) {
      log.write('warn', 'engine.restarted', { crashes });
      hub.emit('engine.restarted', {});
    },
    async close(waits = () => undefined) {
      syncStateOf(context).rounds.stop();
      await attempt(log, 'calls.close-failed', () => lines.close());
      await attempt(log, 'background.close-failed', () => endBackgroundWork(context));
      await attempt(log, 'backup.close-failed', () => backups.close(oncePerSecond(() => waits(0))));
      await attempt(log, 'sessions.close-failed', () => syncStateOf(context).sessions.close());
      waits(longestStopMs);
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

function openBackups(folder: string, now: () => string, log: FileLog): Backups {
  return createBackups({
    folder,
    now,
    later(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    undisturbed: withoutSweeping,
    onFailure: (classId, error) => log.write('error', 'backup.failed', { classId, ...describeError(error) }),
  });
}

/** What a backup is for; plans, runs and connections are made again. */
const backedUp: ReadonlySet<Area> = new Set<Area>(['students', 'groups', 'reasons', 'events', 'settings']);

function backUpLater(backups: Backups, classes: OpenClasses, { classId, areas }: EventData<'class.changed'>): void {
  const store = areas.some((area) => backedUp.has(area)) ? classes.known(classId) : undefined;
  if (store !== undefined) backups.changed(store);
}

/** Calls through at most once a second, however often it is called. */
function oncePerSecond(tell: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - last < 1000) return;
    last = performance.now();
    tell();
  };
}

/** One part that cannot close must not keep the others open. */
async function attempt(log: FileLog, event: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.write('error', event, describeError(error));
  }
}
