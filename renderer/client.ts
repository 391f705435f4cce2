import type { Client, CallOptions } from '../shared/contract/client.ts';
import type { MethodName, Params, Result } from '../shared/contract/contract.ts';

let current: Client | null = null;

/** Gives the page its engine, once, before the first render. */
export function provideClient(client: Client): void {
  current = client;
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

/** One call to the engine. Failures are `AppError`. */
export function call<M extends MethodName>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>> {
  return client().call(method, params, options);
}
