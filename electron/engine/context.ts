import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { MethodName, ParsedParams, Result } from '../../shared/contract/contract.ts';
import type { EventData, EventName, Progress } from '../../shared/contract/events.ts';
import type { BuiltinServer } from '../builtin-server/builtin-server.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { AppStore } from '../store/app-store.ts';
import type { ClassStore } from '../store/class-store.ts';
import type { Caller, Gate, Permit } from './gate.ts';
import type { Log, RecentLog } from './log.ts';
import type { Pins } from './pins.ts';
import type { Clock } from './system-clock.ts';
import type { Timers } from './timers.ts';

/** Everything handlers work with; made once by the composition root. Handlers hold no state of their own. */
export interface EngineContext {
  readonly version: string;
  readonly dataFolder: string;
  /** What the files of this engine hold and how it syncs. */
  readonly catalog: Catalog;
  readonly app: AppStore;
  readonly secrets: SecretStore;
  /** The permission PINs of this PC, and what each caller may do. */
  readonly pins: Pins;
  readonly gate: Gate;
  readonly builtin: BuiltinServer;
  readonly log: Log;
  /** The latest lines of the log. */
  readonly recentLog: RecentLog;
  /** The store of a class of this device, opened once and kept; throws `not-found`. */
  openClass(classId: string): ClassStore;
  /** Where the file of a class is, or will be when it is made. */
  classFile(classId: string): string;
  /** Makes a copy of the class's file now, before something that cannot be taken back in another way. Throws `disk-full`, `folder-unwritable`. */
  backUp(classId: string): Promise<void>;
  /** Closes the class's file, puts another one in its place, and opens that when it is next asked for. The caller holds the class's lock and has made a copy. */
  replaceClass(classId: string, file: string): void;
  /** The clocks of this computer. */
  readonly clock: Clock;
  readonly timers: Timers;
  /** Wall-clock time as ISO 8601 UTC with milliseconds. */
  now(): string;
  /** Pushes an event to every caller. */
  emit<E extends EventName>(name: E, data: EventData<E>): void;
}

/** What belongs to one call: its cancellation and its progress. */
export interface CallContext {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** What is done when the caller is gone, however it went, by a name of the caller's own; kept over its calls. Missing where nobody called. */
  readonly atHangUp?: Map<string, () => void>;
  /** Who calls, with what was unlocked there; missing where nobody called. */
  readonly caller?: Caller;
  /** Throws `needs-pin` unless the caller has this level: for what is only known while a call is worked on. Missing for work of the engine's own, which no one asked for. */
  readonly permit?: Permit;
}

/** One handler: parsed parameters in, result out. Contains no decision of its own. */
export type Handler<M extends MethodName> = (
  context: EngineContext,
  params: ParsedParams<M>,
  call: CallContext,
) => Promise<Result<M>> | Result<M>;

/** The handlers of an area; the composition root checks by type that all areas together cover the method table. */
export type Handlers<M extends MethodName> = { readonly [K in M]: Handler<K> };
