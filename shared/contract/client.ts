import type { AppError } from '../errors.ts';
import type { MethodName, Params, Result } from './contract.ts';
import type { AppEvent, Progress } from './events.ts';

/** The part of an `AbortSignal` the contract needs, so that this folder stays free of platform types. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Options of one call. Aborting the signal cancels the work; the call then fails with `cancelled`. */
export interface CallOptions {
  readonly signal?: CancelSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What a shell reports it can do; components ask for a capability, never for a shell. */
export interface Capabilities {
  readonly shell: 'desktop' | 'browser' | 'in-process';
  readonly osDialogs: boolean;
  readonly ownWindow: boolean;
}

/**
 * The contract from the caller's side, the same over a port, a socket or in process.
 * Failures are `AppError`. Events arrive in order; `onResync` is called when some were missed and everything shown must be re-read.
 */
export interface Client {
  readonly capabilities: Capabilities;
  call<M extends MethodName>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>>;
  onEvent(listener: (event: AppEvent) => void): () => void;
  onResync(listener: () => void): () => void;
  /** Called with false when the line to the engine breaks and with true when it is back; with false and a reason when it will never be back. */
  onConnected(listener: (connected: boolean, forGood?: AppError) => void): () => void;
  close(): void;
}
