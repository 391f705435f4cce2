import type { Catalog } from '../../shared/catalog/catalog.ts';
import type { FromEngine, ToEngine } from '../../shared/contract/wire.ts';
import type { ErrorJson } from '../../shared/errors.ts';
import type { LogData } from './log.ts';

/** What an engine is started with; crosses to its thread by structured clone. */
export interface EngineOptions {
  readonly dataFolder: string;
  readonly version: string;
  /** Whether results are parsed against the contract before they leave. */
  readonly checkResults: boolean;
  /** Password for connections that have none saved; kept in memory only. */
  readonly fallbackPassword?: string | undefined;
  /** Whether a class that is shared from here is to be reachable for others as long as the engine runs; not for a command that is over in a moment. */
  readonly sharesAgain?: boolean | undefined;
  /** Whether the connections that are to be kept in sync are, as long as the engine runs; not for a command that is over in a moment. */
  readonly keepsInSync?: boolean | undefined;
  /** What the files hold and how it syncs; the classroom's tables by default. */
  readonly catalog?: Catalog | undefined;
}

/** Messages from the supervisor to the engine's thread. `line` numbers a caller. */
export type ToThread =
  | { readonly kind: 'connect'; readonly line: number }
  | { readonly kind: 'disconnect'; readonly line: number }
  | { readonly kind: 'message'; readonly line: number; readonly message: ToEngine }
  /** This thread stands in for one that crashed; every caller is connected again by now. */
  | { readonly kind: 'restarted'; readonly crashes: number }
  | { readonly kind: 'close' };

/** Messages from the engine's thread to the supervisor. */
export type FromThread =
  | { readonly kind: 'ready' }
  /** It could not open its data; `facts` are for the log, the engine's own is not open yet. */
  | { readonly kind: 'failed'; readonly error: ErrorJson; readonly facts: LogData }
  /** It is closing and waits for something that may take so long; nothing hangs before that is over. */
  | { readonly kind: 'waits'; readonly ms: number }
  | { readonly kind: 'message'; readonly line: number; readonly message: FromEngine };
