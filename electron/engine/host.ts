import type { FromEngine, ToEngine } from '../../shared/contract/wire.ts';

/** One caller's line to the engine. Closing it cancels every call of that caller. */
export interface EngineLine {
  receive(message: ToEngine): void;
  close(): void;
}

/**
 * Whatever answers the contract: the engine itself, or the supervisor in front of its thread.
 * `send` may be called during `receive`; nothing is sent after `close`.
 */
export interface EngineHost {
  connect(send: (message: FromEngine) => void): EngineLine;
}
