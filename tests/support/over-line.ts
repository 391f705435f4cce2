import { onTestFinished } from 'vitest';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import type { Pair } from './pair.ts';

/** From here on the second device of a pair reaches the server over a line that can be cut, refused or frozen. It goes with the test. */
export async function overLine({ b, database }: Pair): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ target: database.config });
  onTestFinished(async () => await proxy.stop());
  const { host, port } = proxy;
  await b.call('connection.set', { connectionId: b.connectionId, change: { host, port } });
  return proxy;
}
