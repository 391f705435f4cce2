import { AppError, errorFromJson } from '../errors.ts';
import type { CallOptions, Capabilities, Client } from './client.ts';
import type { MethodName, Params, Result } from './contract.ts';
import type { AppEvent } from './events.ts';
import type { FromEngine, ToEngine } from './wire.ts';

/** The contract over any line; whoever owns the line says when it is up, what came in and when it broke. */
export interface WireClient extends Client {
  /** The line is up: says hello and sends what waited. */
  attach(send: (message: ToEngine) => void): void;
  receive(message: FromEngine): void;
  /** The line broke. Calls in flight fail with `reason` (what became of them is unknown); new calls wait for the next `attach`. */
  detach(reason: AppError): void;
  /** There will be no line again: everything fails with `reason`, now and later. */
  end(reason: AppError): void;
}

/** How a client ends and what its shell can do. `onClose` lets the owner of the line close it. */
export interface WireClientOptions {
  readonly capabilities: Capabilities;
  readonly onClose?: () => void;
}

interface Pending {
  readonly message: ToEngine;
  readonly options: CallOptions;
  sent: boolean;
  resolve(result: unknown): void;
  reject(error: AppError): void;
}

/** Makes a client without a line. Ids are unique per client; events are handed on once and in order. */
export function createWireClient(options: WireClientOptions): WireClient {
  const calls = createCalls();
  const feed = createFeed();
  const connectedListeners = new Set<Parameters<Client['onConnected']>[0]>();
  let send: ((message: ToEngine) => void) | undefined;
  let ended: AppError | undefined;

  function announce(connected: boolean, forGood?: AppError): void {
    for (const listener of connectedListeners) listener(connected, forGood);
  }
  function detach(reason: AppError): void {
    if (send === undefined) return;
    send = undefined;
    calls.failSent(reason);
    announce(false);
  }
  function end(reason: AppError): void {
    if (ended !== undefined) return;
    ended = reason;
    detach(reason);
    calls.failAll(reason);
    announce(false, reason);
  }
  return {
    capabilities: options.capabilities,
    call<M extends MethodName>(method: M, params: Params<M>, callOptions: CallOptions = {}): Promise<Result<M>> {
      if (ended !== undefined) return Promise.reject(ended);
      // The engine parses results against the method table before they leave.
      return calls.start(method, params, callOptions, () => send) as Promise<Result<M>>;
    },
    onEvent: feed.onEvent,
    onResync: feed.onResync,
    onConnected(listener) {
      connectedListeners.add(listener);
      return () => connectedListeners.delete(listener);
    },
    attach(newSend) {
      if (ended !== undefined) return;
      send = newSend;
      newSend(feed.hello());
      calls.sendWaiting(newSend);
      announce(true);
    },
    receive(message) {
      if (message.kind === 'event' || message.kind === 'welcome') feed.receive(message);
      else calls.settle(message);
    },
    detach,
    end,
    close() {
      end(new AppError('engine-closed'));
      options.onClose?.();
    },
  };
}

/** The calls that have no answer yet. */
function createCalls() {
  const pending = new Map<string, Pending>();
  let lastId = 0;

  function fail(keep: (call: Pending) => boolean, reason: AppError): void {
    for (const [id, call] of pending) {
      if (keep(call)) continue;
      pending.delete(id);
      call.reject(reason);
    }
  }
  return {
    start(
      method: string,
      params: unknown,
      options: CallOptions,
      line: () => ((message: ToEngine) => void) | undefined,
    ): Promise<unknown> {
      if (options.signal?.aborted === true) return Promise.reject(new AppError('cancelled'));
      lastId += 1;
      const id = String(lastId);
      const message: ToEngine = { kind: 'call', id, method, params };
      return new Promise((resolve, reject) => {
        const call: Pending = { message, options, sent: false, ...untilSettled(options, onAbort, resolve, reject) };
        function onAbort(): void {
          // Once sent, only the engine knows whether the work could still be stopped.
          if (call.sent) return line()?.({ kind: 'cancel', id });
          pending.delete(id);
          call.reject(new AppError('cancelled'));
        }
        pending.set(id, call);
        const send = line();
        if (send === undefined) return;
        call.sent = true;
        send(message);
      });
    },
    sendWaiting(send: (message: ToEngine) => void): void {
      for (const call of pending.values()) {
        if (call.sent) continue;
        call.sent = true;
        send(call.message);
      }
    },
    settle(message: Exclude<FromEngine, { kind: 'event' | 'welcome' }>): void {
      const call = pending.get(message.id);
      if (call === undefined) return;
      if (message.kind === 'progress') return call.options.onProgress?.(message.progress);
      pending.delete(message.id);
      if (message.kind === 'result') call.resolve(message.result);
      else call.reject(errorFromJson(message.error));
    },
    failSent: (reason: AppError) => fail((call) => !call.sent, reason),
    failAll: (reason: AppError) => fail(() => false, reason),
  };
}

/** Listens for the abort until the call is settled, either way. */
function untilSettled(
  options: CallOptions,
  onAbort: () => void,
  resolve: (result: unknown) => void,
  reject: (error: AppError) => void,
) {
  const { signal } = options;
  signal?.addEventListener('abort', onAbort);
  return {
    resolve(result: unknown): void {
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    },
    reject(error: AppError): void {
      signal?.removeEventListener('abort', onAbort);
      reject(error);
    },
  };
}

/** The numbered events: where the caller is, and whether it missed any. */
function createFeed() {
  const eventListeners = new Set<(event: AppEvent) => void>();
  const resyncListeners = new Set<() => void>();
  let session: string | null = null;
  let lastSeq = 0;

  function resync(): void {
    for (const listener of resyncListeners) listener();
  }
  return {
    hello: (): ToEngine => ({ kind: 'hello', session, lastSeq }),
    receive(message: Extract<FromEngine, { kind: 'event' | 'welcome' }>): void {
      if (message.kind === 'welcome') {
        const missed = session !== null && !message.resumed;
        session = message.session;
        if (!message.resumed) lastSeq = message.seq;
        if (missed) resync();
        return;
      }
      const { event } = message;
      if (event.seq <= lastSeq) return;
      const gap = event.seq !== lastSeq + 1;
      lastSeq = event.seq;
      for (const listener of eventListeners) listener(event);
      if (gap) resync();
    },
    onEvent(listener: (event: AppEvent) => void): () => void {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    onResync(listener: () => void): () => void {
      resyncListeners.add(listener);
      return () => resyncListeners.delete(listener);
    },
  };
}
