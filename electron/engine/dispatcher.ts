import type { ZodError } from 'zod';
import { isMethodName, methods } from '../../shared/contract/contract.ts';
import type { MethodName } from '../../shared/contract/contract.ts';
import { neededLevel } from '../../shared/contract/needed-level.ts';
import { AppError } from '../../shared/errors.ts';
import type { CallContext, EngineContext, Handlers } from './context.ts';
import { checkStore } from '../store/check-store.ts';
import { fromSqliteError } from '../store/sqlite-error.ts';
import { describeError } from './describe-error.ts';

/** Parses, calls and answers; the only door from a message to a handler. */
export interface Dispatcher {
  /** The result of the call. Rejects with `AppError` only: what nobody expected is logged here and leaves as `unexpected`. */
  dispatch(method: string, params: unknown, call: CallContext): Promise<unknown>;
}

/** What a dispatcher works with. */
export interface DispatcherOptions {
  readonly context: EngineContext;
  readonly handlers: Handlers<MethodName>;
  /** Whether results are parsed too, so that a handler that breaks the contract fails in a test and not on a page. */
  readonly checkResults: boolean;
}

/** A handler without the types of its one method; the parsing before and after it is what the types promise. */
type AnyHandler = (context: EngineContext, params: unknown, call: CallContext) => unknown;

/** Calls run side by side: each gets as far as its own first wait, and none waits for another. */
export function createDispatcher({ context, handlers, checkResults }: DispatcherOptions): Dispatcher {
  async function run(name: string, params: unknown, call: CallContext): Promise<unknown> {
    if (!isMethodName(name)) throw new AppError('unknown-method');
    const method = methods[name];
    const parsed = method.params.safeParse(params ?? {});
    if (!parsed.success) throw invalidParams(name, parsed.error);
    const permit = context.gate.admit(call.caller, neededLevel(name, parsed.data as never));
    const result = await (handlers[name] as AnyHandler)(context, parsed.data, { ...call, permit });
    if (!checkResults) return result;
    const checked = method.result.safeParse(result);
    if (!checked.success) throw new Error('result breaks the contract', { cause: issueOf(checked.error) });
    return checked.data;
  }
  return {
    async dispatch(name, params, call) {
      try {
        return await run(name, params, call);
      } catch (error) {
        const found = toAppError(error, call.signal, (unexpected) => {
          const issue = unexpected instanceof Error ? unexpected.cause : undefined;
          context.log.write('error', 'call.unexpected', {
            method: isMethodName(name) ? name : null,
            ...describeError(unexpected),
            ...(isIssue(issue) ? issue : {}),
          });
        });
        throw found.code === 'unexpected' && isDamaged(context, params) ? new AppError('store-damaged') : found;
      }
    },
  };
}

/** Whether the class a call was about lies in a file that is damaged: what nobody expected has its reason there. */
function isDamaged(context: EngineContext, params: unknown): boolean {
  if (typeof params !== 'object' || params === null || !('classId' in params) || typeof params.classId !== 'string')
    return false;
  try {
    const { findings, lostReferences } = checkStore(context.openClass(params.classId));
    return findings + lostReferences > 0;
  } catch (error) {
    return error instanceof AppError && error.code === 'store-damaged';
  }
}

/** What a caller is told of a failure. An abort, however a library words it, is `cancelled` once the caller asked for it. */
function toAppError(thrown: unknown, signal: AbortSignal, onUnexpected: (error: unknown) => void): AppError {
  // A write outside of a transaction fails for the same reasons as one inside.
  const error = fromSqliteError(thrown);
  if (error instanceof AppError) return error;
  if (signal.aborted && error instanceof Error && (error === signal.reason || error.name === 'AbortError'))
    return new AppError('cancelled');
  onUnexpected(error);
  return new AppError('unexpected');
}

function invalidParams(method: MethodName, error: ZodError): AppError {
  return new AppError('invalid-params', { method, ...issueOf(error) });
}

/** Where the first fault lies. Names of fields only: a value, or a key a caller made up, does not come back. */
function issueOf(error: ZodError): { readonly path: string; readonly issue: string } {
  const first = error.issues[0];
  const path = (first?.path ?? []).map((part) => (/^\w{1,40}$/.test(String(part)) ? String(part) : '?')).join('.');
  return { path, issue: first?.code ?? 'unknown' };
}

function isIssue(value: unknown): value is { readonly path: string; readonly issue: string } {
  return typeof value === 'object' && value !== null && 'path' in value && 'issue' in value;
}
