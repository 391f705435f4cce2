import type { FromEngine, ToEngine } from '../../shared/contract/wire.ts';
import { AppError, errorToJson } from '../../shared/errors.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { EventHub } from './event-hub.ts';
import type { Caller } from './gate.ts';
import type { EngineHost, EngineLine } from './host.ts';

/** How many calls of one caller may wait for an answer; a page needs a handful. */
const maxCallsInFlight = 256;

/** The callers of an engine. */
export interface CallerLines extends EngineHost {
  /** Cancels everything, answers no new call, and resolves when the last call has come to its end. */
  close(): Promise<void>;
}

/** Makes the callers' side of an engine: one line per caller, events to those that said hello. */
export function createCallerLines(dispatcher: Dispatcher, hub: EventHub): CallerLines {
  const lines = new Map<EngineLine, () => void>();
  const running = new Set<Promise<void>>();
  let closing = false;

  function connect(send: (message: FromEngine) => void): EngineLine {
    const calls = new Map<string, AbortController>();
    const atHangUp = new Map<string, () => void>();
    const caller: Caller = { unlocked: null };
    let open = true;
    let unsubscribe: (() => void) | undefined;

    function post(message: FromEngine): void {
      if (open) send(message);
    }
    function hello(session: string | null, lastSeq: number): void {
      unsubscribe?.();
      const missed = hub.since(session, lastSeq);
      post({ kind: 'welcome', session: hub.session, seq: hub.seq, resumed: missed !== undefined });
      for (const event of missed ?? []) post({ kind: 'event', event });
      unsubscribe = hub.subscribe((event) => post({ kind: 'event', event }));
    }
    async function call(id: string, method: string, params: unknown): Promise<void> {
      const controller = new AbortController();
      calls.set(id, controller);
      try {
        const result = await dispatcher.dispatch(method, params, {
          signal: controller.signal,
          atHangUp,
          caller,
          progress: (progress) => calls.has(id) && post({ kind: 'progress', id, progress }),
        });
        calls.delete(id);
        post({ kind: 'result', id, result });
      } catch (error) {
        calls.delete(id);
        post({ kind: 'error', id, error: errorToJson(error) });
      }
    }
    function start(id: string, method: string, params: unknown): void {
      if (closing) return post({ kind: 'error', id, error: errorToJson(new AppError('engine-closed')) });
      const refused = calls.has(id) || calls.size >= maxCallsInFlight;
      if (refused)
        return post({ kind: 'error', id, error: errorToJson(new AppError('invalid-params', { path: 'id' })) });
      const work = call(id, method, params).finally(() => running.delete(work));
      running.add(work);
    }
    function abortAll(): void {
      for (const controller of calls.values()) controller.abort();
    }
    const line: EngineLine = {
      receive(message: ToEngine) {
        if (!open) return;
        if (message.kind === 'hello') hello(message.session, message.lastSeq);
        else if (message.kind === 'cancel') calls.get(message.id)?.abort();
        else start(message.id, message.method, message.params);
      },
      close() {
        open = false;
        unsubscribe?.();
        lines.delete(line);
        abortAll();
        for (const undo of atHangUp.values()) undo();
        atHangUp.clear();
      },
    };
    lines.set(line, abortAll);
    return line;
  }
  return {
    connect,
    async close() {
      closing = true;
      // The lines stay open until the last call has told its caller how it ended.
      for (const abortAll of lines.values()) abortAll();
      await Promise.allSettled(running);
      for (const line of lines.keys()) line.close();
    },
  };
}
