import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Params } from '../../shared/contract/contract.ts';

/** A connection to a server that takes the line and says nothing, so that its test goes on until it is cancelled. */
export async function silentConnection(): Promise<Params<'connection.test'>> {
  const server = createServer(() => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const login = { database: 'd', user: 'u', password: 'p' };
  return { connection: { name: 'School', host: '127.0.0.1', port, ...login, tls: 'disable', mode: 'two-way' } };
}
