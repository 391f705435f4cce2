import { Worker } from 'node:worker_threads';
import type { FromEngine, ToEngine } from '../../shared/contract/wire.ts';
import { AppError, errorFromJson, errorToJson } from '../../shared/errors.ts';
import { describeError } from './describe-error.ts';
import type { EngineHost, EngineLine } from './host.ts';
import type { Log } from './log.ts';
import type { EngineOptions, FromThread, ToThread } from './worker-protocol.ts';

/** `failed`: it crashed too often, or cannot open its data any more; calls then fail with `error`. */
export type EngineState =
  | { readonly kind: 'running' }
  | { readonly kind: 'restarting'; readonly crashes: number }
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'closed' };

/** The engine in its thread, started again when it crashes. */
export interface SupervisedEngine extends EngineHost {
  readonly state: EngineState;
  onState(listener: (state: EngineState) => void): () => void;
  /** The thread of this moment; a test asks it to crash. Nobody ends it from outside, see `close`. */
  readonly thread: Pick<Worker, 'once' | 'postMessage'>;
  /**
   * Ends calls, the built-in server and the stores in good order, and the thread then ends itself. A thread that has not done so at
   * the deadline, which begins anew behind whatever it says it waits for (a server that stops), takes this process with it (kill -9, which the stores survive like a power cut): a thread that is ended from outside
   * while SQLite's own code runs in it aborts the process at a moment nobody chose, or is waited for without end.
   */
  close(deadlineMs?: number): Promise<void>;
}

/** What the supervisor is started with. */
export interface SupervisorOptions extends EngineOptions {
  readonly log: Log;
  /** The engine's entry, when it is not the app's own. */
  readonly entry?: URL;
  /** Pauses before each restart in a row, in milliseconds; the last one repeats. */
  readonly backOffMs?: readonly number[];
}

interface CallerLine {
  readonly send: (message: FromEngine) => void;
  readonly inFlight: Set<string>;
  saidHello: boolean;
}

/** How long a thread may take to close beside what it says it waits for. */
export const closeDeadlineMs = 15_000;
/** More crashes than this within the window, and it stays down: something is wrong that starting again does not mend. */
const maxCrashes = 5;
const crashWindowMs = 60_000;
const usualBackOffMs = [0, 100, 500, 2000, 5000];
/** Calls that may wait for a restart. */
const maxWaiting = 1000;

/**
 * Young objects are swept a little more often; without it they take twenty megabytes more, and nothing gets faster. The limit of old ones, many times of what the engine
 * ever holds at once, says by how much they may grow before they are swept: without it a first list left a hundred megabytes lying, with it thirty, and it takes no longer.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 1024 };

/** Under Node the entry is the source, in the build it lies beside the other entries. */
const ownEntry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './engine-worker.js', import.meta.url);

/** Starts the engine's thread and resolves when it has opened its data; rejects with why it could not (`store-newer`, `folder-unwritable`, …). */
export async function startEngine(options: SupervisorOptions): Promise<SupervisedEngine> {
  const supervisor = new Supervisor(options);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements SupervisedEngine {
  state: EngineState = { kind: 'restarting', crashes: 0 };
  thread: Worker;
  readonly #options: SupervisorOptions;
  readonly #lines = new Map<number, CallerLine>();
  readonly #stateListeners = new Set<(state: EngineState) => void>();
  #waiting: (readonly [number, ToEngine])[] = [];
  #crashedAt: number[] = [];
  #nextLine = 1;
  #closing: Promise<void> | undefined;
  #ended: Promise<void> = Promise.resolve();
  #deadline: NodeJS.Timeout | undefined;
  #deadlineMs = closeDeadlineMs;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.thread = this.#createThread();
  }

  async start(): Promise<void> {
    await this.#untilReady(this.thread);
    this.#setState({ kind: 'running' });
  }

  connect(send: (message: FromEngine) => void): EngineLine {
    const number = this.#nextLine;
    this.#nextLine += 1;
    const line: CallerLine = { send, inFlight: new Set(), saidHello: false };
    this.#lines.set(number, line);
    this.#toThread({ kind: 'connect', line: number });
    return {
      receive: (message) => this.#receive(number, line, message),
      close: () => {
        if (!this.#lines.delete(number)) return;
        this.#waiting = this.#waiting.filter(([waiting]) => waiting !== number);
        this.#toThread({ kind: 'disconnect', line: number });
      },
    };
  }

  onState(listener: (state: EngineState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  close(deadlineMs = closeDeadlineMs): Promise<void> {
    this.#closing ??= this.#closeNow(deadlineMs);
    return this.#closing;
  }

  async #closeNow(deadlineMs: number): Promise<void> {
    clearTimeout(this.#retry);
    // A thread that is only starting finds this when it has opened its data; to one that has ended it says nothing.
    this.thread.postMessage({ kind: 'close' } satisfies ToThread, []);
    this.#deadlineMs = deadlineMs;
    this.#endWithin(deadlineMs);
    await this.#ended;
    clearTimeout(this.#deadline);
    this.#setState({ kind: 'closed' });
    this.#failAll(new AppError('engine-closed'));
  }

  #endWithin(ms: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.#options.log.write('error', 'engine.does-not-close', { deadlineMs: ms });
      process.kill(process.pid, 'SIGKILL');
    }, ms);
  }

  #createThread(): Worker {
    const {
      entry = ownEntry,
      dataFolder,
      version,
      checkResults,
      fallbackPassword,
      sharesAgain,
      keepsInSync,
    } = this.#options;
    const workerData: EngineOptions = {
      dataFolder,
      version,
      checkResults,
      fallbackPassword,
      sharesAgain,
      keepsInSync,
    };
    // Flags of the process (a test runner's, a debugger's) are not for the engine; standard output belongs to the command line.
    const thread = new Worker(entry, { workerData, name: 'engine', execArgv: [], stdout: true, resourceLimits });
    thread.stdout.pipe(process.stderr, { end: false });
    thread.on('message', (message: FromThread) => this.#fromThread(thread, message));
    thread.on('error', (error) => this.#options.log.write('error', 'engine.error', describeError(error)));
    this.#ended = new Promise((resolve) => {
      thread.once('exit', (exitCode) => {
        this.#onExit(thread, exitCode);
        resolve();
      });
    });
    return thread;
  }

  /** Resolves when the thread is ready; rejects when it says why it cannot be, or ends before. */
  #untilReady(thread: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      thread.on('message', (message: FromThread) => {
        if (message.kind === 'ready') resolve();
        if (message.kind !== 'failed') return;
        this.#options.log.write('error', 'engine.start-failed', message.facts);
        reject(errorFromJson(message.error));
      });
      thread.once('exit', () => reject(new AppError('engine-crashed')));
    });
  }

  #fromThread(thread: Worker, message: FromThread): void {
    if (thread !== this.thread) return;
    if (message.kind === 'waits') return this.#endWithin(this.#deadlineMs + message.ms);
    if (message.kind !== 'message') return;
    const line = this.#lines.get(message.line);
    if (line === undefined) return;
    const answer = message.message;
    if (answer.kind === 'result' || answer.kind === 'error') line.inFlight.delete(answer.id);
    line.send(answer);
  }

  #receive(number: number, line: CallerLine, message: ToEngine): void {
    if (!this.#lines.has(number)) return;
    if (message.kind === 'hello') line.saidHello = true;
    switch (this.state.kind) {
      case 'running':
        return this.#forward(number, line, message);
      case 'restarting':
        // The hello is said anew for every line once the thread is back.
        if (message.kind === 'hello') return;
        if (this.#waiting.length < maxWaiting) this.#waiting.push([number, message]);
        else this.#refuse(line, message, new AppError('engine-crashed'));
        return;
      case 'failed':
        return this.#refuse(line, message, this.state.error);
      case 'closed':
        return this.#refuse(line, message, new AppError('engine-closed'));
    }
  }

  #forward(number: number, line: CallerLine, message: ToEngine): void {
    if (message.kind === 'call') line.inFlight.add(message.id);
    this.#toThread({ kind: 'message', line: number, message });
  }

  #toThread(message: ToThread): void {
    if (this.state.kind === 'running') this.thread.postMessage(message, []);
  }

  #refuse(line: CallerLine, message: ToEngine, error: AppError): void {
    if (message.kind === 'call') line.send({ kind: 'error', id: message.id, error: errorToJson(error) });
  }

  #onExit(thread: Worker, exitCode: number): void {
    if (thread !== this.thread || this.state.kind !== 'running' || this.#closing !== undefined) return;
    const now = performance.now();
    this.#crashedAt = [...this.#crashedAt.filter((at) => now - at < crashWindowMs), now];
    const crashes = this.#crashedAt.length;
    this.#options.log.write('error', 'engine.crashed', { exitCode, crashes });
    this.#setState({ kind: 'restarting', crashes });
    this.#failInFlight(new AppError('engine-crashed'));
    this.#scheduleRestart(crashes);
  }

  #scheduleRestart(crashes: number): void {
    if (crashes > maxCrashes) return this.#giveUp(new AppError('engine-crashed', { crashes }));
    const { backOffMs = usualBackOffMs } = this.#options;
    const delay = backOffMs[Math.min(crashes, backOffMs.length) - 1] ?? 0;
    this.#retry = setTimeout(() => void this.#restart(crashes), delay);
  }

  async #restart(crashes: number): Promise<void> {
    try {
      this.thread = this.#createThread();
      await this.#untilReady(this.thread);
    } catch (error) {
      if (this.#closing !== undefined) return;
      const reason = error instanceof AppError ? error : new AppError('engine-crashed');
      if (reason.code !== 'engine-crashed') return this.#giveUp(reason);
      // It ended before it was ready: one more crash.
      this.#crashedAt.push(performance.now());
      return this.#scheduleRestart(this.#crashedAt.length);
    }
    if (this.#closing !== undefined) return;
    this.#setState({ kind: 'running' });
    for (const [number, line] of this.#lines) {
      this.#toThread({ kind: 'connect', line: number });
      if (line.saidHello)
        this.#toThread({ kind: 'message', line: number, message: { kind: 'hello', session: null, lastSeq: 0 } });
    }
    this.#toThread({ kind: 'restarted', crashes });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [number, message] of waiting) {
      const line = this.#lines.get(number);
      if (line !== undefined) this.#forward(number, line, message);
    }
  }

  #giveUp(error: AppError): void {
    this.#options.log.write('error', 'engine.gave-up', { code: error.code, crashes: this.#crashedAt.length });
    this.#setState({ kind: 'failed', error });
    this.#failAll(error);
  }

  #failInFlight(error: AppError): void {
    for (const line of this.#lines.values()) {
      const ids = [...line.inFlight];
      line.inFlight.clear();
      for (const id of ids) line.send({ kind: 'error', id, error: errorToJson(error) });
    }
  }

  #failAll(error: AppError): void {
    this.#failInFlight(error);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [number, message] of waiting) {
      const line = this.#lines.get(number);
      if (line !== undefined) this.#refuse(line, message, error);
    }
  }

  #setState(state: EngineState): void {
    this.state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}
