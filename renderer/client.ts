import type { Client, CallOptions } from '../shared/contract/client.ts';
import type { MethodName, Params, Result } from '../shared/contract/contract.ts';
import { AppError } from '../shared/errors.ts';
import { pinLevels, type PinLevel } from '../shared/permission/permission-level.ts';

/** Asks whoever is there for the PIN of a level; answers whether the engine has unlocked it. */
type AskForPin = (level: PinLevel) => Promise<boolean>;

let current: Client | null = null;
let askForPin: AskForPin = () => Promise.resolve(false);

/** Gives the page its engine, once, before the first render. */
export function provideClient(client: Client): void {
  current = client;
}

/** Says how a PIN is asked for where a call needs one. */
export function provideAskForPin(ask: AskForPin): void {
  askForPin = ask;
}

/** The engine this page talks to; throws before {@link provideClient}. */
export function client(): Client {
  if (current === null) throw new Error('No client yet');
  return current;
}

/** Ends the line for good, when the app itself has ended. */
export function closeClient(): void {
  current?.close();
}

/**
 * One call to the engine. Failures are `AppError`. Where it needs a PIN, that is asked for there and then, and the call goes on as it was meant; whoever gives none gets
 * `needs-pin`.
 */
export async function call<M extends MethodName>(
  method: M,
  params: Params<M>,
  options?: CallOptions,
): Promise<Result<M>> {
  for (;;) {
    try {
      return await client().call(method, params, options);
    } catch (error) {
      const level = method.startsWith('pin.') ? undefined : neededPin(error);
      // Nothing was done by then: it is the same call that is made again.
      if (level === undefined || !(await askForPin(level))) throw error;
    }
  }
}

function neededPin(error: unknown): PinLevel | undefined {
  if (!(error instanceof AppError) || error.code !== 'needs-pin') return undefined;
  return pinLevels.find((level) => level === error.params['level']);
}
