import { AppError } from '../../shared/errors.ts';

/** How long a step may take, in milliseconds, and who may stop it earlier. */
export interface Limit {
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** A signal that never fires, for callers that cannot be cancelled. */
export const neverAborted: AbortSignal = new AbortController().signal;

/**
 * Waits for `work` no longer than the limit allows: rejects with `timeout` or `cancelled` and calls `giveUp`, which must release what
 * the work holds. The abandoned work may still settle; nobody hears of it.
 */
export async function within<T>(limit: Limit, work: Promise<T>, giveUp: () => void): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const stop = (error: AppError) => {
      finish();
      giveUp();
      reject(error);
    };
    const onAbort = () => {
      stop(new AppError('cancelled'));
    };
    const timer = setTimeout(() => {
      stop(new AppError('timeout'));
    }, limit.ms);
    const finish = () => {
      clearTimeout(timer);
      limit.signal.removeEventListener('abort', onAbort);
    };
    limit.signal.addEventListener('abort', onAbort, { once: true });
    work.then(
      (value) => {
        finish();
        resolve(value);
      },
      (error: unknown) => {
        finish();
        reject(error);
      },
    );
    if (limit.signal.aborted) onAbort();
  });
}
